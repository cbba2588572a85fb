"""Pages that are no text: how such pages are made tells of their lines what the words of a line do not.

A list is made of entries from one mould. On a page that sells, and on a list, much of what can be read is there to be
clicked on, or lies over the page until it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Case, Column, Whole
from tasks.clean.segments.weighing.decision import BOILERPLATE, HEAVIEST, MAIN, STEPS, deny

LEFT = 0.4
"""What is left of the chance of main text of a button and of what lies over the page, where that is wholly no text."""

TOO_MUCH = 0.5
"""The share of what is likely main text from which such lines are the page itself, whatever their elements say."""

_OWN = 2
"""What a column of a mark has for lines right inside such an element, with no block between."""

ASKED = frozenset({"mark_dialog", "mark_class_overlay", "mark_button"})
"""The columns that are read here."""

Chances = npt.NDArray[np.float64]


def liken_entries(probabilities: Chances, cases: Sequence[Case], listed: Chances, batch: Batch) -> Chances:
    """Let lines that stand in the same place of the entries of a list agree: shape (lines, 3), rows sum to 1.

    They are in elements of the same tags and classes, all the way down from the body: all prices, say, or all names.
    `listed` says of each line how likely its document is a list (0 to 1): the likelier, the nearer its chance of main
    text comes to the mean of the others in its place.
    """
    has_tags = np.array([case.lines.tags is not None for case in cases], np.bool_)[batch.document]
    at = np.flatnonzero(has_tags & (listed > 0))
    if not len(at):
        return probabilities
    pages = [cases[number].lines.tags or () for number in np.unique(batch.document[at]).tolist()]
    paths = np.fromiter((tag.path for tags in pages for tag in tags), np.int64, len(at))
    place = np.unique(batch.document[at] << 32 | paths, return_inverse=True)[1]  # of a deep page they are many
    chance = np.rint(probabilities[at, MAIN] * STEPS).astype(np.int64)
    others = np.bincount(place)[place] - 1
    said = np.bincount(place, chance)[place] - chance  # whole numbers: the sum is exact
    before = probabilities[at, MAIN]
    share = np.where(others > 0, listed[at], 0.0)
    main = (1 - share) * before + share * (said / (np.maximum(1, others) * STEPS))
    result = probabilities.copy()
    result[at] *= ((1 - main) / np.where(before < 1, 1 - before, 1.0))[:, None]
    result[at, MAIN] = main
    result[at, BOILERPLATE] += np.where(before < 1, 0.0, 1 - main)
    return result


def doubt_controls(
    probabilities: Chances, columns: Mapping[str, Column], unlike_text: Chances, words: Whole, batch: Batch
) -> Chances:
    """Take from buttons and from what lies over the page some of their chance of main text: shape (lines, 3).

    What they lose goes to boilerplate. The less a document is a text, the more is taken: what a button is called, how
    a dialog asks and what a tooltip explains read like the names and prices, descriptions and details of such a page.
    Where they would be most of the page, their elements are its frame. A button around blocks is a card.
    """
    is_overlay = (columns["mark_dialog"] > 0) | (columns["mark_class_overlay"] > 0)
    doubted = (unlike_text > 0) & (is_overlay | (columns["mark_button"] == _OWN))
    if not doubted.any():
        return probabilities
    weights = np.rint(probabilities[:, MAIN] * STEPS) * (np.minimum(words, HEAVIEST) + 1)
    whole, held = (
        np.bincount(batch.document, weighed, len(batch.sizes)) for weighed in (weights, np.where(doubted, weights, 0.0))
    )
    doubted &= (held < TOO_MUCH * whole)[batch.document]
    taken = np.where(doubted, (1 - LEFT) * unlike_text, 0.0) * probabilities[:, MAIN]
    return deny(probabilities, taken)
