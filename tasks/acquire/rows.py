"""Rows of delimited text (RFC 4180 and what is made of it), each bounded, each broken one by itself.

Python's `csv` holds a field of any size, or with its limit, which is global, gives up the file. What a broken row costs
is decided by the lines after it: if they look like rows, a quote was left open and the row ends with its first line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.acquire.stream import Stream

_QUOTE = 0x22

_LINES_ASKED = 3
"""How many lines behind a quote left open must look like rows: one line of prose may do so by chance."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it starts, its fields as bytes, or the reason and the particulars why there are none."""

    offset: int
    sample: bytes
    fields: tuple[bytes, ...] = ()
    reason: str = ""
    detail: str = ""


class Rows:
    """Reads a stream row by row.

    `columns` is how many fields a row must have. It is None for the first row, from which the reader learns it.
    """

    def __init__(self, stream: Stream, delimiter: bytes, record_bytes: int, most_columns: int) -> None:
        self._stream = stream
        self._delimiter = delimiter
        self._limit = record_bytes
        self._most_columns = most_columns
        # Lines read again behind quotes that were left open: enough for four that nothing closes, and then as many as
        # were accepted, so that the time stays in proportion to the file.
        self._budget = 4 * record_bytes
        self.columns: int | None = None

    def __iter__(self) -> Iterator[Row]:
        """Give the rows; blank lines are none."""
        while True:
            self._stream.skip_blank_lines()
            offset = self._stream.offset
            line, size = self._stream.read_line(self._limit)
            if not size:
                return
            if size > self._limit:
                detail = f"the row holds {size} bytes, limits.record_bytes allows {self._limit}"
                yield self._fail(offset, line, "too_large", detail, is_last=not self._stream.peek(1))
            elif b'"' in line:
                yield self._read_quoted(offset, line)
            elif line.count(self._delimiter) >= self._most_columns:
                yield self._fail_width(offset, line)
            elif line.strip():
                fields = line.rstrip(b"\r\n").split(self._delimiter)
                yield self._check(offset, line, fields, is_last=not line.endswith(b"\n"))

    def _read_quoted(self, offset: int, first: bytes) -> Row:
        """Read a row that may hold quoted fields, and in them line ends."""
        splitter = _Splitter(self._delimiter, self._most_columns)
        line = first
        taken = bytearray(first)
        seen = 0
        is_suspect = False  # do the lines after the first look like rows of their own?
        while not splitter.feed(line):
            told = None if line.endswith(b"\n") else self._stream.claim(offset, self._stream.offset)
            if told is not None:  # data is missing behind the line, so the quote that ends the field may be
                return Row(offset, first, reason=told.reason, detail=told.detail)
            if splitter.is_doubtful and is_suspect:
                return self._give_up(offset, first, taken, "a quote is left open", is_suspect=True)
            line, size = self._stream.read_line(self._limit)
            if seen < _LINES_ASKED and line:
                is_suspect = (is_suspect or not seen) and self._looks_like_row(line)
                seen += 1
            taken += line
            if not size or len(line) < size or len(taken) > self._limit:
                problem = f"a quote is left open, up to {f'{self._limit} bytes' if size else 'the end'}"
                is_suspect = is_suspect and len(line) == size
                return self._give_up(offset, first, taken, problem, is_suspect=is_suspect)
        if len(splitter.fields) > self._most_columns:
            return self._fail_width(offset, first)
        if is_suspect and (splitter.is_doubtful or len(splitter.fields) != self.columns):
            return self._give_up(offset, first, taken, "a quote is left open", is_suspect=True)
        return self._check(offset, first, splitter.fields, is_last=not line.endswith(b"\n"))

    def _give_up(self, offset: int, first: bytes, taken: bytearray, problem: str, *, is_suspect: bool) -> Row:
        """Reject a row that does not end: its first line if the next look like rows, else all that was read."""
        told = self._stream.claim(offset) if not self._stream.peek(1) else None
        if told is not None:
            return Row(offset, first, reason=told.reason, detail=told.detail)
        rest = bytes(taken[len(first) :])
        if is_suspect and len(rest) <= self._budget:
            self._budget -= len(rest)
            self._stream.unread(rest)
        elif rest:
            problem = f"{problem}; {len(rest)} bytes behind its first line are lost with it"
        return Row(offset, first, reason="broken_row", detail=problem)

    def _looks_like_row(self, line: bytes) -> bool:
        splitter = _Splitter(self._delimiter, self._most_columns)
        is_open = not splitter.feed(line)
        return len(splitter.fields) + is_open == self.columns

    def _check(self, offset: int, line: bytes, fields: list[bytes], *, is_last: bool) -> Row:
        """The row, if it has as many fields as it must, and the data does not break off in it."""
        if is_last and self._stream.damages:
            return self._fail(offset, line, "truncated", "the row is cut", is_last=True)
        if self.columns is not None and len(fields) != self.columns:
            detail = f"{len(fields)} fields where the header has {self.columns}"
            return self._fail(offset, line, "broken_row", detail, is_last=is_last)
        self._budget += len(line)
        return Row(offset, line, tuple(fields))

    def _fail(self, offset: int, line: bytes, reason: str, detail: str, *, is_last: bool) -> Row:
        told = self._stream.claim(offset) if is_last else None
        if told is not None:
            return Row(offset, line, reason=told.reason, detail=told.detail)
        return Row(offset, line, reason=reason, detail=detail)

    def _fail_width(self, offset: int, line: bytes) -> Row:
        detail = f"more fields than limits.columns = {self._most_columns}"
        return Row(offset, line, reason="too_many_columns", detail=detail)


class _Splitter:
    """Splits one row, fed line by line, into fields; of one that is too wide, only the first fields.

    A field in quotes ends with a quote before a delimiter or the end of a line. Another single quote in it is taken for
    a character that should have been doubled, and makes the row doubtful.
    """

    def __init__(self, delimiter: bytes, most_columns: int) -> None:
        self._delimiter = delimiter
        self._most_columns = most_columns
        self._open: bytearray | None = None
        self.fields: list[bytes] = []
        self.is_doubtful = False

    def feed(self, line: bytes) -> bool:
        """Take in a line, and say whether the row is whole now."""
        end = len(line.rstrip(b"\r\n"))
        place = 0
        if self._open is not None:
            place = self._read_quoted(line, 0, end)
        while self._open is None and place <= end and len(self.fields) <= self._most_columns:
            if place < end and line[place] == _QUOTE:
                self._open = bytearray()
                place = self._read_quoted(line, place + 1, end)
            else:
                stop = line.find(self._delimiter, place, end)
                stop = end if stop < 0 else stop
                self.fields.append(line[place:stop])
                place = stop + 1
        return self._open is None

    def _read_quoted(self, line: bytes, place: int, end: int) -> int:
        """Read on in a quoted field, and give the place behind its delimiter; it stays open if the line ends first."""
        assert self._open is not None  # called in a quoted field only
        while True:
            quote = line.find(b'"', place)
            if quote < 0:
                self._open += line[place:]
                return end + 1
            after = line[quote + 1 : quote + 2]
            if quote + 1 >= end or after == self._delimiter:
                self._open += line[place:quote]
                self.fields.append(bytes(self._open))
                self._open = None
                return quote + 2
            self._open += line[place : quote + 1]
            self.is_doubtful |= after != b'"'
            place = quote + (2 if after == b'"' else 1)
