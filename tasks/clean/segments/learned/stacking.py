"""The second table: what the first trees think of the lines around, and of the whole document."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import (
    NONE,
    Batch,
    Column,
    Whole,
    beside,
    magnitude,
    ratio,
    running,
    since,
    until,
)

OFFSETS = (-4, -3, -2, -1, 1, 2, 3, 4)
REACHES = (5, 15, 40)

LEAST = 0.35
"""A line with less probability weakens a run of lines of one label."""

LONGEST = 60
"""Words of one line that count in a run."""

_APART = 1 << 40
"""More than the words of any document add up to, times 256; a batch has not so many documents that it overflows."""


def stacked_columns(probabilities: npt.NDArray[np.float64], words: Whole, batch: Batch) -> dict[str, Column]:
    """Columns from the first trees' probabilities, in order main, boilerplate, comment, and whole words of lines."""
    columns: dict[str, Column] = {}
    here = np.arange(len(batch))
    weights = np.minimum(words, 200) + 1
    all_weights = running(weights)
    whole = batch.last - batch.first
    for number, label in ((0, "main"), (2, "comment")):
        likely = np.rint(probabilities[:, number] * 200).astype(np.int64)
        column = likely.astype(np.uint8)
        columns[label] = column
        for offset in OFFSETS:
            columns[f"{label}{offset:+d}"] = beside(column, offset, batch)
        sums = running(likely * weights)
        for reach in REACHES:
            low, high = np.maximum(batch.first, here - reach), np.minimum(batch.last, here + reach + 1)
            columns[f"{label}_before{reach}"] = _mean(sums, all_weights, low, here)
            columns[f"{label}_after{reach}"] = _mean(sums, all_weights, here + 1, high)
        total = sums[batch.last] - sums[batch.first]
        columns[f"{label}_passed"] = ratio(sums[here] - sums[batch.first], total)
        columns[f"{label}_total"] = magnitude(total // 200)
        columns[f"{label}_share"] = _mean(sums, all_weights, batch.first, batch.last)
        hits = likely > 100
        columns[f"{label}_since"], columns[f"{label}_until"] = since(hits, batch), until(hits, batch)
        runs = running(hits.astype(np.int64))
        columns[f"{label}_hits"] = ratio(runs[batch.last] - runs[batch.first], whole)
        first, last = _longest_runs(probabilities[:, number], words, batch)
        columns[f"{label}_run"] = ((here >= first) & (here <= last)).astype(np.uint8)
        columns[f"{label}_run_start"] = _offset(here - first, known=last >= first)
        columns[f"{label}_run_end"] = _offset(here - last, known=last >= first)
    return columns


def _mean(sums: Whole, weights: Whole, low: Whole, high: Whole) -> Column:
    weight = weights[high] - weights[low]
    return np.where(weight > 0, (sums[high] - sums[low]) // np.maximum(1, weight), NONE).astype(np.uint8)


def _offset(distance: Whole, *, known: npt.NDArray[np.bool_]) -> Column:
    size = magnitude(np.abs(distance)).astype(np.int64)
    return np.where(known, np.clip(127 + np.sign(distance) * size, 0, 254), NONE).astype(np.uint8)


def _longest_runs(likely: npt.NDArray[np.float64], words: Whole, batch: Batch) -> tuple[Whole, Whole]:
    """For each line the run of its document with the greatest sum of (probability - `LEAST`) x words; none: 0, -1."""
    gains = np.rint((likely - LEAST) * 256).astype(np.int64) * np.minimum(words + 1, LONGEST)
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
    is_rising = (greatest > 0)[batch.document]
    return np.where(is_rising, first[batch.document], 0), np.where(is_rising, last[batch.document], -1)


def _first_of_each(flags: npt.NDArray[np.bool_], batch: Batch) -> Whole:
    """The first line of each document that has the flag."""
    lines = np.flatnonzero(flags)[::-1]
    first = np.zeros(len(batch.sizes), np.int64)
    first[batch.document[lines]] = lines
    return first
