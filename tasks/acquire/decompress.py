"""The decompressors of the libraries, fed in steps of which none gives more than 8 MB."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from typing import Any

import zstandard

_OUTPUT_STEP = 64 * 1024
"""The most that one step of zlib, bz2 or lzma gives. What a failing step would have given is lost."""

_ZSTD_STEP = 256
"""Zstandard cannot be asked for less output, only be given less input: 4 bytes may become a block of 128 kB.

So a step gives 8 MB at most. It costs a third of the speed (444 MB/s against 652 with steps of 2 kB).
"""

MEMORY = 128 * 1024 * 1024
"""Window or dictionary that the data may ask for: the default of `zstd -d`, twice what `xz -9` needs."""


def step_zlib(decompressor: Any, piece: bytes) -> Iterator[bytes]:
    """Feed zlib; of broken data everything up to the error is given."""
    before = decompressor.copy()
    left = piece
    done = 0
    try:
        while True:
            output = decompressor.decompress(left, _OUTPUT_STEP)
            left = decompressor.unconsumed_tail
            done += len(output)
            yield output
            if decompressor.eof or not left:
                return
    except zlib.error:
        # The failing step keeps back what it had: go the way to the error again, byte by byte.
        for place in range(len(piece)):
            output = before.decompress(piece[place : place + 1])
            if len(output) > done:
                yield output[done:]
            done = max(done - len(output), 0)
        raise


def step_bounded(decompressor: Any, piece: bytes) -> Iterator[bytes]:
    """Feed bz2 or lzma, which can be asked for less output."""
    if piece or not decompressor.needs_input:
        yield decompressor.decompress(piece, _OUTPUT_STEP)
    while not decompressor.eof and not decompressor.needs_input:
        yield decompressor.decompress(b"", _OUTPUT_STEP)


class ZstdFrame:
    """One frame of Zstandard: the decompressor of the library, and what lies behind the frame."""

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor(max_window_size=MEMORY).decompressobj()
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return self._frame.eof

    def decompress(self, piece: bytes) -> bytes:
        """What the next piece of the frame gives."""
        return self._frame.decompress(piece)

    def keep(self, rest: bytes) -> None:
        """Note what lies behind the frame, with the rest that it was not fed."""
        self.unused_data = self._frame.unused_data + rest


def step_zstd(decompressor: Any, piece: bytes) -> Iterator[bytes]:
    """Feed Zstandard a little at a time."""
    for place in range(0, len(piece), _ZSTD_STEP):
        yield decompressor.decompress(piece[place : place + _ZSTD_STEP])
        if decompressor.eof:
            decompressor.keep(piece[place + _ZSTD_STEP :])
            return


ERRORS = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError, ValueError)
"""What the libraries raise of broken data; bz2 raises `OSError`, and nothing here touches a disk."""
