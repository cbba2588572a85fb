"""Keys in which copies of a text meet: sampled hashes of the runs of letters that start at its words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.dedupe.arrays import Hashes, Integers, distinct, gather_words, mix
from tasks.dedupe.letters import Block

KEY_BYTES = 24
"""Bytes in the run that a key is the hash of, spaces among them: some four words, or twelve ideographs.

Runs of five words pair 72 % of the copies with 6 % of the characters changed with their original (sampled with the 8
smallest), of 24 letters 85 %, with the 16 smallest 95 %; runs of 16 letters 98 %, with more meetings by chance."""

KEY_SHARE = 16
"""One run in so many is a key..."""

KEY_FEWEST = 16
"""...and the so many smallest are, whatever their hash: short texts would have none else."""

KEY_BITS = 48
"""Bits of a key. 10 million documents have 2e8 keys, of which one in a million would meet another by chance."""

_KEY_MASK = np.uint64((1 << KEY_BITS) - 1)
_FIRST_BYTES = np.array([(1 << (8 * count)) - 1 for count in range(9)], np.uint64)
_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def take_keys(block: Block) -> tuple[Hashes, Integers]:
    """Sample the hashed runs of each row: sorted, distinct keys row by row, and the offsets of the rows.

    A row of fewer than `KEY_BYTES` letters has one key, of all of it; a row without letters none.
    """
    bounds = np.searchsorted(block.starts, block.offsets)
    counts = np.diff(bounds)
    keys = _hash_runs(block, bounds) >> np.uint64(64 - KEY_BITS)
    # Sorting all runs would take longer than all else here, so only as many are looked at as should hold the smallest.
    share = np.minimum(np.maximum(1 / KEY_SHARE, 2.5 * KEY_FEWEST / np.maximum(counts, 1)), 1.0)
    coded = _lowest(block, keys, bounds, share)
    is_short = (np.bincount(_rows(coded), minlength=block.rows) < KEY_FEWEST) & (share < 1)
    if is_short.any():  # by chance, or as a text that repeats itself has fewer distinct runs
        more = _lowest(block, keys, bounds, is_short.astype(np.float64))
        coded = np.sort(np.concatenate([coded[~is_short[_rows(coded)]], more]), kind="stable")
    rows = _rows(coded)
    sampled = coded & _KEY_MASK
    place = np.arange(len(rows)) - np.searchsorted(rows, np.arange(block.rows))[rows]
    is_key = (place < KEY_FEWEST) | (sampled < np.uint64((1 << KEY_BITS) // KEY_SHARE))
    return sampled[is_key], np.searchsorted(rows[is_key], np.arange(block.rows + 1))


def _hash_runs(block: Block, bounds: Integers) -> Hashes:
    """Hash the run that starts at each start, across the ends of rows too; a short row's as far as it goes."""
    lengths = np.diff(block.offsets)
    short = np.flatnonzero((lengths > 0) & (lengths < KEY_BYTES))
    hashes = np.zeros(len(block.starts), np.uint64)
    words = gather_words(block.letters, block.starts, KEY_BYTES // 8)
    for done, those, multiplier in zip(range(0, KEY_BYTES, 8), words, _MULTIPLIERS, strict=True):
        if len(short):
            those[bounds[short]] &= _FIRST_BYTES.take(np.maximum(lengths[short] - done, 0), mode="clip")
        hashes ^= those
        hashes *= multiplier
        hashes ^= hashes >> np.uint64(32)
    return mix(hashes)


def _lowest(block: Block, keys: Hashes, bounds: Integers, share: npt.NDArray[np.float64]) -> Hashes:
    """Give the distinct keys of each row in the lowest `share` of all possible ones, sorted, each behind its row."""
    limits = (share * 2.0**KEY_BITS).astype(np.uint64)
    at = np.flatnonzero(keys < np.repeat(limits, np.diff(bounds)))
    rows = np.repeat(np.arange(block.rows), np.diff(np.searchsorted(at, bounds)))
    last_starts = np.maximum(block.offsets[1:] - KEY_BYTES, block.offsets[:-1])
    is_whole = block.starts[at] <= last_starts[rows]
    return distinct((rows[is_whole].astype(np.uint64) << np.uint64(KEY_BITS)) | keys[at[is_whole]])


def _rows(coded: Hashes) -> Integers:
    return (coded >> np.uint64(KEY_BITS)).astype(np.int64)
