"""A stream of bytes that is read once, forwards, in bounded memory, and knows where it is damaged.

Everything in acquire reads from a `Stream`: the raw file itself, what a decompressor gives, a member of an archive. A
stream never fails in the middle. Where its data breaks off, it ends (or goes on behind the gap) and notes the damage,
so that whatever could be read is read, and the damage becomes one rejected record of its own.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from tasks.document import SAMPLE_CHARACTERS
from tasks.place import Place

CHUNK_BYTES = 256 * 1024
"""How much is read at a time: large enough for the speed of the disk, small beside a worker's memory."""

_RUN_BYTES = 16 * 1024
_LINE_ENDS = (b"\r", b"\n")


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with the data: a code of `REASONS`, the particulars, and where, in bytes of the stream."""

    reason: str
    detail: str
    offset: int = 0


Chunks = Iterator[bytes | Damage]
"""Data in pieces. A `Damage` among them says that something is missing at this point."""


class Stream:
    """Bytes to be read forwards.

    `path` is the raw file, if the stream is all of it: readers that must seek may open it. `damages` are those met
    so far that no rejected record has told of yet.
    """

    __slots__ = ("_at", "_buffer", "_chunks", "_ended", "_gaps", "_produced", "damages", "path")

    def __init__(self, chunks: Chunks, path: Place | str | None = None) -> None:
        self._chunks = chunks
        self._buffer = b""
        self._at = 0
        self._produced = 0
        self._ended = False
        self.path = path
        self.damages: list[Damage] = []
        self._gaps: list[int] = []

    @property
    def is_damaged(self) -> bool:
        """Whether any damage was met so far."""
        return bool(self._gaps)

    @property
    def offset(self) -> int:
        """How many bytes were read so far."""
        return self._produced - (len(self._buffer) - self._at)

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end, without reading them."""
        self._fill(size)
        return self._buffer[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """Read `size` bytes, fewer at the end. They are held in memory: ask for no more than a limit allows."""
        self._fill(size)
        piece = self._buffer[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def read_some(self, most: int = CHUNK_BYTES) -> bytes:
        """Read whatever is at hand, at least one byte and at most `most`; nothing at the end."""
        if self._at == len(self._buffer):
            self._fill(1)
        return self.read(min(most, len(self._buffer) - self._at))

    def read_line(self, limit: int) -> tuple[bytes, int]:
        """Read to the next LF, and say how many bytes that were. Of more than `limit` only the head is given.

        A line ends where data is missing, too: what comes behind is of another one.
        """
        end = self._buffer.find(b"\n", self._at) + 1
        if 0 < end <= self._at + limit and not self._gaps:
            line = self._buffer[self._at : end]
            self._at = end
            return line, len(line)
        pieces: list[bytes] = []
        start, size = self.offset, 0
        while piece := self._read_to_gap(start):
            end = piece.find(b"\n") + 1
            if end:
                self._at -= len(piece) - end
                piece = piece[:end]
            size += len(piece)
            pieces.append(piece)
            if size > limit:  # hold no more than a sample
                pieces = [b"".join(pieces)[:SAMPLE_CHARACTERS]]
            if end:
                break
        return b"".join(pieces), size

    def skip_blank_lines(self) -> int:
        """Read past empty lines that are at hand, and say how many: a gigabyte of them must not take an hour.

        They end in LF, with or without CR.
        """
        count = 0
        while self._buffer[self._at : self._at + 1] in _LINE_ENDS:
            run = self._buffer[self._at : self._at + _RUN_BYTES]
            blank = run[: len(run) - len(run.lstrip(b"\r\n"))]
            length = blank.rfind(b"\n") + 1  # a CR behind it may begin a line
            if not length:
                break
            self._at += length
            count += blank.count(b"\n")
        return count

    def unread(self, piece: bytes) -> None:
        """Give back what was read last, these very bytes."""
        if len(piece) <= self._at:
            self._at -= len(piece)
        else:
            self._buffer = piece + self._buffer[self._at :]
            self._at = 0

    def skip(self, size: int) -> int:
        """Read past `size` bytes without holding them, and say how many there were."""
        left = size
        while left:
            piece = self.read_some(min(left, CHUNK_BYTES))
            if not piece:
                break
            left -= len(piece)
        return size - left

    def take(self, size: int) -> Chunks:
        """The next `size` bytes as chunks of a stream of its own; damaged where they break off."""
        left = size
        while left:
            piece = self.read_some(min(left, CHUNK_BYTES))
            if not piece:
                yield self.claim(0) or Damage("truncated", f"{left} of {size} bytes are missing")
                return
            left -= len(piece)
            yield piece

    def claim(self, start: int, end: int | None = None) -> Damage | None:
        """Take the first damage from `start` to `end`, both included, off the list: a rejected record tells of it."""
        for damage in self.damages:
            if start <= damage.offset and (end is None or damage.offset <= end):
                self.damages.remove(damage)
                return damage
        return None

    def _read_to_gap(self, start: int) -> bytes:
        """Read whatever is at hand, up to the first gap behind `start`; nothing where that is reached."""
        if self._at == len(self._buffer):
            self._fill(1)
        behind = bisect_right(self._gaps, start)
        if behind == len(self._gaps):
            return self.read_some()
        most = self._gaps[behind] - self.offset
        return self.read_some(most) if most else b""

    def _fill(self, size: int) -> None:
        """Hold at least `size` unread bytes, unless the stream ends before."""
        have = len(self._buffer) - self._at
        if have >= size or self._ended:
            return
        pieces = [self._buffer[self._at :]]
        while have < size:
            piece = next(self._chunks, None)
            if piece is None:
                self._ended = True
                break
            if isinstance(piece, Damage):
                self.damages.append(replace(piece, offset=self._produced))
                self._gaps.append(self._produced)
                continue
            pieces.append(piece)
            have += len(piece)
            self._produced += len(piece)
        self._buffer = b"".join(pieces)
        self._at = 0


def open_raw(place: Place | str) -> BinaryIO:
    """A raw file to be read and sought in, by its place or its path as a string."""
    return Path(place).open("rb") if isinstance(place, str) else place.open("rb")


def read_chunks(place: Place | str) -> Iterator[bytes]:
    """The content of a raw file, by its place or its path as a string. `OSError` where it cannot be read."""
    if not isinstance(place, str):
        with place.open("rb") as file:
            while piece := file.read(CHUNK_BYTES):
                yield piece
        return
    # Of thousands of small files, an object of Python for each takes as long as to read it.
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        while piece := os.read(descriptor, CHUNK_BYTES):
            yield piece
    finally:
        os.close(descriptor)
