"""The boxes of a page around each line: how much they hold, and how much of that is links."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tasks.clean.segments.features import COLUMNS
from tasks.clean.segments.learned.case import NONE, Case, Column, Whole, magnitude, ratio, running

LEVELS = 5
"""Boxes around a line that are measured, from its own block outwards."""


def box_columns(cases: Sequence[Case]) -> dict[str, Column]:
    """For the block of each line and the blocks around it: words, words of prose, share of links, lines."""
    names = [f"box{level}_{what}" for level in range(LEVELS) for what in ("words", "prose", "link", "lines")]
    parts = [_measure(case) for case in cases]
    table = np.concatenate(parts, axis=1) if parts else np.zeros((len(names), 0), np.uint8)
    return dict(zip(names, table, strict=True))


def _measure(case: Case) -> Column:
    lines, features = case.lines, case.features
    if lines.tags is None or lines.parents is None or not len(lines):
        return np.full((4 * LEVELS, len(lines)), NONE, np.uint8)
    parents = np.array(lines.parents, np.int64)
    blocks = np.array([tag.block for tag in lines.tags], np.int64)
    words = np.minimum(features.columns[:, COLUMNS.index("words")].astype(np.int64), 400)
    prose = np.where(features.columns[:, COLUMNS.index("prose")] > 0, words, 0)
    links = (words * np.rint(features.columns[:, COLUMNS.index("link")] * 100).astype(np.int64)) // 100
    ends = _ends(lines.parents)
    sums = [_sums(blocks, values, len(parents)) for values in (words, prose, links, np.ones_like(words))]
    rows: list[Column] = []
    at = blocks
    for _ in range(LEVELS):
        held, reading, linked, count = (total[ends[at]] - total[at] for total in sums)
        rows += [magnitude(held), ratio(reading, held), ratio(linked, held), magnitude(count)]
        at = parents[at]
    return np.stack(rows)


def _sums(blocks: Whole, values: Whole, count: int) -> Whole:
    per_block = np.zeros(count, np.int64)
    np.add.at(per_block, blocks, values)
    return running(per_block)


def _ends(parents: list[int]) -> Whole:
    """For each block the number after its last descendant: blocks are numbered in document order."""
    ends = list(range(1, len(parents) + 1))
    for block in range(len(parents) - 1, 0, -1):
        above = parents[block]
        ends[above] = max(ends[above], ends[block])
    return np.array(ends, np.int64)
