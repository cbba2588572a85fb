"""What stands below the element that holds the text of a page: its author, other stories, a newsletter, the site.

Much of that reads like the text, and some of it is on nobody's list. But a text has an element of its own, and what
stands above that, a headline and a standfirst, is more often part of the text than what stands below.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.boxes import Boxes
from tasks.clean.segments.learned.case import Batch, Case, Whole, running
from tasks.clean.segments.learned.offers import FROM
from tasks.clean.segments.lines import Element
from tasks.clean.segments.weighing.decision import COMMENT, HEAVIEST, MAIN, STEPS, lower_odds

MOST = 0.5
"""The share of what is likely main text that the element of the text holds at least."""

LEFT = 0.2
"""What is left below it of the odds of main text: of the words that this makes boilerplate nineteen in twenty are."""


def doubt_below(
    probabilities: npt.NDArray[np.float64],
    cases: Sequence[Case],
    boxes: Boxes,
    unlike_text: npt.NDArray[np.float64],
    words: Whole,
    batch: Batch,
) -> npt.NDArray[np.float64]:
    """Lower the odds of main text below the element that best holds it, down to the first comment: shape (lines, 3).

    That is the element of which all lines together have the greatest F1 to be expected. Below means outside of any
    <article> around it. Lines in the same place as some inside it, in elements of the same tags and classes all the way
    down, are spared: there it is one of many. So is a page whose best element is a single line or holds less than
    `MOST` of the text, and one that is rather no text; the less a page is one, the less is taken.
    """
    likely = np.rint(probabilities[:, MAIN] * STEPS).astype(np.int64)
    found = _find_texts(likely, boxes, words)
    inside = (boxes.of_lines >= found) & (boxes.of_lines < boxes.ends[found])
    comments = np.flatnonzero(probabilities.argmax(axis=1) == COMMENT)[::-1]
    talked = np.full(len(batch.sizes), len(batch))
    talked[batch.document[comments]] = comments  # the first of each page stays
    doubted = (found >= 0) & (unlike_text < FROM) & (boxes.of_lines >= boxes.ends[found])
    doubted &= np.arange(len(batch)) < talked[batch.document]
    for number in np.unique(batch.document[doubted]).tolist():
        lines = cases[number].lines
        page = slice(*(np.searchsorted(batch.document, (number, number + 1))))
        if lines.tags is None or lines.parents is None or lines.elements is None:
            doubted[page] = False
            continue
        first = boxes.outermost[boxes.of_lines[page.start]]
        around = _find_article(lines.parents, lines.elements, int(found[page.start] - first))
        paths = np.fromiter((tag.path for tag in lines.tags), np.int64, len(lines))
        doubted[page] &= (boxes.of_lines[page] >= boxes.ends[first + around]) & ~np.isin(paths, paths[inside[page]])
    return lower_odds(probabilities, np.where(doubted, 1 - (1 - LEFT) * (1 - unlike_text), 1.0))


def _find_texts(likely: Whole, boxes: Boxes, words: Whole) -> Whole:
    """For each line the element that best holds the main text of its page; -1 where that is no more than a line."""
    weights = np.minimum(words, HEAVIEST) + 1
    count = len(boxes.parents)
    sums = [
        running(np.bincount(boxes.of_lines, values, minlength=count).astype(np.int64))
        for values in (weights, weights * likely, np.ones_like(weights))
    ]
    size, hit, lines = (total[boxes.ends] - total[:-1] for total in sums)
    whole = hit[boxes.outermost]
    f1 = 2 * hit / (size * STEPS + whole + 1)
    first = np.unique(boxes.outermost)  # one a document
    best = np.repeat(np.maximum.reduceat(f1, first), np.diff(first, append=count))
    tops = np.flatnonzero(f1 == best)[::-1]
    top = np.zeros(count, np.int64)
    top[boxes.outermost[tops]] = tops  # the outermost of equals stays
    found = top[boxes.outermost[boxes.of_lines]]
    return np.where((lines[found] > 1) & (hit[found] > MOST * whole[found]), found, -1)


def _find_article(parents: list[int], elements: list[Element], block: int) -> int:
    """The number of the largest <article> around a block, or of the block itself."""
    found = block
    while parents[block] != block:
        block = parents[block]
        if elements[block][:1] == ("article",):
            found = block
    return found
