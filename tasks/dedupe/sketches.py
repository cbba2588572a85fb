"""Samples of a text's characters that tell how alike two texts are, without the texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.dedupe.letters import Block, Hashes, Integers, distinct, expand

GRAM_BYTES = 7
"""Bytes in the gram that a sample is the hash of.

These are 7 letters, or 3.5 ideographs. With 9, copies with 6 % of the characters changed have Jaccard .36-.43, on both
sides of what tells copies from others; with 7 they have .44-.51, and what is no copy stays below .34."""

SKETCH_MOST = 128
"""Samples to expect at most; a text with more grams keeps one in 2, 4, 8, ... of them.

With twice as many a copy with 6 % of the characters changed is found in 93.5 instead of 92.7 %, with half as many in
86.5 %."""

_MOST_BY_LEVEL = SKETCH_MOST << np.arange(33)


def level_of(grams: npt.NDArray[np.int64]) -> Integers:
    """Give the level of sketches by the number of grams: one in `2 ** level` of the grams is in it."""
    return np.searchsorted(_MOST_BY_LEVEL, grams)


def take_sketches(block: Block) -> tuple[npt.NDArray[np.uint16], Integers, Integers]:
    """Sample the hashed grams of each row: sorted samples row by row, the offsets of the rows, the grams of each row.

    A gram of row `i` is in its sketch if its hash, a fraction of 1, is below `2 ** -level`; kept are the 16 bits that
    follow. Thus two sketches of any levels can be compared at the higher one. Grams are counted with their repeats.
    """
    offsets = block.offsets
    lengths = np.diff(offsets)
    grams = np.maximum(lengths - GRAM_BYTES + 1, np.minimum(lengths, 1))
    levels = level_of(grams)
    hashes = _hash_grams(block)
    # The highest hash of a level, not the first above it: 2 ** 64 is no 64-bit number.
    limits = np.uint64(0xFFFFFFFFFFFFFFFF) >> levels.astype(np.uint64)
    positions = np.flatnonzero(hashes <= np.repeat(limits, lengths))
    rows = np.repeat(np.arange(block.rows, dtype=np.uint32), np.diff(np.searchsorted(positions, offsets)))
    fits = positions < (offsets[:-1] + grams)[rows]
    positions, rows = positions[fits], rows[fits]
    samples = (hashes[positions] << levels.astype(np.uint64)[rows]) >> np.uint64(48)
    coded = distinct((rows << np.uint32(16)) | samples.astype(np.uint32))
    ends = np.searchsorted(coded, np.arange(block.rows + 1, dtype=np.uint64) << np.uint64(16))
    return (coded & np.uint32(0xFFFF)).astype(np.uint16), ends, grams


def _hash_grams(block: Block) -> Hashes:
    """Hash the gram that starts at each byte; a row shorter than a gram is one gram as a whole."""
    hashes, shifted = (block.scratch.take(place, len(block.words)) for place in (1, 2))
    np.left_shift(block.words, np.uint64(8 * (8 - GRAM_BYTES)), out=hashes)
    lengths = np.diff(block.offsets)
    short = np.flatnonzero((lengths > 0) & (lengths < GRAM_BYTES))
    if len(short):
        hashes[block.offsets[short]] <<= (8 * (GRAM_BYTES - lengths[short])).astype(np.uint64)
    hashes *= np.uint64(0x9E3779B97F4A7C15)
    hashes ^= np.right_shift(hashes, np.uint64(29), out=shifted)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    return hashes


def compare_sketches(
    samples: npt.NDArray[np.uint16], offsets: Integers, levels: Integers, left: Integers, right: Integers
) -> tuple[Integers, Integers, Integers]:
    """Count, for each pair of rows, the samples that both have, and those of the left and of the right one.

    `offsets[i] : offsets[i + 1]` are the samples of row `i`, sorted. Each pair is compared at its higher level, where
    both have sampled the same grams. At most 65,536 pairs a call.
    """
    left_lower = np.maximum(levels[right] - levels[left], 0)
    right_lower = np.maximum(levels[left] - levels[right], 0)
    left_codes = _codes(samples, offsets, left, left_lower, right_lower)
    right_codes = _codes(samples, offsets, right, right_lower, left_lower)
    # Two sorted runs: the stable sort merges them in one pass.
    both = np.sort(np.concatenate([left_codes, right_codes]), kind="stable")
    pairs = np.arange(len(left) + 1, dtype=np.uint64) << np.uint64(16)
    shared = both[1:][both[1:] == both[:-1]]
    return (
        np.diff(np.searchsorted(shared, pairs)),
        np.diff(np.searchsorted(left_codes, pairs)),
        np.diff(np.searchsorted(right_codes, pairs)),
    )


def _codes(
    samples: npt.NDArray[np.uint16], offsets: Integers, rows: Integers, lower: Integers, other_lower: Integers
) -> npt.NDArray[np.uint32]:
    """Give the samples of the rows below the pair's level, sorted and distinct, each behind its pair's number.

    `lower` says by how many levels the row is below its partner, `other_lower` the partner below it: of the two the
    lower one leaves out the samples that the higher one has not taken, and the higher one the bits the lower has not.
    """
    counts = offsets[rows + 1] - offsets[rows]
    values = samples[expand(offsets[rows], counts)].astype(np.uint32)
    pairs = np.repeat(np.arange(len(rows), dtype=np.uint32), counts)
    if lower.any():
        is_in = values < np.repeat((1 << np.maximum(16 - lower, 0)).astype(np.uint32), counts)
        values, pairs, counts = values[is_in], pairs[is_in], np.bincount(pairs[is_in], minlength=len(rows))
    if other_lower.any():
        values >>= np.repeat(np.minimum(other_lower, 16).astype(np.uint32), counts)
    codes = (pairs << np.uint32(16)) | values
    return codes[np.concatenate([[True], codes[1:] != codes[:-1]])] if len(codes) else codes
