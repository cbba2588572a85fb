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

import zstandard

from tasks.acquire.stream import CHUNK_BYTES, Chunks, Damage, Stream

_FIRST_STEP = 16 * 1024
"""What is read of a member at first; small, since members often are."""

_OUTPUT_STEP = 64 * 1024
"""The most that one step of zlib, bz2 or lzma gives. What a failing step would have given is lost."""

_ZSTD_STEP = 256
"""Zstandard cannot be asked for less output, only be given less input: 4 bytes may become a block of 128 kB.

So a step gives 8 MB at most. It costs a third of the speed (444 MB/s against 652 with steps of 2 kB).
"""

_MEMORY = 128 * 1024 * 1024
"""Window or dictionary that the data may ask for: the default of `zstd -d`, twice what `xz -9` needs."""

_KEPT_PIECES = 16
"""How far back a broken member is searched for the start of the next one, 4 MB: the error may show late."""

_MAGIC_BYTES = 10

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
        """Decompress a member. If it is broken, give back what was read last of it, unless the stream ends there."""
        decompressor = self.start()
        kept: deque[bytes] = deque()
        size = _FIRST_STEP
        while not decompressor.eof:
            piece = stream.read_some(size)
            if not piece:
                yield from self._flush(decompressor)
                yield stream.claim(0) or Damage("truncated", f"the {self.name} data ends in the middle")
                return b""
            kept.append(piece)
            if len(kept) > _KEPT_PIECES:
                kept.popleft()
            size = min(size * 2, CHUNK_BYTES)
            try:
                yield from self.step(decompressor, piece)
            except _ERRORS as error:
                yield Damage("damaged", f"broken {self.name} data: {error}")
                return b"".join(kept)
        stream.unread(decompressor.unused_data)
        return b""

    def _flush(self, decompressor: _Decompressor) -> Iterator[bytes]:
        try:
            yield from self.step(decompressor, b"")
        except _ERRORS:
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
        except _ERRORS:
            return False


def _skip_padding(stream: Stream) -> bool:
    """Move to the next byte that is no zero, and say whether there is one."""
    while piece := stream.read_some():
        rest = piece.lstrip(b"\0")
        if rest:
            stream.unread(rest)
            return True
    return False


def _step_zlib(decompressor: Any, piece: bytes) -> Iterator[bytes]:
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


def _step_bounded(decompressor: Any, piece: bytes) -> Iterator[bytes]:
    if piece or not decompressor.needs_input:
        yield decompressor.decompress(piece, _OUTPUT_STEP)
    while not decompressor.eof and not decompressor.needs_input:
        yield decompressor.decompress(b"", _OUTPUT_STEP)


class _ZstdFrame:
    """One frame of Zstandard: the decompressor of the library, and what lies behind the frame."""

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor(max_window_size=_MEMORY).decompressobj()
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        return self._frame.eof

    def decompress(self, piece: bytes) -> bytes:
        return self._frame.decompress(piece)

    def keep(self, rest: bytes) -> None:
        self.unused_data = self._frame.unused_data + rest


def _step_zstd(decompressor: Any, piece: bytes) -> Iterator[bytes]:
    for place in range(0, len(piece), _ZSTD_STEP):
        yield decompressor.decompress(piece[place : place + _ZSTD_STEP])
        if decompressor.eof:
            decompressor.keep(piece[place + _ZSTD_STEP :])
            return


_ERRORS = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError, ValueError)
"""What the libraries raise of broken data; bz2 raises `OSError`, and nothing here touches a disk."""

GZIP = Compression(
    # 31: a window of 15 bits, and 16 for the header and check sum of gzip
    "gzip",
    ".gz",
    (b"\x1f\x8b\x08",),
    lambda: zlib.decompressobj(31),
    _step_zlib,
)
BZIP2 = Compression(
    "bzip2",
    ".bz2",
    # the block size, and the first block or, in an empty one, the end
    tuple(b"BZh%d" % size + block for size in range(1, 10) for block in (b"1AY&SY", b"\x17rE8P\x90")),
    bz2.BZ2Decompressor,
    _step_bounded,
)
XZ = Compression(
    "xz", ".xz", (b"\xfd7zXZ\0",), lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY), _step_bounded
)
ZSTD = Compression(
    "zstd",
    ".zst",
    # frames, and the sixteen kinds of frames to be skipped
    (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + kind]) + b"\x2a\x4d\x18" for kind in range(16))),
    _ZstdFrame,
    _step_zstd,
)
DEFLATE = Compression("deflate", "", (), lambda: zlib.decompressobj(-15), _step_zlib)
"""Without header or check sum: what ZIP archives hold. It cannot be recognised."""

COMPRESSIONS: tuple[Compression, ...] = (GZIP, BZIP2, XZ, ZSTD)
"""What is recognised by its magic number."""
