"""From the probabilities of lines to their labels.

In a text each line gets the likeliest label. On a page of offers or a list hardly any line is likely to be main text,
but some are: its main text are the lines that are worth their risk. In plain text so are lines between others of main
text, and all where little of a text was found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Whole
from tasks.clean.segments.verdict import LABELS

MAIN, BOILERPLATE, COMMENT = (LABELS.index(label) for label in ("main", "boilerplate", "comment"))

EVEN, LEAST = 0.5, 0.2
"""The chance of main text from which a line of a text is main, and the least that is asked of a line on any page."""

BETWEEN = 10
"""Lines up to which main text stands above and below a line between; with 6 to 20 all development sets are within .001.
Below a text teasers are as doubtful as its own lines, and not between them."""

FOUND = 0.5
"""The share of the main text to be expected that must be found at least; with .4 to .8 it is much alike."""

HEAVIEST = 200
"""Words of one line that count."""

FEWEST_COPIED, MOSTLY = 8, 0.75
"""Words of a line that hardly stands twice by chance, and how little a page must be a text to be searched for such."""

_STEPS = 1 << 16

Flags = npt.NDArray[np.bool_]


def decide(
    probabilities: npt.NDArray[np.float64],
    unlike_text: npt.NDArray[np.float64],
    is_title: Flags,
    words: Whole,
    batch: Batch,
    *,
    is_plain: bool = False,
) -> npt.NDArray[np.int64]:
    """The number in `LABELS` of each line; `unlike_text` says of each line how little its document is a text (0 to 1).

    The less it is one, the nearer is the chance that boilerplate needs to become main to half of the best F1 that any
    choice of lines can be expected to have. There what a line adds on average is what it costs (Lipton, Elkan and
    Narayanaswamy 2014). Of a document that would be left with nothing but a title, and no comments either, this
    holds whatever it is like. In plain text (`is_plain`) so it does for lines between others of main text, and for all
    lines of a document that would be left with less than half of the main text to be expected.
    """
    labels: npt.NDArray[np.int64] = probabilities.argmax(axis=1).astype(np.int64)
    chance = np.where(labels == COMMENT, 0, np.rint(probabilities[:, MAIN] * _STEPS)).astype(np.int64)
    weights = np.minimum(words, HEAVIEST) + 1
    is_doubtful = (labels == BOILERPLATE) & (chance >= LEAST * _STEPS)
    at = 0
    for size in batch.sizes:
        here = slice(at, at + size)
        at += size
        if not is_doubtful[here].any():
            continue
        is_empty = not ((labels[here] == COMMENT) | ((labels[here] == MAIN) & ~is_title[here])).any()
        share = 1.0 if is_empty else float(unlike_text[here.start])
        if share or is_plain:
            asked = min(EVEN, max(LEAST, _best_f1(chance[here], weights[here]) / 2))
            enough = (EVEN + share * (asked - EVEN)) * _STEPS
            is_main = (labels[here] == MAIN) | (is_doubtful[here] & (chance[here] >= enough))
            if is_plain and (is_worth := is_doubtful[here] & ~is_main & (chance[here] >= asked * _STEPS)).any():
                found = is_main | is_title[here]
                is_main |= is_worth & (_is_little(found, chance[here] * weights[here]) | _are_between(found))
            labels[here] = np.where(is_main, MAIN, labels[here])
    return labels


def leave_copies(
    labels: npt.NDArray[np.int64],
    texts: Sequence[Sequence[str]],
    unlike_text: npt.NDArray[np.float64],
    words: Whole,
) -> None:
    """Take lines of offers and lists that are main text already for boilerplate, in place; `texts` are all lines.

    Such pages hold much twice, of which a reader sees one: for wide and for narrow screens, for each slide of a row.
    """
    at = 0
    for lines in texts:
        said: set[str] = set()
        if lines and unlike_text[at] >= MOSTLY:
            chosen = (labels[at : at + len(lines)] == MAIN) & (words[at : at + len(lines)] >= FEWEST_COPIED)
            for index in np.flatnonzero(chosen).tolist():
                if lines[index] in said:
                    labels[at + index] = BOILERPLATE
                said.add(lines[index])
        at += len(lines)


def _is_little(is_main: Flags, expected: Whole) -> bool:
    """Whether lines hold less of the main text that is `expected` of each than would be if it was found."""
    return bool(expected[is_main].sum() < FOUND * expected.sum())


def _are_between(is_main: Flags) -> Flags:
    """Which lines have main text both above and below them, near."""
    places = np.arange(len(is_main))
    above = np.maximum.accumulate(np.where(is_main, places, -len(is_main) - BETWEEN))
    below = np.minimum.accumulate(np.where(is_main, places, 2 * len(is_main) + BETWEEN)[::-1])[::-1]
    between: Flags = (places - above <= BETWEEN) & (below - places <= BETWEEN)
    return between


def _best_f1(chance: Whole, weights: Whole) -> float:
    """The greatest F1 to be expected of the likeliest lines of a document, however many; sums are of whole numbers."""
    order = np.argsort(-chance, kind="stable")
    gained = np.cumsum((chance * weights)[order])
    taken = np.cumsum(weights[order]) * _STEPS
    return float((2 * gained / (taken + gained[-1])).max())
