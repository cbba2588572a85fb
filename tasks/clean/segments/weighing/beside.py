"""What stands beside the text of a page: each box of it is judged as a whole.

A teaser in a column of teasers reads like a paragraph, and line by line it often passes for one. But pages are made of
boxes, and a box that is mostly furniture is furniture.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.boxes import Boxes
from tasks.clean.segments.learned.case import Batch, Whole, running
from tasks.clean.segments.weighing.decision import HEAVIEST, MAIN, STEPS, Flags, deny

BESIDE = 0.3
"""A box with less than this share of what is likely main text of its page may stand beside the text."""

LEAST_OTHERS = 50
"""Words that such a box has beside those of the line that is judged by it."""

AROUND = 0.1
"""The share of the main text that precedes a box in its midst, and follows it: such are tables and code."""

LEAST_KEPT = 0.5
"""The share of the main text that stays: where less would, the page is laid out in boxes that say nothing of it."""

BOXED = 0.3
"""How much boxes say on an offer, of what they say on a text: other offers and what buyers say stand beside it."""

SUREST = 0.99
"""No box is judged surer than this."""


def judge_boxes(
    probabilities: npt.NDArray[np.float64],
    boxes: Boxes,
    unlike_text: npt.NDArray[np.float64],
    offered: npt.NDArray[np.float64],
    words: Whole,
    batch: Batch,
) -> npt.NDArray[np.float64]:
    """Take from each line's chance of main text what the largest box beside the text denies it: shape (lines, 3).

    The chance is multiplied by the odds of a word of that box to be main text, where these are below one, and what it
    loses goes to boilerplate. Offers and lists are made of boxes: the less a document is a text, the less is taken, but
    some where it is an offer (`offered`, from 0 to 1 as `unlike_text`).
    """
    weights = np.minimum(words, HEAVIEST) + 1
    likely = np.rint(probabilities[:, MAIN] * STEPS).astype(np.int64) * weights
    is_beside = _stand_beside(boxes, likely)
    beside = is_beside[boxes.of_lines]
    if not beside.any():
        return probabilities
    largest = _find_largest(boxes, is_beside)[boxes.of_lines]
    starts = np.flatnonzero(np.diff(largest, prepend=-1))  # the lines of a box follow each other
    box = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(batch)))
    size, sums = np.add.reduceat(weights, starts), np.add.reduceat(likely, starts)
    chance = np.clip(sums / (size * STEPS), 1 - SUREST, SUREST)
    denied = 1 - np.minimum(1.0, chance / (1 - chance))
    main = _main_words(probabilities, weights)
    judged = beside & (size[box] - weights >= LEAST_OTHERS) & ~_are_amid(starts, main, batch)[box]
    taken = np.where(judged, (1 - unlike_text + BOXED * offered) * denied[box], 0.0) * probabilities[:, MAIN]
    result = deny(probabilities, taken)
    before, after = (np.bincount(batch.document, each) for each in (main, _main_words(result, weights)))
    return np.where((after < LEAST_KEPT * before)[batch.document, None], probabilities, result)


def _stand_beside(boxes: Boxes, likely: Whole) -> Flags:
    """Which boxes hold less of what is likely main text than `BESIDE` of what their page does."""
    held = running(np.bincount(boxes.of_lines, likely, minlength=len(boxes.parents)).astype(np.int64))
    inside = held[boxes.ends] - held[:-1]
    beside: Flags = inside < BESIDE * inside[boxes.outermost]
    return beside


def _find_largest(boxes: Boxes, is_beside: Flags) -> Whole:
    """For each box the largest that is beside the text and holds it, or itself."""
    here = np.arange(len(boxes.parents))
    largest = np.where(is_beside & is_beside[boxes.parents], boxes.parents, here)
    while not np.array_equal(further := largest[largest], largest):
        largest = further
    return largest


def _main_words(probabilities: npt.NDArray[np.float64], weights: Whole) -> Whole:
    """The weight of each line that is main text by its likeliest label, 0 of others."""
    return np.where(probabilities.argmax(axis=1) == MAIN, weights, 0)


def _are_amid(starts: Whole, main: Whole, batch: Batch) -> Flags:
    """Which runs of lines, that begin at `starts`, have some of the main text before and some behind them."""
    words = running(main)
    first, last, ends = batch.first[starts], batch.last[starts], np.append(starts[1:], len(batch))
    least = AROUND * (words[last] - words[first])
    amid: Flags = (words[starts] - words[first] >= least) & (words[last] - words[ends] >= least)
    return amid
