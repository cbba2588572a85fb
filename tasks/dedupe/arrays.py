"""Steps over flat arrays of bytes, numbers and hashes that numpy does not have."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Number = TypeVar("Number", np.int64, np.uint64, np.uint32)


def find_marked(marks: npt.NDArray[np.bool_]) -> Integers:
    """Give the places of the marks as `flatnonzero` does, and thrice as fast where they are one in ten or fewer."""
    size = len(marks) & ~7
    eights = marks[:size].view(np.uint64)
    marked = np.flatnonzero(eights != 0)
    within = np.flatnonzero(eights[marked].view(np.bool_))
    places = marked[within >> 3]
    places <<= 3
    within &= 7
    places += within
    return places if size == len(marks) else np.append(places, np.flatnonzero(marks[size:]) + size)


def expand(starts: Integers, counts: Integers) -> Integers:
    """List `start, start + 1, ...` for each start, `count` of them each, back to back."""
    total = int(counts.sum())
    shift = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return shift + np.arange(total, dtype=np.int64)


def order_of(hashes: Hashes) -> Integers:
    """Give the places of the hashes in ascending order, equal ones as they stand, as a stable `argsort` would.

    That takes five times as long: it cannot sort by the vector instructions that leave equal ones in any order.
    """
    order = np.argsort(hashes)
    starts, sizes = runs_of(hashes[order])
    is_repeated = np.repeat(sizes > 1, sizes)
    run = np.repeat(starts, sizes)[is_repeated]
    order[is_repeated] = np.sort((run << 32) | order[is_repeated]) & 0xFFFFFFFF
    return order


def runs_of(values: Hashes | Integers) -> tuple[Integers, Integers]:
    """Give where each run of equal values starts, and its length."""
    if not len(values):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])
    return starts, np.diff(np.append(starts, len(values)))


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Sort the values and leave one of each."""
    return without_repeats(np.sort(values))


def without_repeats(ordered: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Leave one of each value of a sorted array."""
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def mix(values: Hashes) -> Hashes:
    """Spread the entropy of 64-bit values over all their bits, in place: MurmurHash3's finaliser (Appleby 2011)."""
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return values


def read_words(content: Bytes) -> Hashes:
    """View the bytes as overlapping little-endian 64-bit words, one starting at each byte but the last seven."""
    return np.ndarray((len(content) - 7,), "<u8", buffer=content.data, strides=(1,))


def gather_words(content: Bytes, places: Integers, count: int) -> list[Hashes]:
    """Give, of so many words in a row from each place on, all the first ones, all the second ones, and so on."""
    width = 8 * count
    runs: npt.NDArray[np.void] = np.ndarray((len(content) - width + 1,), f"V{width}", content.data, strides=(1,))
    return list(runs[places].view("<u8").reshape(-1, count).T)
