"""Compressions: what decompresses which magic number, in bounded steps, and what is left of broken data."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tasks.acquire.stream import CHUNK_BYTES, Chunks, Damage, Stream

_GZIP_WINDOW = 31  # 15 bits, and 16 for the header and check sum of gzip


@dataclass(frozen=True, slots=True)
class Compression:
    """One compression: its name, the bytes that all of its data starts with, and what undoes it."""

    name: str
    magic: tuple[bytes, ...]
    expand: Callable[[Stream], Chunks]


def expand_gzip(stream: Stream) -> Chunks:
    """Decompress gzip of any number of members; zeros after the last are padding."""
    while stream.peek(1):
        if stream.peek(2) != b"\x1f\x8b":
            if stream.peek(CHUNK_BYTES).strip(b"\0"):
                yield Damage("damaged", f"{len(stream.peek(CHUNK_BYTES))} or more bytes follow the gzip data")
            return
        decompressor = zlib.decompressobj(_GZIP_WINDOW)
        while not decompressor.eof:
            piece = stream.read_some()
            if not piece:
                yield Damage("truncated", "the gzip data ends in the middle")
                return
            try:
                while piece and not decompressor.eof:
                    yield decompressor.decompress(piece, CHUNK_BYTES)
                    piece = decompressor.unconsumed_tail
            except zlib.error as error:
                yield Damage("damaged", f"broken gzip data: {error}")
                return
        stream.unread(decompressor.unused_data)


COMPRESSIONS: tuple[Compression, ...] = (Compression("gzip", (b"\x1f\x8b\x08",), expand_gzip),)
"""The list is the order of probing; magic numbers do not overlap."""
