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
from tasks.clean.segments.learned.runs import find_longest_runs

OFFSETS = (-4, -3, -2, -1, 1, 2, 3, 4)
REACHES = (5, 15, 40)

LEAST = 0.35
"""A line with less probability weakens a run of lines of one label."""

LONGEST = 60
"""Words of one line that count in a run."""


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
        gains = np.rint((probabilities[:, number] - LEAST) * 256).astype(np.int64) * np.minimum(words + 1, LONGEST)
        first, last = (lines[batch.document] for lines in find_longest_runs(gains, batch))
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
