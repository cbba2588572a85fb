"""How alike two texts are, from their signatures alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.arrays import Hashes, Integers, expand
from tasks.dedupe.numbers import NUMBERS_MOST
from tasks.dedupe.options import Options
from tasks.dedupe.overlap import (
    PAIRS_MOST,
    REACH_GRAMS,
    REACH_SAMPLES,
    Side,
    count_samples,
    face,
    measure_coverage,
)
from tasks.dedupe.sketches import PLACES, SAMPLE, level_of

CLEARLY_SMALLER = 2 / 3
"""Size of a text as a share of one that holds it, up to which that is more than the same text with an addition: a copy
that lost a paragraph in four is `near`."""

DECIMALS = 4
"""Of the published shares."""

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Likeness:
    """What two texts have in common, for an array of pairs.

    `similarity` is the Jaccard index of their grams; `containment` the share of the grams of the smaller one that
    are in the other; `balance` the size of the smaller set as a share of the larger: all in [0, 1], for texts over
    256 grams estimated from samples, with a standard deviation of some .03. Of the `numbers` of the one with fewer
    the other has `shared_numbers`.
    """

    similarity: Shares
    containment: Shares
    balance: Shares
    numbers: Integers
    shared_numbers: Integers

    def is_alike(self, options: Options) -> npt.NDArray[np.bool_]:
        """Tell which pairs are alike enough to be copies, or one within the other, with numbers that agree."""
        is_alike = self.similarity >= options.similarity
        is_within = (self.containment >= options.containment) & (self.similarity >= options.containment_similarity)
        wanted = np.maximum(self.numbers / 2, options.numbers * self.numbers - 1)
        is_verified: npt.NDArray[np.bool_] = (is_alike | is_within) & (self.shared_numbers >= wanted)
        return is_verified

    def describe(self, is_exact: npt.NDArray[np.bool_], options: Options) -> list[pa.Array]:
        """Give relation, similarity and containment of each pair, as they are published.

        A pair is `contained` if as good as all of the clearly smaller one is in the other, `exact` where we are told.
        """
        is_contained = (self.containment >= options.containment) & (self.balance <= CLEARLY_SMALLER)
        relations = np.where(is_exact, "exact", np.where(is_contained, "contained", "near"))
        return [
            pa.array(relations.tolist(), pa.string()),
            pa.array(np.where(is_exact, 1.0, self.similarity.round(DECIMALS))),
            pa.array(np.where(is_exact, 1.0, self.containment.round(DECIMALS))),
        ]


class Fingerprints:
    """The sketches and numbers of many texts as flat arrays, comparable pair by pair."""

    def __init__(self, table: pa.Table) -> None:
        self._numbers, self._number_offsets = flatten(table["numbers"])
        # Large types first: the chunks of a big table may not fit in one array of 32-bit offsets.
        sketches = table["sketch"].cast(pa.large_binary()).combine_chunks()
        offsets = np.frombuffer(sketches.buffers()[1], np.int64)[sketches.offset : sketches.offset + len(sketches) + 1]
        buffer = sketches.buffers()[2]
        size = int(offsets[-1]) // SAMPLE.itemsize
        self._samples = np.frombuffer(buffer if buffer is not None else b"", SAMPLE, count=size)
        self._sample_offsets = offsets // SAMPLE.itemsize
        self._grams = table["shingles"].to_numpy().astype(np.int64)
        self._levels = level_of(self._grams)

    def find_copies(self, left: Integers, right: Integers, options: Options) -> npt.NDArray[np.bool_]:
        """Verify pairs of rows: tell which are alike enough, with most of one of the two texts near what both have."""
        is_copy = self.compare(left, right).is_alike(options)
        at = np.flatnonzero(is_copy)
        is_copy[at] = self._measure_coverage(left[at], right[at]) >= options.coverage
        return is_copy

    def _measure_coverage(self, left: Integers, right: Integers) -> Shares:
        spacing = 1 << np.maximum(self._levels[left], self._levels[right])
        reach = np.maximum(REACH_GRAMS, REACH_SAMPLES * spacing)
        left_reach, right_reach = (
            np.minimum(reach * PLACES // np.maximum(self._grams[side], 1) + 1, PLACES) for side in (left, right)
        )
        parts = [
            measure_coverage(*self._face(left[at], right[at]), left_reach[at], right_reach[at])
            for at in (slice(start, start + PAIRS_MOST) for start in range(0, len(left), PAIRS_MOST))
        ]
        return np.concatenate([np.zeros(0), *parts])

    def _face(self, left: Integers, right: Integers) -> tuple[Side, Side]:
        return face(self._samples, self._sample_offsets, self._levels, left, right)

    def compare(self, left: Integers, right: Integers) -> Likeness:
        """Compare row `left[i]` with row `right[i]`, for each `i`."""
        parts = [
            self._compare(left[start : start + PAIRS_MOST], right[start : start + PAIRS_MOST])
            for start in range(0, max(len(left), 1), PAIRS_MOST)
        ]
        return Likeness(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _compare(self, left: Integers, right: Integers) -> tuple[Shares | Integers, ...]:
        shared, of_left, of_right = count_samples(*self._face(left, right))
        smaller, larger = np.minimum(of_left, of_right), np.maximum(of_left, of_right)
        return (
            _share(shared, of_left + of_right - shared),
            _share(shared, smaller),
            _share(smaller, larger),
            *self._compare_numbers(left, right),
        )

    def _compare_numbers(self, left: Integers, right: Integers) -> tuple[Integers, Integers]:
        left_values, left_pairs = self._numbers_of(left)
        right_values, right_pairs = self._numbers_of(right)
        # Where one has more numbers than are kept, only those up to its last one can be compared.
        limits = np.minimum(self._number_limits(left), self._number_limits(right))
        is_in = left_values <= limits[left_pairs]
        left_values, left_pairs = left_values[is_in], left_pairs[is_in]
        is_in = right_values <= limits[right_pairs]
        right_values, right_pairs = right_values[is_in], right_pairs[is_in]
        values = np.concatenate([left_values, right_values])
        pairs = np.concatenate([left_pairs, right_pairs])
        order = np.lexsort((values, pairs))
        values, pairs = values[order], pairs[order]
        is_shared = (values[1:] == values[:-1]) & (pairs[1:] == pairs[:-1])
        size = len(left)
        shared = np.bincount(pairs[1:][is_shared], minlength=size)
        fewer = np.minimum(np.bincount(left_pairs, minlength=size), np.bincount(right_pairs, minlength=size))
        return fewer, shared

    def _numbers_of(self, rows: Integers) -> tuple[Hashes, Integers]:
        counts = self._number_offsets[rows + 1] - self._number_offsets[rows]
        values = self._numbers[expand(self._number_offsets[rows], counts)]
        return values, np.repeat(np.arange(len(rows)), counts)

    def _number_limits(self, rows: Integers) -> Hashes:
        ends = self._number_offsets[rows + 1]
        is_full = ends - self._number_offsets[rows] == NUMBERS_MOST
        limits = np.full(len(rows), np.iinfo(np.uint64).max, np.uint64)
        limits[is_full] = self._numbers[ends[is_full] - 1]
        return limits


def _share(part: Integers, whole: Integers) -> Shares:
    return part / np.maximum(whole, 1)


def flatten(column: pa.ChunkedArray) -> tuple[Hashes, Integers]:
    """Give the values of a column of lists of hashes, back to back, and the offsets of the rows."""
    lists = column.cast(pa.large_list(pa.uint64())).combine_chunks()
    counts = np.asarray(lists.value_lengths()).astype(np.int64)
    return lists.flatten().to_numpy(), np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
