"""Words that tell languages apart which look the same to n-grams, from `lookalikes.json`.

Bosnian, Croatian and Serbian; Malay and Indonesian; the Scandinavian languages, and others.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.clean.language.tables import positions

DATA = Path(__file__).with_name("lookalikes.json")
"""Group -> the members that a word speaks for -> words; `stem*` stands for all longer words that begin so."""

READ_CHARACTERS = 2000
"""So much of a text is searched for the words."""

STEM_LENGTHS = range(5, 10)
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """`words` and `stems` give (group, columns of the members they speak for); `members` the columns of each group."""

    words: dict[str, list[tuple[str, list[int]]]]
    stems: dict[str, list[tuple[str, list[int]]]]
    members: dict[str, list[int]]


@cache
def load_lookalikes() -> Lookalikes:
    """Read the words once."""
    words: dict[str, list[tuple[str, list[int]]]] = {}
    stems: dict[str, list[tuple[str, list[int]]]] = {}
    members: dict[str, list[int]] = {}
    for group, lists in json.loads(DATA.read_text("utf-8")).items():
        members[group] = sorted({positions()[code] for codes in lists for code in codes.split()})
        for codes, entries in lists.items():
            columns = [positions()[code] for code in codes.split()]
            for entry in entries.split():
                target = stems if entry.endswith("*") else words
                target.setdefault(entry.rstrip("*"), []).append((group, columns))
    return Lookalikes(words, stems, members)


@cache
def group_of_column() -> dict[int, tuple[str, ...]]:
    """The groups of each language that has look-alikes."""
    found: dict[int, tuple[str, ...]] = {}
    for group, columns in load_lookalikes().members.items():
        for column in columns:
            found[column] = (*found.get(column, ()), group)
    return found


def count_words(text: str, groups: tuple[str, ...]) -> dict[str, npt.NDArray[np.int64]]:
    """How many different words of the text speak for each member of each of the groups."""
    table = load_lookalikes()
    words = set(WORD.findall(text[:READ_CHARACTERS].lower()))
    hits = [hit for word in words & table.words.keys() for hit in table.words[word]]
    beginnings = {word[:length] for word in words if len(word) > 4 for length in STEM_LENGTHS}
    hits += [hit for stem in beginnings & table.stems.keys() for hit in table.stems[stem]]
    counts = {group: dict.fromkeys(table.members[group], 0) for group in groups}
    for group, columns in hits:
        if group in counts:
            for column in columns:
                counts[group][column] += 1
    return {group: np.array(list(count.values())) for group, count in counts.items()}
