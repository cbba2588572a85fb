"""The home of a text: the least element of its page that holds most of it.

What stands there is text more often than it looks (a list, a line of results, a word of thanks), and what stands
elsewhere less often (teasers, notes on terms, the footer), however much of a sentence it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.cores import LONGEST_WEIGHT
from tasks.clean.segments.learned.boxes import Boxes
from tasks.clean.segments.learned.case import Batch, Case, Column, Whole, running
from tasks.clean.segments.verdict import KEPT
from tasks.clean.segments.weighing.decision import BOILERPLATE, COMMENT, MAIN, STEPS, Flags, deny

MOST = 0.7
"""The share of a text that its home holds at least: more than half, so that there is one such element in another."""

FEWEST = 2
"""Paragraphs of the densest prose in a home: a single one has an element of its own."""

ELSEWHERE, AT_HOME = 0.25, 3.0
"""What becomes of the odds of main text against boilerplate outside the home, and inside beside the densest prose.

Of words with a chance of seven in ten outside, three in ten were main text in dragnet and L3S, and less than half on
articles; of those with one of two or three in ten inside, six in ten.
"""

DENSE = 0.6
"""The share of a home that is likely main text: an element with less is no box of a text, but one of the page."""


class Homes(NamedTuple):
    """For each line the number of the block that is home to the text of its page, and whether it stands inside.

    `core` says of each line whether it is among the densest prose, `paragraphs` whether it is also prose itself.
    """

    blocks: Whole
    inside: Flags
    core: Flags
    paragraphs: Flags


def find_homes(columns: Mapping[str, Column], words: Whole, boxes: Boxes) -> Homes:
    """The homes of the densest prose; that of a page without any, and of a plain text, is all of it."""
    core = columns["core"] > 0
    paragraphs = core & (columns["prose"] > 0)
    blocks = _hold_most(np.where(paragraphs, np.minimum(words, int(LONGEST_WEIGHT)), 0), boxes)
    inside = (boxes.of_lines >= blocks) & (boxes.of_lines < boxes.ends[blocks])
    return Homes(blocks, inside, core, paragraphs)


def heed_homes(
    probabilities: npt.NDArray[np.float64],
    homes: Homes,
    boxes: Boxes,
    cases: Sequence[Case],
    unlike_text: npt.NDArray[np.float64],
    words: Whole,
    batch: Batch,
) -> npt.NDArray[np.float64]:
    """Make main text likelier in the home of a text, and less likely elsewhere: shape (lines, 3).

    Elsewhere is what is outside the home of the densest prose and of all that is likely main text; a title may stand
    there, and what stands between it and the text. Inside, lines with a role keep their chance, and so does the
    densest prose. The less a page is a text, the less is changed.
    """
    weights = np.minimum(words, int(LONGEST_WEIGHT))
    likely = np.rint(probabilities[:, MAIN] * STEPS).astype(np.int64) * weights
    titles = np.array([case.layout.title if case.layout.title >= 0 else len(batch) for case in cases], np.int64)
    place, title = np.arange(len(batch)) - batch.first, titles[batch.document]
    outside = np.ones(len(batch), np.bool_)
    for blocks in (homes.blocks, _hold_most(likely, boxes)):
        outside &= (boxes.of_lines >= boxes.ends[blocks]) | ((boxes.of_lines < blocks) & (place < title))
    has_home = _count(homes.paragraphs & ~outside, batch) >= FEWEST
    is_dense = _count(np.where(homes.inside, likely, 0), batch) >= DENSE * STEPS * _count(
        np.where(homes.inside, weights, 0), batch
    )
    raised = homes.inside & ~homes.core & is_dense & _may_be_text(cases, len(batch))
    factor = np.where(outside, ELSEWHERE, np.where(raised, AT_HOME, 1.0))
    is_asked = has_home & (probabilities[:, BOILERPLATE] > probabilities[:, COMMENT])
    main, boilerplate = probabilities[:, MAIN], probabilities[:, BOILERPLATE]
    moved = (main + boilerplate) * factor * main / np.maximum(factor * main + boilerplate, 1 / STEPS)
    return deny(probabilities, np.where(is_asked & (factor != 1.0), (1 - unlike_text) * (main - moved), 0.0))


def _hold_most(weights: Whole, boxes: Boxes) -> Whole:
    """For each line the innermost block with most of the weight of its page; the outermost where nothing weighs."""
    held = running(np.bincount(boxes.of_lines, weights, minlength=len(boxes.parents)).astype(np.int64))
    inside = held[boxes.ends] - held[:-1]
    total = inside[boxes.outermost]
    holding = np.flatnonzero((total > 0) & (inside >= MOST * total))
    blocks = boxes.outermost.copy()
    np.maximum.at(blocks, boxes.outermost[holding], holding)  # what is inside a block has a greater number
    mine: Whole = blocks[boxes.outermost[boxes.of_lines]]
    return mine


def _count(values: Flags | Whole, batch: Batch) -> Whole:
    """For each line the sum of whole numbers over its document, exact in any batch."""
    sums = np.bincount(batch.document, values, minlength=len(batch.sizes)).astype(np.int64)
    whole: Whole = sums[batch.document]
    return whole


def _may_be_text(cases: Sequence[Case], count: int) -> Flags:
    """Which lines have no role, and are of a kind that stands in main text."""
    found = (
        role == "" and kind in KEPT
        for case in cases
        for role, kind in zip(case.layout.hints, case.features.line_kinds, strict=True)
    )
    return np.fromiter(found, np.bool_, count)
