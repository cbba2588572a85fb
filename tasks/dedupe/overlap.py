"""What two sketches have in common, and where in their texts it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.dedupe.arrays import Integers, expand
from tasks.dedupe.sketches import PLACES, Samples

PAIRS_MOST = 1 << 14
"""Pairs that are compared at a time: some 60 MB."""

REACH_GRAMS = 40
"""How far around a common gram a text counts as common, at least: an edited sentence is still the same one."""

REACH_SAMPLES = 2
"""The same in distances from sample to sample, as what is common shows at the samples only."""

Codes = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Side:
    """One side of an array of pairs, at most `PAIRS_MOST`: a row each, of all sketches with their offsets.

    `lower` says by how many levels the row is below its partner, and `other_lower` the partner below it: of the two the
    lower one leaves out the samples that the higher one has not taken, and the higher one the bits the lower has not.
    """

    samples: Samples
    offsets: Integers
    rows: Integers
    lower: Integers
    other_lower: Integers

    def read(self) -> tuple[Codes, Codes]:
        """Give pair and value of each sample to compare, as one number, sorted and distinct; and their places."""
        counts = self.offsets[self.rows + 1] - self.offsets[self.rows]
        at = expand(self.offsets[self.rows], counts)
        values = self.samples["value"][at].astype(np.uint32)
        pairs = np.repeat(np.arange(len(self.rows), dtype=np.uint32), counts)
        if self.lower.any():
            is_in = values < np.repeat((1 << np.maximum(16 - self.lower, 0)).astype(np.uint32), counts)
            at, values, pairs = at[is_in], values[is_in], pairs[is_in]
        if self.other_lower.any():
            values >>= np.minimum(self.other_lower, 16).astype(np.uint32)[pairs]
        codes = (pairs << np.uint32(16)) | values
        is_first = np.ones(len(codes), np.bool_)
        np.not_equal(codes[1:], codes[:-1], out=is_first[1:])
        return codes[is_first], self.samples["place"][at[is_first]].astype(np.uint32)


def face(samples: Samples, offsets: Integers, levels: Integers, left: Integers, right: Integers) -> tuple[Side, Side]:
    """Put the rows of each pair side by side, to be compared at the higher one of their levels."""
    left_lower = np.maximum(levels[right] - levels[left], 0)
    right_lower = np.maximum(levels[left] - levels[right], 0)
    return (
        Side(samples, offsets, left, left_lower, right_lower),
        Side(samples, offsets, right, right_lower, left_lower),
    )


def count_samples(left: Side, right: Side) -> tuple[Integers, Integers, Integers]:
    """Count, for each pair, the samples that both have, and those of the left and of the right one."""
    left_codes, right_codes = left.read()[0], right.read()[0]
    # Two sorted runs: the stable sort merges them in one pass.
    both = np.sort(np.concatenate([left_codes, right_codes]), kind="stable")
    shared = both[1:][both[1:] == both[:-1]]
    starts = np.arange(len(left.rows) + 1, dtype=np.uint64) << np.uint64(16)
    counted = [np.diff(np.searchsorted(codes, starts)) for codes in (shared, left_codes, right_codes)]
    return counted[0], counted[1], counted[2]


def measure_coverage(left: Side, right: Side, left_reach: Integers, right_reach: Integers) -> npt.NDArray[np.float64]:
    """Give the share of the samples of a text that stand within reach of a common one, of the better covered text.

    A reach is in places. A text with other texts around it is covered, as is one with errors all over; two texts that
    only have a passage in common are not.
    """
    left_codes, left_places = left.read()
    right_codes, right_places = right.read()
    pairs = len(left.rows)
    return np.maximum(
        _cover(left_codes, left_places, np.isin(left_codes, right_codes, assume_unique=True), left_reach, pairs),
        _cover(right_codes, right_places, np.isin(right_codes, left_codes, assume_unique=True), right_reach, pairs),
    )


def _cover(
    codes: Codes, places: Codes, is_common: npt.NDArray[np.bool_], reach: Integers, pairs: int
) -> npt.NDArray[np.float64]:
    pair = (codes >> np.uint32(16)).astype(np.int64)
    # Pairs lie so far apart that no sample of one is within reach of one of the next.
    stands = pair * (4 * PLACES) + places
    common = np.sort(stands[is_common])
    if not len(common):
        return np.zeros(pairs)
    after = np.searchsorted(common, stands)
    distance = np.minimum(
        np.abs(common[np.minimum(after, len(common) - 1)] - stands), np.abs(stands - common[np.maximum(after - 1, 0)])
    )
    covered = np.bincount(pair[distance <= reach[pair]], minlength=pairs)
    return covered / np.maximum(np.bincount(pair, minlength=pairs), 1)
