"""Pairs of texts that may be copies: those that meet in at least two keys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tasks.dedupe.arrays import Hashes, Integers, expand, order_of, runs_of

MEETINGS_MOST = 1 << 22
"""Meetings of two texts in a key that are gathered at a time: some 200 MB. One text alone may exceed it."""


def find_candidates(
    keys: Hashes, offsets: Integers, cap: int, hubs: int, shared_keys: int
) -> Iterator[tuple[Integers, Integers]]:
    """Give the pairs `(left, right)` of rows, left < right, that meet in enough keys; each pair once, in blocks.

    Row `i` has the distinct keys `keys[offsets[i] : offsets[i + 1]]`, and the rows stand in the order of their rank.
    In a key that at most `cap` rows have, each two of them meet; in another only each row with the `hubs` first of
    them, so that a thousand copies of one text find each other through the first ones. Wanted are `shared_keys`
    meetings, or as many as the row with fewer keys has keys. Memory is some 60 bytes a key and what `MEETINGS_MOST`
    takes, the time goes with `cap` times the keys.
    """
    counts = np.diff(offsets)
    rows = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    order = order_of(keys)  # by key, then by row
    by_key = rows[order]
    group_starts, group_sizes = runs_of(keys[order])
    before = np.arange(len(keys)) - np.repeat(group_starts, group_sizes)
    np.minimum(before, np.repeat(np.where(group_sizes > cap, hubs, cap), group_sizes), out=before)
    # Back to the order of the rows, so that all meetings of a row with earlier ones come together.
    partners, first = np.empty(len(keys), np.int32), np.empty(len(keys), np.int64)
    partners[order] = before
    first[order] = np.repeat(group_starts, group_sizes)
    del order, before
    meetings = np.concatenate([[0], np.cumsum(partners, dtype=np.int64)])[offsets]
    start = 0
    while start < len(counts):
        end = int(np.searchsorted(meetings, meetings[start] + MEETINGS_MOST, side="right")) - 1
        end = min(max(end, start + 1), len(counts))
        span = slice(int(offsets[start]), int(offsets[end]))
        left = by_key[expand(first[span], partners[span].astype(np.int64))].astype(np.int64)
        right = np.repeat(rows[span], partners[span]).astype(np.int64)
        pairs = np.sort((right << 32) | left)
        if len(pairs):
            pair_starts, met = runs_of(pairs)
            left, right = pairs[pair_starts] & 0xFFFFFFFF, pairs[pair_starts] >> 32
            wanted = np.minimum(shared_keys, np.minimum(counts[left], counts[right]))
            is_candidate = met >= wanted
            yield left[is_candidate], right[is_candidate]
        start = end


def find_common(keys: Hashes, offsets: Integers, cap: int, hubs: int) -> tuple[Hashes, Integers, Hashes, Integers]:
    """Give the keys that more than `cap` rows have, and how many have each; and their first `hubs` rows, with the key.

    `keys`, `offsets` and the order of the rows are those of `find_candidates`.
    """
    ordered = np.sort(keys)
    starts, sizes = runs_of(ordered)
    common, counts = ordered[starts[sizes > cap]], sizes[sizes > cap]
    if not len(common):
        return common, counts, common, np.zeros(0, np.int64)
    at = np.flatnonzero(np.isin(keys, common))
    at = at[order_of(keys[at])]
    starts, sizes = runs_of(keys[at])
    first = at[np.arange(len(at)) - np.repeat(starts, sizes) < hubs]
    return common, counts, keys[first], np.searchsorted(offsets, first, side="right") - 1
