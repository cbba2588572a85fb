"""What is kept of a main text to find its duplicates by, in all later runs, without the text."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.arrays import Hashes, Integers
from tasks.dedupe.keys import take_keys
from tasks.dedupe.letters import SPACE, cut_rows, offsets_of, read_blocks, squeeze, to_arrow
from tasks.dedupe.numbers import take_numbers
from tasks.dedupe.sketches import SAMPLE, Samples, take_sketches

ALGORITHM_VERSION = 2
"""Goes up with every change after which a text has another fingerprint: only equal versions can be compared."""

EXACT_HASH_BYTES = 16

FINGERPRINT_FIELDS: tuple[pa.Field, ...] = (
    pa.field("exact_hash", pa.binary(EXACT_HASH_BYTES)),
    pa.field("keys", pa.list_(pa.field("item", pa.uint64(), nullable=False)), nullable=False),
    pa.field("sketch", pa.binary(), nullable=False),
    pa.field("shingles", pa.uint32(), nullable=False),
    pa.field("numbers", pa.list_(pa.field("item", pa.uint64(), nullable=False)), nullable=False),
    pa.field("algorithm_version", pa.int16(), nullable=False),
)

_HASH = np.dtype(np.uint64)


def fingerprint(texts: Sequence[str | None] | pa.Array | pa.ChunkedArray) -> pa.Table:
    """Take the fingerprint of each main text, in the order given.

    The columns are `FINGERPRINT_FIELDS`: `exact_hash` is the first half of the SHA-256 of the text with each run of
    ASCII white space as one space, null for a text of nothing else; where it is equal, all else is. `keys` are sorted;
    `sketch` holds samples of three bytes each (see `take_sketches`); `shingles` counts the grams that it samples, with
    repeats; `numbers` are hashes, sorted. The row of a text does not depend on the rest of the batch. A text of
    nothing but punctuation has an `exact_hash` and no more.
    """
    array = to_arrow(texts)
    keys, sketches, numbers, grams = _Lists(_HASH), _Lists(SAMPLE), _Lists(_HASH), [np.zeros(0, np.int64)]
    for block in read_blocks(array):
        keys.append(*take_keys(block))
        samples, offsets, block_grams = take_sketches(block)
        sketches.append(samples, offsets)
        grams.append(block_grams)
        numbers.append(*take_numbers(block))
    columns = [
        _hash_exactly(array),
        keys.to_arrow(),
        sketches.to_binary(),
        pa.array(np.concatenate(grams).astype(np.uint32)),
        numbers.to_arrow(),
        pa.array(np.full(len(array), ALGORITHM_VERSION, np.int16)),
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(FINGERPRINT_FIELDS))


def _hash_exactly(texts: pa.Array) -> pa.Array:
    offsets = offsets_of(texts)
    buffer = texts.buffers()[2] if len(texts) else None
    content = np.frombuffer(buffer if buffer is not None else b"", np.uint8)
    hashes: list[bytes | None] = []
    for first, last in cut_rows(offsets):
        base, end = int(offsets[first]), int(offsets[last])
        # ASCII white space is below the space, so that the larger of the two is what is wanted.
        is_white = (content[base:end] - np.uint8(0x09)) < 5
        spaced, dropped = squeeze(np.maximum(content[base:end], is_white.view(np.uint8) * np.uint8(SPACE)))
        bounds = offsets[first : last + 1] - base
        bounds -= np.searchsorted(dropped, bounds)
        for start, stop in pairwise(bounds.tolist()):
            characters = spaced[start:stop].strip(b" ")
            hashes.append(sha256(characters).digest()[:EXACT_HASH_BYTES] if characters else None)
    return pa.array(hashes, pa.binary(EXACT_HASH_BYTES))


class _Lists:
    """Gathers the lists of consecutive blocks into one Arrow column."""

    def __init__(self, kind: np.dtype[Any]) -> None:
        self._values: list[npt.NDArray[Any]] = [np.zeros(0, kind)]
        self._counts: list[Integers] = [np.zeros(1, np.int64)]

    def append(self, values: Hashes | Samples, offsets: Integers) -> None:
        self._values.append(values)
        self._counts.append(np.diff(offsets))

    def _offsets(self, width: int) -> pa.Array:
        return pa.array((np.cumsum(np.concatenate(self._counts)) * width).astype(np.int32))

    def to_arrow(self) -> pa.Array:
        field = pa.field("item", pa.uint64(), nullable=False)
        return pa.ListArray.from_arrays(self._offsets(1), pa.array(np.concatenate(self._values)), pa.list_(field))

    def to_binary(self) -> pa.Array:
        offsets = self._offsets(self._values[0].itemsize)
        values = np.concatenate([some.view(np.uint8) for some in self._values])
        return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, offsets.buffers()[1], pa.py_buffer(values)])
