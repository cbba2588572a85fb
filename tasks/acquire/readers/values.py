"""JSON that is not one object a line: an array of objects, or objects laid out over several lines.

The ends of objects are found without parsing, so that one that is broken, or larger than the limit, costs itself. Where
a quote or a bracket is missing the end is found too late; then the next object is looked for inside what was taken for
one: it starts on a line of its own with the same indentation, or else with the same key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.acquire.reader import HEAD_BYTES, Context
from tasks.acquire.readers.jsonl import parse_object
from tasks.acquire.stream import Stream
from tasks.acquire.wide import narrow, narrow_head
from tasks.document import Record, Rejected
from tasks.errors import RecordError

NAME = "json"

_START = re.compile(rb'\s*(?:\[\s*)?\{\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:|\}\s*[,\]])', re.DOTALL)
_EMPTY = re.compile(rb"\s*\[\s*\]\s*")
_SIGN = re.compile(rb'["{}\[\]]')
_STRING_END = re.compile(rb'["\\]')

_HEAD = re.compile(rb'\{\s*"(?:[^"\\]|\\.){0,200}"', re.DOTALL)
"""An object up to the end of its first key."""

_SAMPLE_BYTES = 200


def sniff(head: bytes, name: str) -> bool:
    """An object with a field comes first, maybe in an array, or nothing is in the array; with the name of JSON, any."""
    is_cut = len(head) >= HEAD_BYTES
    if b"{" in head and _START.match(narrow_head(head)):
        return True
    if name.lower().endswith(".json"):
        head = narrow_head(head)
        return not _is_wrong(head) if is_cut else _is_json(head)
    return b"[" in head[:4] and _EMPTY.fullmatch(narrow_head(head)) is not None


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give one record for each object that is in no other; what stands between them, commas aside, is rejected."""
    stream = narrow(stream)
    values = _Values(stream, context.settings.limits.record_bytes)
    number = 0
    for value in values:
        number += 1
        raw_record = f"row:{number}"
        try:
            if value.problem:
                raise RecordError(value.problem, reason=value.reason)  # noqa: TRY301 - one way out for all that fails
            row = parse_object(value.data, context)
            values.accept(value)
            yield context.record_of(row, raw_record, value.offset)
        except RecordError as error:
            if error.reason == "broken_json":
                values.go_back(value)
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
    """The bytes of one object, or what is wrong with it; `is_ended` is false where the stream ends in it.

    `indent` is the white space between the start of its line and its own; None where something else stands there.
    """

    offset: int
    data: bytes
    reason: str = ""
    problem: str = ""
    is_ended: bool = True
    indent: bytes | None = None


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


class _Values:
    """Cuts a stream into its outermost objects. The reader says of each that it is whole (`accept`) or not (`go_back`).

    Where nothing ends, the same bytes would be read again and again. So those read again may not be many more than
    those accepted: the time stays in proportion to the file.
    """

    def __init__(self, stream: Stream, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._budget = 4 * limit
        self._heads: frozenset[bytes] = frozenset()

    def __iter__(self) -> Iterator[_Value]:
        stream = self._stream
        at_start = stream.offset
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
            _, line_end, indent = piece[: len(piece) - len(rest)].rpartition(b"\n")
            is_first = bool(line_end) or offset - len(indent) == at_start
            yield self._take_object(indent if is_first and not indent.strip() else None)

    def accept(self, value: _Value) -> None:
        """Take note of an object that is whole."""
        self._budget += len(value.data)
        self._heads = _find_head(value.data)

    def go_back(self, value: _Value) -> None:
        """Give back to the stream what of a broken object is the next one, if that can be told."""
        is_all_there = len(value.data) == self._stream.offset - value.offset
        place = self._find_next(value.data, value.indent) if is_all_there else -1
        if place >= 0:
            self._stream.unread(value.data[place:])

    def _find_next(self, data: bytes, indent: bytes | None) -> int:
        """Where the next object starts in what was taken for one, or -1: on a line like it, else with the same key."""
        if indent is not None:
            sign = b"\n" + re.escape(indent) + rb"\{"
        else:
            heads = b"|".join(map(re.escape, sorted(self._heads | _find_head(data))))
            sign = rb"(?<=[,}\]])\s*(?:" + heads + b")" if heads else rb"(?!)"
        found = re.compile(sign).search(data, 1)
        if found is None or len(data) - found.start() > self._budget:
            return -1
        self._budget -= len(data) - found.start()
        return found.start()

    def _take_object(self, indent: bytes | None) -> _Value:
        """Read the object that starts here, holding no more than the limit of it."""
        stream, limit = self._stream, self._limit
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
            pieces.append(piece)
            size += len(piece)
            if size - len(piece) <= limit < size:
                data = b"".join(pieces)
                place = self._find_next(data, indent) if _is_wrong(data) else -1
                if place >= 0:
                    stream.unread(data[place:])
                    return _Value(offset, data[:place][:_SAMPLE_BYTES], "broken_json", "the object does not end")
            if size > limit:
                pieces = [b"".join(pieces)[:_SAMPLE_BYTES]]
        data = b"".join(pieces)
        is_ended = end >= 0
        if size > limit:
            detail = f"the object holds {size} bytes, limits.record_bytes allows {limit}"
            return _Value(offset, data, "too_large", detail, is_ended)
        if not is_ended:
            return _Value(offset, data, "broken_json", "the object does not end", is_ended=False, indent=indent)
        return _Value(offset, data, indent=indent)


def _is_wrong(data: bytes) -> bool:
    """Whether an object that does not end here is no JSON as far as it goes either; otherwise it is only large."""
    text = data.decode("utf-8", "replace")
    try:
        json.JSONDecoder(strict=False).decode(text)
    except json.JSONDecodeError as error:
        return not error.msg.startswith("Unterminated string") and len(text) - error.pos > _SAMPLE_BYTES
    except (RecursionError, ValueError):
        return False
    return False


def _is_json(data: bytes) -> bool:
    try:
        json.JSONDecoder(strict=False).decode(data.decode("utf-8", "replace"))
    except (RecursionError, ValueError):
        return False
    return True


def _find_head(data: bytes) -> frozenset[bytes]:
    """How an object starts, up to the end of its first key; nothing where it has none."""
    match = _HEAD.match(data)
    return frozenset((match[0],)) if match else frozenset()
