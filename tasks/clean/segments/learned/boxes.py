"""The boxes of a page around each line: how much they hold, and how much of that is links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np

from tasks.clean.segments.features import COLUMNS
from tasks.clean.segments.learned.case import NONE, Batch, Case, Column, Whole, magnitude, ratio, running
from tasks.clean.segments.lines import find_block_ends

LEVELS = 5
"""Boxes around a line that are measured, from its own block outwards."""

MEASURES = ("words", "prose", "link", "lines")


class Boxes(NamedTuple):
    """The blocks of several pages, numbered through in the order of the documents; a plain text is one.

    `of_lines` has the innermost around each line; `parents` for each block the one around it, of the outermost its own;
    `ends` the number after the last one inside it, and `outermost` that of its page.
    """

    of_lines: Whole
    parents: Whole
    ends: Whole
    outermost: Whole


def box_columns(cases: Sequence[Case], boxes: Boxes, batch: Batch) -> dict[str, Column]:
    """For the block of each line and the blocks around it: words, words of prose, share of links, lines."""
    if not any(map(_has_boxes, cases)):
        nothing = np.full(len(batch), NONE, np.uint8)
        return {f"box{level}_{name}": nothing for level in range(LEVELS) for name in MEASURES}
    measured = np.concatenate([case.features.columns for case in cases])
    words = np.minimum(measured[:, COLUMNS.index("words")].astype(np.int64), 400)
    prose = np.where(measured[:, COLUMNS.index("prose")] > 0, words, 0)
    links = (words * np.rint(measured[:, COLUMNS.index("link")] * 100).astype(np.int64)) // 100
    sums = [_sums(boxes.of_lines, values, len(boxes.parents)) for values in (words, prose, links, np.ones_like(words))]
    unknown = np.array([not _has_boxes(case) for case in cases], np.bool_)[batch.document]
    columns: dict[str, Column] = {}
    at = boxes.of_lines
    for level in range(LEVELS):
        held, reading, linked, count = (total[boxes.ends[at]] - total[at] for total in sums)
        values = (magnitude(held), ratio(reading, held), ratio(linked, held), magnitude(count))
        for name, column in zip(MEASURES, values, strict=True):
            column[unknown] = NONE
            columns[f"box{level}_{name}"] = column
        at = boxes.parents[at]
    return columns


def _has_boxes(case: Case) -> bool:
    return case.lines.tags is not None and case.lines.parents is not None


def number_boxes(cases: Sequence[Case], batch: Batch) -> Boxes:
    """Number the blocks of all pages through."""
    if not any(map(_has_boxes, cases)):
        texts = np.arange(len(batch.sizes))
        return Boxes(batch.document, texts, texts + 1, texts)
    above = [case.lines.parents or [0] if _has_boxes(case) else [0] for case in cases]
    sizes = np.fromiter(map(len, above), np.int64, len(cases))
    firsts = np.cumsum(sizes) - sizes
    outermost = np.repeat(firsts, sizes)
    return Boxes(
        np.fromiter(chain.from_iterable(map(_blocks, cases)), np.int64, len(batch)) + firsts[batch.document],
        _join(above, len(outermost)) + outermost,
        _join(map(find_block_ends, above), len(outermost)) + outermost,
        outermost,
    )


def _blocks(case: Case) -> Iterable[int]:
    """The block of each line, by its number on the page."""
    tags = case.lines.tags
    return repeat(0, len(case.lines)) if tags is None or not _has_boxes(case) else (tag.block for tag in tags)


def _join(numbers: Iterable[list[int]], count: int) -> Whole:
    return np.fromiter(chain.from_iterable(numbers), np.int64, count)


def _sums(blocks: Whole, values: Whole, count: int) -> Whole:
    """What all blocks before each hold, with what all do at the end; floats hold such sums exactly."""
    return running(np.bincount(blocks, values, minlength=count).astype(np.int64))
