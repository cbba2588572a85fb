"""Texts that a page holds twice: for wide and for narrow screens, a preview and the whole, a version to print.

A reader sees one of them. A second text has the lines of the first in the same order, in elements of other tags or
classes; what a text says again itself stands in elements like its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Case, Whole
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.weighing.decision import BOILERPLATE, MAIN

FEWEST_WORDS = 8
"""Words of a line that hardly stands twice by chance."""

FEWEST_LINES, FEWEST_IN_ALL = 2, 50
"""Such lines that a second text has, and their words: a quotation set into a text is one paragraph, and headings that
a table of contents has too are short."""

Span = tuple[int, int, int]
"""The first and the last line of a second text, and how far above each the same line stands in the first."""


def leave_second_texts(labels: npt.NDArray[np.int64], cases: Sequence[Case], words: Whole) -> None:
    """Take texts of HTML that are main text already for boilerplate, in place.

    Of the two the one stays whose elements hold more main text, of equals the first.
    """
    start = 0
    for case in cases:
        page = slice(start, start + len(case.lines))
        main = np.flatnonzero(labels[page] == MAIN).tolist()
        for index in _leave(case.lines, main, words[page].tolist()):
            labels[start + index] = BOILERPLATE
        start = page.stop


def _leave(lines: Lines, main: list[int], words: list[int]) -> Iterator[int]:
    """The lines to be left out of those of main text."""
    spans = _find_second(lines, main, words)
    if not spans or not lines.tags or not lines.parents:
        return
    boxes = [lines.parents[tag.block] for tag in lines.tags]
    held: dict[int, int] = defaultdict(int)
    for index in main:
        held[boxes[index]] += words[index]
    kept = set(main)
    for first, last, distance in spans:
        said = [
            index
            for index in range(first, last + 1)
            if index in kept and index - distance in kept and lines.texts[index] == lines.texts[index - distance]
        ]
        second, above = (sum(held[box] for box in {boxes[index - back] for index in said}) for back in (0, distance))
        yield from (index - distance if second > above else index for index in said)


def _find_second(lines: Lines, main: list[int], words: list[int]) -> list[Span]:
    """The second texts among lines of main text, each wholly below the one that it repeats."""
    tags, texts = lines.tags, lines.texts
    if not tags:
        return []
    first: dict[str, int] = {}
    again: dict[int, list[int]] = defaultdict(list)
    for index in main:
        if words[index] >= FEWEST_WORDS:
            above = first.setdefault(texts[index], index)
            if tags[index].path != tags[above].path:
                again[index - above].append(index)
    return [
        (found[0], found[-1], distance)
        for distance, found in again.items()
        if len(found) >= FEWEST_LINES
        and found[-1] - found[0] < distance
        and sum(words[index] for index in found) >= FEWEST_IN_ALL
    ]
