"""The run of each document with the greatest sum, found for all documents at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Whole, running

_APART = 1 << 42
"""More than any document gains, at 2**16 a word: of 67 million words. Of two million documents the sums overflow."""


def find_longest_runs(gains: Whole, batch: Batch) -> tuple[Whole, Whole]:
    """For each document the first and last line of the run whose `gains` add up to the most; 0 and -1 without any."""
    sums = running(gains)
    # The least sum before each line of its own document: what stands before is lifted out of reach.
    lifts = (np.arange(len(batch.sizes)) * -_APART)[batch.document]
    lowest = np.minimum.accumulate(sums[:-1] + lifts) - lifts
    rises = sums[1:] - lowest
    sizes = np.array(batch.sizes, np.int64)
    filled = np.flatnonzero(sizes)
    starts = (np.cumsum(sizes) - sizes)[filled]
    greatest, least = np.zeros((2, len(sizes)), np.int64)
    greatest[filled] = np.maximum.reduceat(rises, starts)
    last = _first_of_each(rises == greatest[batch.document], batch)
    least[filled] = lowest[last[filled]]
    first = _first_of_each(sums[:-1] == least[batch.document], batch)
    return np.where(greatest > 0, first, 0), np.where(greatest > 0, last, -1)


def _first_of_each(flags: npt.NDArray[np.bool_], batch: Batch) -> Whole:
    """The first line of each document that has the flag."""
    lines = np.flatnonzero(flags)[::-1]
    first = np.zeros(len(batch.sizes), np.int64)
    first[batch.document[lines]] = lines
    return first
