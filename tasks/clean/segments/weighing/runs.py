"""The run of a plain text: the lines between which the trees find it, which is where its prose is believed to be text.

The rules take the densest prose for the text, and below it they read on, over the author, a word about the letter that
the site sends, the beginnings of other texts. The trees know those better, where they are sure of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Case, Whole, judged, running
from tasks.clean.segments.learned.runs import find_longest_runs
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
    first, last = find_longest_runs(likely - int(LEAST * STEPS) * weights, batch)
    labels, _ = judged(cases, batch)
    unnamed = np.fromiter((not hint for case in cases for hint in case.layout.hints), np.bool_, len(batch))
    said = np.where((labels == MAIN) & unnamed, weights, 0)
    sure, heavy, held = (sums[last + 1] - sums[first] for sums in map(running, (likely, weights, said)))
    whole = np.bincount(batch.document, said, len(first))
    is_believed = (last >= first) & (sure >= SURE * STEPS * heavy) & (held >= MOST * whole)
    here, document = np.arange(len(batch)), batch.document
    is_far = (here < first[document] - NEAR) | (here > last[document] + NEAR)
    far = np.flatnonzero(is_believed[document] & is_far)
    texts = [text for case in cases for text in case.lines.texts]
    inside = np.ones(len(batch), np.bool_)
    inside[[at for at in far.tolist() if not texts[at][0].isdigit()]] = False
    return inside
