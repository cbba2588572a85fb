"""From the probabilities of lines to their labels.

The likeliest label of each line is right most often, but main text as a whole is not: on a page of offers or a list
hardly any line is likely to be main text, and some are. There, in plain text, where nobody is ever sure, and by half in
texts with markup, the main text are the lines that are worth their risk.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Whole, running
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.verdict import LABELS

MAIN, BOILERPLATE, COMMENT = (LABELS.index(label) for label in ("main", "boilerplate", "comment"))

EVEN, LEAST = 0.5, 0.2
"""The chance of main text from which a line is main on any page, and the least that is asked of one."""

MORE = 0.4
"""How much more than half of that F1 is asked for on an offer.

What is doubtful there goes together: what buyers say, how things are sent, other offers, each main text as a whole or
not at all. A choice of such lines comes out worse than one of lines that err each by itself.
"""

HEAVIEST = 200
"""Words of one line that count."""

FEWEST_COPIED, MOSTLY = 5, 0.75
"""Words of a line that hardly stands twice by chance, and how little a page must be a text to be searched for such."""

STEPS = 1 << 16
"""Chances are counted in so many parts of one: sums of whole numbers are exact."""

Flags = npt.NDArray[np.bool_]


def decide(
    probabilities: npt.NDArray[np.float64],
    unlike_text: npt.NDArray[np.float64],
    offered: npt.NDArray[np.float64],
    is_title: Flags,
    words: Whole,
    batch: Batch,
    least_share: float,
) -> npt.NDArray[np.int64]:
    """The number in `LABELS` of each line.

    `unlike_text` says of each line how little its document is a text (0 to 1), `offered` how much it is an offer. The
    less it is a text, the nearer is the chance that boilerplate needs to become main to half of the best F1 that any
    choice of lines can be expected to have. There what a line adds on average is what it costs (Lipton, Elkan and
    Narayanaswamy 2014); on an offer it has to add more. It is at least as near as `least_share` says, whatever the
    document is like, unless there are comments, since furniture is of more kinds then; and all the way for any that
    would be left with nothing but a title and no comments.
    """
    labels: npt.NDArray[np.int64] = probabilities.argmax(axis=1).astype(np.int64)
    talked = _have(labels == COMMENT, batch)
    is_empty = ~talked & ~_have((labels == MAIN) & ~is_title, batch)
    share = np.where(is_empty, 1.0, np.where(talked, unlike_text, np.maximum(unlike_text, least_share)))
    if not share.any():
        return labels
    chance = np.where(labels == COMMENT, 0, np.rint(probabilities[:, MAIN] * STEPS)).astype(np.int64)
    worth = _best_f1(chance, np.minimum(words, HEAVIEST) + 1, batch)[batch.document] / 2
    asked = np.clip((1 + MORE * offered) * worth, LEAST, EVEN)
    enough = (EVEN + share * (asked - EVEN)) * STEPS
    labels[(share > 0) & (chance >= enough)] = MAIN
    return labels


def deny(probabilities: npt.NDArray[np.float64], taken: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The probabilities with so much of each line's chance of main text given to boilerplate: shape (lines, 3)."""
    result = probabilities.copy()
    result[:, MAIN] -= taken
    result[:, BOILERPLATE] += taken
    return result


def lower_odds(probabilities: npt.NDArray[np.float64], left: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The probabilities with what is `left` of each line's odds of main text, the rest for boilerplate."""
    main = probabilities[:, MAIN]
    return deny(probabilities, main - left * main / (1 - (1 - left) * main))


def leave_copies(
    labels: npt.NDArray[np.int64],
    documents: Sequence[Lines],
    unlike_text: npt.NDArray[np.float64],
    words: Whole,
) -> None:
    """Take lines of offers and lists that are main text already for boilerplate, in place; `documents` hold all lines.

    Such pages hold much twice, of which a reader sees one: for wide and for narrow screens, for each slide of a row.
    What several entries of a list have in common is no copy: it stands in the same place of each, between other lines.
    """
    at = 0
    for lines in documents:
        first: dict[str, int] = {}
        if len(lines) and unlike_text[at] >= MOSTLY:
            chosen = (labels[at : at + len(lines)] == MAIN) & (words[at : at + len(lines)] >= FEWEST_COPIED)
            for index in np.flatnonzero(chosen).tolist():
                above = first.setdefault(lines.texts[index], index)
                if above != index and not _is_shared(lines, above, index):
                    labels[at + index] = BOILERPLATE
        at += len(lines)


def _is_shared(lines: Lines, above: int, below: int) -> bool:
    """Whether two equal lines stand in elements of the same tags and classes, with other lines before and behind."""
    tags, texts = lines.tags, lines.texts
    return (
        tags is not None
        and tags[above].path == tags[below].path
        and (above == 0 or texts[above - 1] != texts[below - 1])
        and texts[above + 1 : above + 2] != texts[below + 1 : below + 2]
    )


def _have(flags: Flags, batch: Batch) -> Flags:
    """For each line whether any of its document has the flag."""
    counts = np.bincount(batch.document[flags], minlength=len(batch.sizes))
    return (counts > 0)[batch.document]


def _best_f1(chance: Whole, weights: Whole, batch: Batch) -> npt.NDArray[np.float64]:
    """For each document the greatest F1 to be expected of its likeliest lines, however many; sums are of whole numbers.

    Of a document without lines it is 0.
    """
    order = np.argsort(batch.document * (2 * STEPS) - chance, kind="stable")
    gained, taken = running((chance * weights)[order]), running(weights[order]) * STEPS
    before, whole = gained[batch.first], gained[batch.last] - gained[batch.first]
    f1 = 2 * (gained[1:] - before) / (taken[1:] - taken[batch.first] + whole)
    best = np.zeros(len(batch.sizes))
    np.maximum.at(best, batch.document, f1)
    return best
