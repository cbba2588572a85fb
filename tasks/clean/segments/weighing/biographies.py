"""Who wrote a text, as it stands at the end of one: a name in a line of its own, and below it what they do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Case
from tasks.clean.segments.looks import cues_of
from tasks.clean.segments.vocabulary import cue_bits, load_vocabulary, phrase_words
from tasks.clean.segments.weighing.decision import MAIN

SURE = 0.9
"""A chance of main text from which a paragraph is part of the text: of surer ones most are on a topic, not a person."""

PART = 4
"""The end of the main run in which an author is told of: its last quarter, in lines. Nine in ten of the words that this
takes out of main text are rightly taken; of those in the quarter before, four in seven would be."""

BETWEEN = 2
"""Short lines between a name and what is said of it, at most: what they are, where they work."""

FEWEST, MOST = 2, 3
"""Words of a name."""

LONGEST = 60
"""Characters of a line with a name, with the words in front of it: "About the author: Ada Lovelace"."""

MOST_TOLD = 5
"""Paragraphs below a name at the end of a text: more are a list of people, and each costs a look through the text."""

_INTRODUCES = cue_bits("byline", "about")


def find_biographies(cases: Sequence[Case], probabilities: npt.NDArray[np.float64]) -> list[int]:
    """The numbers, over all documents together, of the lines of plain texts that tell at the end who wrote them.

    A paragraph begins with the first word of a name in a line of its own above it. Nobody of that name is spoken of
    before, in no paragraph of the main run, as the topic of a part of the text is; and nothing above begins like that,
    as the entries of a list do, whose headings are names. The name belongs to it, and further paragraphs with a word
    of it. `probabilities` are those of the trees, shape (lines, 3).
    """
    found: list[int] = []
    at = 0
    for case in cases:
        if case.lines.tags is None:
            likely = probabilities[at : at + len(case.lines), MAIN]
            found.extend(at + index for index in _find_biography(case, likely))
        at += len(case.lines)
    return found


def _find_biography(case: Case, likely: npt.NDArray[np.float64]) -> list[int]:
    first, last = case.layout.core
    texts, prose = case.lines.texts, case.features.prose
    end = max(first + 1, last - (last - first) // PART)
    found: list[int] = []
    told = 0
    for index in range(max(end, 1), last + 1):
        heading, name = _find_name(case, index) if prose[index] else (-1, [])
        if not name or likely[index] >= SURE:
            continue
        told += 1
        if told > MOST_TOLD:
            return []
        if any(word in texts[line] for line in range(first, heading) if prose[line] for word in name):
            continue
        below = index + 1
        while below <= last and prose[below] and likely[below] < SURE and any(word in texts[below] for word in name):
            below += 1
        found.extend(range(heading, below))
    is_list = found and any(prose[index] and _find_name(case, index)[1] for index in range(first + 1, end))
    return [] if is_list else found


def _find_name(case: Case, index: int) -> tuple[int, list[str]]:
    """The nearest line above a paragraph that is a name with which it begins, and the words of that; else -1, none."""
    texts, prose = case.lines.texts, case.features.prose
    head = texts[index][:2]  # found or missed in no time, and most headings have not even that
    for heading in range(index - 1, max(case.layout.core[0] - 1, index - 2 - BETWEEN), -1):
        if prose[heading]:
            break
        may_be = len(texts[heading]) <= LONGEST and head in texts[heading]
        if may_be and (name := _name_in(texts[heading], texts[index])):
            return heading, name
    return -1, []


def _name_in(heading: str, paragraph: str) -> list[str]:
    """The words of the name that a line is, if the paragraph begins with the first of them; none else.

    Nothing but words like "About" and "Written by" may stand before it. A paragraph that goes on with the second word
    in small letters is about a thing: "Partial indexes" below "Partial Indexes".
    """
    words = [word.strip(",|·•:()") for word in heading.split()]
    starts = (at for at, word in enumerate(words) if word and _begins(paragraph, word))
    start = next(starts, -1)
    name = words[start:]
    if start < 0 or not FEWEST <= len(name) <= MOST or not all(word[:1].isupper() for word in name):
        return []
    known = load_vocabulary()
    before = phrase_words(" ".join(words[:start]))
    if any(word.isdigit() for word in heading) or not known.stop.isdisjoint(word.lower() for word in name):
        return []
    if not known.stop.issuperset(before) and not cues_of(before, known) & _INTRODUCES:
        return []
    rest = paragraph[len(name[0]) :].lstrip()
    return [] if rest.lower().startswith(name[1].lower()) and not rest.startswith(name[1]) else name


def _begins(paragraph: str, word: str) -> bool:
    return paragraph.startswith(word) and not paragraph[len(word) : len(word) + 1].isalnum()
