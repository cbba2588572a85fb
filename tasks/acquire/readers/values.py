"""JSON that is not one object a line: an array of objects, or objects laid out over several lines.

The ends of objects are found without parsing, so that one that is broken, or larger than the limit, costs itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.acquire.reader import Context
from tasks.acquire.readers.jsonl import parse_object
from tasks.acquire.stream import Stream
from tasks.acquire.wide import narrow, narrow_head
from tasks.document import Record, Rejected
from tasks.errors import RecordError

NAME = "json"

_START = re.compile(rb'\s*(?:\[\s*)?\{\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:|\}\s*[,\]])', re.DOTALL)
_SIGN = re.compile(rb'["{}\[\]]')
_STRING_END = re.compile(rb'["\\]')

_SAMPLE_BYTES = 200


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001 - the content says it all
    """An object with a field comes first, maybe in an array."""
    return _START.match(narrow_head(head)) is not None


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give one record for each object that is in no other; what stands between them, commas aside, is rejected."""
    limit = context.settings.limits.record_bytes
    stream = narrow(stream)
    number = 0
    for value in _split(stream, limit):
        number += 1
        raw_record = f"row:{number}"
        try:
            if value.problem:
                raise RecordError(value.problem, reason=value.reason)  # noqa: TRY301 - one way out for all that fails
            yield context.record_of(parse_object(value.data, context), raw_record, value.offset)
        except RecordError as error:
            told = None if value.is_ended else stream.claim(value.offset)
            reason, detail = (told.reason, told.detail) if told else (error.reason, error.problem)
            yield context.reject(
                reason, detail, raw_record=raw_record, byte_offset=value.offset, sample=value.data[:_SAMPLE_BYTES]
            )
    if not number and not stream.damages:
        yield context.reject("empty", "there are no objects in it", byte_offset=0)
    yield from context.reject_damages(stream)


@dataclass(frozen=True, slots=True)
class _Value:
    """The bytes of one object, or what is wrong with it; `is_ended` is false where the stream ends in it."""

    offset: int
    data: bytes
    reason: str = ""
    problem: str = ""
    is_ended: bool = True


class _Scanner:
    """Follows nesting and strings over pieces of a stream."""

    def __init__(self) -> None:
        self.depth = 0
        self._is_string = False
        self._is_escaped = False

    def find_end(self, piece: bytes, place: int) -> int:
        """Go on from a place inside an object, and give the place behind its end, or -1 if it goes on."""
        while place < len(piece):
            if self._is_escaped:
                self._is_escaped = False
                place += 1
                continue
            match = (_STRING_END if self._is_string else _SIGN).search(piece, place)
            if match is None:
                return -1
            place = match.end()
            sign = match[0]
            if sign == b"\\":
                self._is_escaped = True
            elif sign == b'"':
                self._is_string = not self._is_string
            elif sign in b"{[":
                self.depth += 1
            else:
                self.depth -= 1
                if self.depth <= 0:
                    return place
        return -1


def _split(stream: Stream, limit: int) -> Iterator[_Value]:
    """Cut a stream into its outermost objects."""
    while piece := stream.read_some():
        rest = piece.lstrip(b" \t\r\n,[]")
        offset = stream.offset - len(rest)
        start = rest.find(b"{")
        if start != 0:
            junk = rest if start < 0 else rest[:start]
            stream.unread(rest[len(junk) :])
            if junk:
                detail = f"{len(junk)} bytes between the objects are none"
                yield _Value(offset, junk[:_SAMPLE_BYTES], "not_an_object", detail)
            continue
        stream.unread(rest)
        yield _take_object(stream, limit)


def _take_object(stream: Stream, limit: int) -> _Value:
    """Read the object that starts here, holding no more than the limit of it."""
    offset = stream.offset
    scanner = _Scanner()
    pieces: list[bytes] = []
    size = 0
    end = -1
    while end < 0 and (piece := stream.read_some()):
        end = scanner.find_end(piece, 0)
        if end >= 0:
            stream.unread(piece[end:])
            piece = piece[:end]
        size += len(piece)
        pieces.append(piece)
        if size > limit:
            pieces = [b"".join(pieces)[:_SAMPLE_BYTES]]
    data = b"".join(pieces)
    is_ended = end >= 0
    if size > limit:
        detail = f"the object holds {size} bytes, limits.record_bytes allows {limit}"
        return _Value(offset, data, "too_large", detail, is_ended)
    if not is_ended:
        return _Value(offset, data, "broken_json", "the object does not end", is_ended=False)
    return _Value(offset, data)
