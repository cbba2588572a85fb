"""Compressions: what undoes which, in bounded steps, and what is left of broken data.

No step gives more than 8 MB, however little it is given: that is what stops a decompression bomb in time.
All four formats may hold several members in a row (a WARC has one for each record). Where one is broken, the next one
is looked for, so that a flipped bit costs one member.
"""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tasks.acquire.decompress import ERRORS, MEMORY, ZstdFrame, step_bounded, step_zlib, step_zstd
from tasks.acquire.stream import CHUNK_BYTES, Chunks, Damage, Stream

_FIRST_STEP = 16 * 1024
"""What is read of a member at first; small, since members often are."""

_KEPT_PIECES = 16
"""How far back a broken member is searched for the start of the next one, 4 MB: the error may show late."""

_MAGIC_BYTES = 10

_HEADER_BYTES = 256 * 1024
"""No header is longer: that of gzip has 64 kB of extra fields, a name and a comment at most."""

_TRIED_BYTES = 256
"""What must decompress for bytes that look like a member's start to be taken for one."""

_MOST_TRIES = 1_000
"""How often a start is looked for, and how often one is tried, before the rest is given up: trying takes time."""


class _Decompressor(Protocol):
    """What the decompressors of zlib, bz2, lzma and zstandard have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


Step = Callable[[Any, bytes], Iterator[bytes]]
"""Feeds a decompressor and gives its output in bounded pieces, until its member ends."""


@dataclass(frozen=True, slots=True)
class Compression:
    """One compression: its name, the suffix of its files, what its members start with, and what decompresses one."""

    name: str
    suffix: str
    magic: tuple[bytes, ...]
    start: Callable[[], _Decompressor]
    step: Step

    def sniff(self, head: bytes) -> bool:
        """Whether data with this head is compressed so."""
        return head.startswith(self.magic)

    def starts_within(self, head: bytes) -> bool:
        """Whether a member starts somewhere in this head: then what comes before is damaged."""
        places = (match.start() for magic in self.magic for match in re.finditer(re.escape(magic), head))
        return any(self._decompresses(head[place : place + _TRIED_BYTES]) for place in places)

    def expand(self, stream: Stream) -> Chunks:
        """Decompress all members of a stream. Zeros behind one are padding."""
        tries = _MOST_TRIES
        while stream.peek(1):
            if self.sniff(stream.peek(_MAGIC_BYTES)):
                kept = yield from self._expand_member(stream)
                if kept:  # it is broken
                    stream.unread(kept)
                    tries = self._find_member(stream, tries - 1)
            elif _skip_padding(stream):
                start = stream.offset
                tries = self._find_member(stream, tries - 1)
                yield Damage("damaged", f"{stream.offset - start} bytes from here are no {self.name} data")

    def expand_one(self, stream: Stream) -> Chunks:
        """Decompress the one member that starts here, and leave the stream behind it."""
        yield from self._expand_member(stream)

    def _expand_member(self, stream: Stream) -> Generator[bytes | Damage, None, bytes]:
        """Decompress a member. If it is broken, give back what was read last of it, unless the stream ends there.

        A header whose lengths are a lie takes all the rest for its own: then other members are looked for in that.
        """
        decompressor = self.start()
        kept: deque[bytes] = deque()
        size = _FIRST_STEP
        is_all_header = True
        while not decompressor.eof:
            piece = stream.read_some(size)
            if not piece:
                yield from self._flush(decompressor)
                rest = b"".join(kept) if is_all_header else b""
                if self.starts_within(rest[1:]):
                    yield Damage("damaged", f"the header of the {self.name} data has no end")
                    return rest
                yield stream.claim(0) or Damage("truncated", f"the {self.name} data ends in the middle")
                return b""
            kept.append(piece)
            is_all_header = is_all_header and sum(map(len, kept)) <= _HEADER_BYTES
            if len(kept) > _KEPT_PIECES:
                kept.popleft()
            size = min(size * 2, CHUNK_BYTES)
            try:
                for output in self.step(decompressor, piece):
                    is_all_header = is_all_header and not output
                    yield output
            except ERRORS as error:
                yield Damage("damaged", f"broken {self.name} data: {error}")
                return b"".join(kept)
        stream.unread(decompressor.unused_data)
        return b""

    def _flush(self, decompressor: _Decompressor) -> Iterator[bytes]:
        try:
            yield from self.step(decompressor, b"")
        except ERRORS:
            return

    def _find_member(self, stream: Stream, tries: int) -> int:
        """Move to the next start of a member behind the one that starts here, or to the end; give the tries left."""
        stream.skip(1)
        while head := stream.peek(CHUNK_BYTES):
            if tries <= 0:
                stream.skip(len(head))
                continue
            places = [place for place in (head.find(magic) for magic in self.magic) if place >= 0]
            if not places:
                stream.skip(max(len(head) - _MAGIC_BYTES, 1))
            else:
                stream.skip(min(places))
                if self._decompresses(stream.peek(_TRIED_BYTES)):
                    return tries
                tries -= 1
                stream.skip(1)
        return tries

    def _decompresses(self, head: bytes) -> bool:
        try:
            return any(self.step(self.start(), head)) or True
        except ERRORS:
            return False


def _skip_padding(stream: Stream) -> bool:
    """Move to the next byte that is no zero, and say whether there is one."""
    while piece := stream.read_some():
        rest = piece.lstrip(b"\0")
        if rest:
            stream.unread(rest)
            return True
    return False


GZIP = Compression(
    # 31: a window of 15 bits, and 16 for the header and check sum of gzip
    "gzip",
    ".gz",
    (b"\x1f\x8b\x08",),
    lambda: zlib.decompressobj(31),
    step_zlib,
)
BZIP2 = Compression(
    "bzip2",
    ".bz2",
    # the block size, and the first block or, in an empty one, the end
    tuple(b"BZh%d" % size + block for size in range(1, 10) for block in (b"1AY&SY", b"\x17rE8P\x90")),
    bz2.BZ2Decompressor,
    step_bounded,
)
XZ = Compression(
    "xz", ".xz", (b"\xfd7zXZ\0",), lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY), step_bounded
)
ZSTD = Compression(
    "zstd",
    ".zst",
    # frames, and the sixteen kinds of frames to be skipped
    (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + kind]) + b"\x2a\x4d\x18" for kind in range(16))),
    ZstdFrame,
    step_zstd,
)
DEFLATE = Compression("deflate", "", (), lambda: zlib.decompressobj(-15), step_zlib)
"""Without header or check sum: what ZIP archives hold. It cannot be recognised."""

COMPRESSIONS: tuple[Compression, ...] = (GZIP, BZIP2, XZ, ZSTD)
"""What is recognised by its magic number."""
