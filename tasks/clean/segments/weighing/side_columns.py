"""Side columns beside the only entry of a page: where that has but a few words, they hold most of what is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Case, Column, Whole
from tasks.clean.segments.lines import Element, Lines, find_block_ends
from tasks.clean.segments.weighing.decision import HEAVIEST, MAIN, STEPS, Flags, lower_odds

SIDES = frozenset({"mark_class_sidebar", "mark_aside"})
"""The columns that are read here."""

ENTRY = frozenset(
    {"hentry", "h-entry", "entry", "entry-content", "e-content", "articlebody", "post-body", "post-content"}
)
"""Names of an entry or of its text: of microformats and schema.org, and of the templates of blogs."""

MOSTLY = 0.5
"""The share of what is likely main text that stands in side columns from which an entry is looked for beside them."""

LEFT = 0.02
"""What is left there of the odds of main text: of 2,264 words that go, 19 are main text."""


def doubt_side_columns(
    probabilities: npt.NDArray[np.float64],
    columns: Mapping[str, Column],
    cases: Sequence[Case],
    words: Whole,
    batch: Batch,
) -> npt.NDArray[np.float64]:
    """Lower the odds of main text in side columns that stand beside the only entry of a page: shape (lines, 3).

    Who writes there, what for, and who pays for it reads like a text. Elsewhere the trees know it well enough, and
    columns around the entry itself mean something else.
    """
    is_side = np.any([columns[name] > 0 for name in SIDES], axis=0)
    likely = np.rint(probabilities[:, MAIN] * STEPS) * (np.minimum(words, HEAVIEST) + 1)
    whole, held = (
        np.bincount(batch.document, values, len(batch.sizes)) for values in (likely, np.where(is_side, likely, 0.0))
    )
    left = np.ones(len(batch))
    ends = np.cumsum(batch.sizes).tolist()
    for number in np.flatnonzero(held > MOSTLY * whole).tolist():
        page = slice(ends[number] - batch.sizes[number], ends[number])
        is_entry = _find_entry(cases[number].lines)
        if is_entry.any() and not is_side[page][is_entry].any():
            left[page][is_side[page]] = LEFT
    return lower_odds(probabilities, left)


def _find_entry(lines: Lines) -> Flags:
    """Which lines stand in the only entry of a page; none where it has none or several."""
    nothing = np.zeros(len(lines), np.bool_)
    if not lines.tags or not lines.parents or not lines.elements:
        return nothing
    ends = find_block_ends(lines.parents)
    first = end = 0
    for block, element in enumerate(lines.elements):
        if block >= end and _is_entry(element):
            if end:
                return nothing
            first, end = block, ends[block]
    blocks = np.fromiter((tag.block for tag in lines.tags), np.int64, len(lines))
    is_inside: Flags = (first <= blocks) & (blocks < end)
    return is_inside


def _is_entry(element: Element) -> bool:
    names = (element[1], element[4]) if len(element) > 1 else ()  # class and itemprop
    return any(not ENTRY.isdisjoint(given.lower().split()) for given in names if given)
