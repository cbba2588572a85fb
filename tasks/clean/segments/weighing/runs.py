"""The run of a plain text: the lines between which the trees find it, which is where its prose is believed to be text.

The rules take the densest prose for the text, and below it they read on, over the author, a word about the letter that
the site sends, the beginnings of other texts. The trees know those better, where they are sure of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Case, Whole, judged, running
from tasks.clean.segments.weighing.decision import HEAVIEST, MAIN, STEPS, Flags

LEAST = 0.35
"""The chance of main text from which a line lengthens a run; with an even chance lists in a text would end it."""

MOST, SURE = 0.6, 0.8
"""The share of what the rules take for the text that a run holds, and the mean chance of a word in it.

Old pages that are text to their last line are seldom as sure: with seven in ten they lose words.
"""

NEAR = 2
"""Lines before and behind a run that are still believed: captions, dates, and the last words of a text."""


def find_runs(probabilities: npt.NDArray[np.float64], cases: Sequence[Case], words: Whole, batch: Batch) -> Flags:
    """Which lines of plain texts stand in the run of their text or near it; all, where none is sure and holds most.

    Lines that begin with a digit are in any run: notes on the text stand far below it. `probabilities` are those of the
    trees, shape (lines, 3).
    """
    weights = np.minimum(words, HEAVIEST) + 1
    likely = np.rint(probabilities[:, MAIN] * STEPS).astype(np.int64) * weights
    gained = running(likely - int(LEAST * STEPS) * weights)
    labels, _ = judged(cases, batch)
    unnamed = np.fromiter((not hint for case in cases for hint in case.layout.hints), np.bool_, len(batch))
    said = np.where((labels == MAIN) & unnamed, weights, 0)
    inside = np.ones(len(batch), np.bool_)
    for (first, last), case in zip(pairwise(accumulate(batch.sizes, initial=0)), cases, strict=True):
        start, end = _find_run(gained[first : last + 1])
        run, page = slice(first + start, first + end), slice(first, last)
        is_sure = likely[run].sum() >= SURE * STEPS * weights[run].sum()
        if end > start and is_sure and said[run].sum() >= MOST * said[page].sum():
            far = chain(range(start - NEAR), range(end + NEAR, last - first))
            inside[[first + at for at in far if not case.lines.texts[at][0].isdigit()]] = False
    return inside


def _find_run(sums: Whole) -> tuple[int, int]:
    """Between which of running sums the greatest gain lies: the first and, behind it, the last; (0, 0) without any."""
    gains = sums - np.minimum.accumulate(sums)
    end = int(gains.argmax())
    return (end - int(sums[end::-1].argmin()), end) if gains[end] > 0 else (0, 0)
