"""Lines of a stream, each bounded: one that is too long is passed over without being held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.acquire.stream import Stream
from tasks.document import SAMPLE_CHARACTERS


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end (LF, or nothing on the last): its number from 1, where it starts, how long it is.

    `data` is only its first `SAMPLE_CHARACTERS` bytes where `size` is larger than the limit. `is_ended` is false
    of a last line without LF.
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
    """Split a stream at LF, holding at most `limit` bytes of a line."""
    number = 0
    offset = stream.offset
    pending: list[bytes] = []
    size = 0
    while piece := stream.read_some():
        start = 0
        while (end := piece.find(b"\n", start) + 1) > 0:
            number += 1
            size += end - start
            if pending:
                pending.append(piece[start:end])
                data = b"".join(pending)
                pending = []
            else:
                data = piece[start:end]
            yield Line(number, offset, size, data if size <= limit else data[:SAMPLE_CHARACTERS], is_ended=True)
            offset += size
            start, size = end, 0
        if start < len(piece):
            size += len(piece) - start
            if size <= limit:
                pending.append(piece[start:])
            else:  # keep the head as a sample
                pending = [b"".join([*pending, piece[start : start + SAMPLE_CHARACTERS]])[:SAMPLE_CHARACTERS]]
    if size:
        number += 1
        data = b"".join(pending)
        yield Line(number, offset, size, data if size <= limit else data[:SAMPLE_CHARACTERS], is_ended=False)
