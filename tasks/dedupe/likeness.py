"""How alike two texts are, from their signatures alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.letters import Hashes, Integers, expand
from tasks.dedupe.numbers import NUMBERS_MOST
from tasks.dedupe.options import Options
from tasks.dedupe.sketches import compare_sketches, level_of

PAIRS_MOST = 1 << 14
"""Pairs that are compared at a time: some 60 MB."""

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

    def is_copy(self, options: Options) -> npt.NDArray[np.bool_]:
        """Tell which pairs are verified: alike enough, or one within the other, with numbers that agree."""
        is_alike = self.similarity >= options.similarity
        is_within = (self.containment >= options.containment) & (self.similarity >= options.containment_similarity)
        wanted = np.maximum(self.numbers / 2, options.numbers * self.numbers - 1)
        is_verified: npt.NDArray[np.bool_] = (is_alike | is_within) & (self.shared_numbers >= wanted)
        return is_verified

    def describe(self, is_exact: npt.NDArray[np.bool_], options: Options) -> list[pa.Array]:
        """Give relation, similarity and containment of each pair, as they are published.

        A pair is `contained` if as good as all of the clearly smaller one is in the other, `exact` where we are told.
        """
        is_contained = (self.containment >= options.containment) & (self.balance <= options.containment)
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
        self._samples = np.frombuffer(buffer if buffer is not None else b"", "<u2", count=int(offsets[-1]) // 2)
        self._sample_offsets = offsets // 2
        self._levels = level_of(table["shingles"].to_numpy().astype(np.int64))

    def compare(self, left: Integers, right: Integers) -> Likeness:
        """Compare row `left[i]` with row `right[i]`, for each `i`."""
        parts = [
            self._compare(left[start : start + PAIRS_MOST], right[start : start + PAIRS_MOST])
            for start in range(0, max(len(left), 1), PAIRS_MOST)
        ]
        return Likeness(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _compare(self, left: Integers, right: Integers) -> tuple[Shares | Integers, ...]:
        shared, of_left, of_right = compare_sketches(self._samples, self._sample_offsets, self._levels, left, right)
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
