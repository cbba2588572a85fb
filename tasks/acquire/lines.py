"""Lines of a stream, each bounded: one that is too long is passed over without being held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.acquire.stream import Stream


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end (LF, or nothing on the last): its number from 1, where it starts, how long it is.

    `data` is only its head where `size` is larger than the limit. `is_ended` is false of a last line without LF.
    """

    number: int
    offset: int
    size: int
    data: bytes
    is_ended: bool

    @property
    def is_whole(self) -> bool:
        """Whether all of the line is in `data`."""
        return len(self.data) == self.size


def read_lines(stream: Stream, limit: int) -> Iterator[Line]:
    """Split a stream at LF, holding at most `limit` bytes of a line. Empty lines count, and are left out."""
    number = 0
    while True:
        number += stream.skip_blank_lines()
        offset = stream.offset
        data, size = stream.read_line(limit)
        if not size:
            return
        number += 1
        is_ended = data[-1:] == b"\n" if len(data) == size else bool(stream.peek(1))
        yield Line(number, offset, size, data, is_ended)
