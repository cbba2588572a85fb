"""The numbers in a text, which tell a new report from a copy of the last one."""

from __future__ import annotations

import numpy as np

from tasks.dedupe.arrays import Hashes, Integers, distinct, expand, find_marked, mix
from tasks.dedupe.letters import Block

NUMBERS_MOST = 64
"""Numbers kept of a text, those of the smallest hash: as good a sample of a table as all of it, and bounded."""

_HASH_BITS = 48  # leaves 16 for the row
_HASH_MASK = np.uint64((1 << _HASH_BITS) - 1)
_PLACE_WEIGHTS = np.array([pow(0x100000001B3, place, 1 << 64) for place in range(256)], np.uint64)


def take_numbers(block: Block) -> tuple[Hashes, Integers]:
    """Hash the distinct numbers of each row, the `NUMBERS_MOST` smallest hashes: sorted, and the offsets of the rows.

    A number is a run of digits, with single points, commas and colons inside it: 4,500 and 12.30 are one each. Commas
    do not count (4,500 is 4500). The hash depends on the first 256 characters.
    """
    content = block.spelling
    at = find_marked((content - np.uint8(48)) < 10)
    if not len(at):
        return np.zeros(0, np.uint64), np.zeros(block.rows + 1, np.int64)
    gap = np.diff(at)
    between = content[at[:-1] + 1]
    is_dotted = (gap == 2) & ((between == 0x2E) | (between == 0x3A))
    joins = (gap == 1) | is_dotted | ((gap == 2) & (between == 0x2C))
    starts = np.concatenate([[0], np.flatnonzero(~joins) + 1])
    lengths = np.diff(np.append(starts, len(at)))
    place = np.minimum(expand(np.zeros_like(lengths), lengths), len(_PLACE_WEIGHTS) - 1)
    # A point or colon counts with the digit behind it.
    symbol = content[at].astype(np.uint64) + np.concatenate([[0], is_dotted * between]).astype(np.uint64) * np.uint64(
        256
    )
    hashes = mix(np.add.reduceat(symbol * _PLACE_WEIGHTS[place], starts)) >> np.uint64(64 - _HASH_BITS)
    rows = np.searchsorted(block.spelling_offsets, at[starts], side="right") - 1
    coded = distinct((rows.astype(np.uint64) << np.uint64(_HASH_BITS)) | hashes)
    rows = (coded >> np.uint64(_HASH_BITS)).astype(np.int64)
    is_kept = np.arange(len(rows)) - np.searchsorted(rows, np.arange(block.rows))[rows] < NUMBERS_MOST
    return coded[is_kept] & _HASH_MASK, np.searchsorted(rows[is_kept], np.arange(block.rows + 1))
