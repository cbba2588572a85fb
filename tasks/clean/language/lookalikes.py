"""Words that tell languages apart which look the same to n-grams, from `lookalikes.json`.

Bosnian, Croatian and Serbian; Malay and Indonesian; the Scandinavian languages, and others.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tasks.clean.language.tables import positions

DATA = Path(__file__).with_name("lookalikes.json")
"""Group -> the members that a word speaks for -> words; `stem*` stands for all longer words that begin so."""

HARD_GROUPS = ("hbs", "msa")
"""Groups whose members differ in words and hardly in letters: there the detectors' preference counts little."""

READ_CHARACTERS = 2000
"""So much of a text is searched for the words."""

STEM_LENGTHS = range(5, 10)
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """`words` and `stems` give (group, columns of the members they speak for); `members` the columns of each group.

    `stem_groups` are the groups with stems.
    """

    words: dict[str, list[tuple[str, list[int]]]]
    stems: dict[str, list[tuple[str, list[int]]]]
    members: dict[str, list[int]]
    stem_groups: frozenset[str]


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
    stem_groups = frozenset(group for hits in stems.values() for group, _ in hits)
    return Lookalikes(words, stems, members, stem_groups)


@cache
def group_of_column() -> dict[int, tuple[str, ...]]:
    """The groups of each language that has look-alikes."""
    found: dict[int, tuple[str, ...]] = {}
    for group, columns in load_lookalikes().members.items():
        for column in columns:
            found[column] = (*found.get(column, ()), group)
    return found


@dataclass(frozen=True, slots=True)
class WordCounts:
    """Of a text and a group: the different words that speak for each member (by column), and for any."""

    counts: dict[int, int]
    words: int


def count_words(text: str, groups: tuple[str, ...]) -> dict[str, WordCounts]:
    """How many different words of the text speak for each member of each of the groups."""
    table = load_lookalikes()
    words = set(WORD.findall(text[:READ_CHARACTERS].lower()))
    hits = [hit for word in words & table.words.keys() for hit in table.words[word]]
    if table.stem_groups & set(groups):
        beginnings = {word[:length] for word in words if len(word) > 4 for length in STEM_LENGTHS}
        hits += [hit for stem in beginnings & table.stems.keys() for hit in table.stems[stem]]
    found = {}
    for group in groups:
        spoken = Counter(column for name, columns in hits if name == group for column in columns)
        counts = {column: spoken[column] for column in table.members[group]}
        found[group] = WordCounts(counts, sum(name == group for name, _ in hits))
    return found
