"""JSON Lines: one object a line. Brackets and commas of an array with one object a line are passed over."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from tasks.acquire.fields import decode_leniently, decode_losslessly, name_kind
from tasks.acquire.lines import Line, read_lines
from tasks.acquire.reader import Context
from tasks.acquire.stream import Stream
from tasks.acquire.wide import narrow, narrow_head
from tasks.document import Record, Rejected
from tasks.errors import RecordError

NAME = "jsonl"

_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines", ".jl")
_SNIFFED_LINES = 10
_TORN = re.compile(r"[\udc81-\udcfe]\\")  # a backslash that may be the second byte of a character
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|([\[{])|([\]}])', re.DOTALL)


def sniff(head: bytes, name: str) -> bool:
    """Most of the first complete lines are objects; with the name of JSON Lines, the first character suffices."""
    if b"{" not in head and not name.lower().endswith(_SUFFIXES):
        return False  # of most files nothing more is asked
    head = narrow_head(head)
    text = head.lstrip()
    first, _, rest = text.partition(b"\n")
    if first.strip() == b"[":
        first = rest.lstrip().partition(b"\n")[0]
    if first.strip() == b"{" or first.startswith(b"["):
        return False  # laid out over several lines, or all in one
    if name.lower().endswith(_SUFFIXES):
        return text[:1] in (b"{", b"[") or b'{"' in head
    lines = [line for line in text.split(b"\n", _SNIFFED_LINES + 1)[: _SNIFFED_LINES + 1] if line.strip()]
    if len(lines) > 1:
        lines.pop()  # may be cut
    if lines and lines[0].strip() == b"[":
        lines = lines[1:]
    return bool(lines) and 2 * sum(_is_object(line) for line in lines) > len(lines)  # one may be broken


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give one record for each line; blank lines are none."""
    is_empty = True
    stream = narrow(stream)
    for line in read_lines(stream, context.settings.limits.record_bytes):
        data = _strip(line.data)
        if data in (b"", b"[", b"]"):
            continue
        is_empty = False
        try:
            yield _read_line(data, line, context)
        except RecordError as error:
            damage = None if line.is_ended else stream.claim(line.offset + line.size)
            reason, detail = (damage.reason, damage.detail) if damage else (error.reason, error.problem)
            yield _reject(context, line, reason, detail)
    if is_empty and not stream.damages:
        yield context.reject("empty", "the file holds no lines", byte_offset=0)
    yield from context.reject_damages(stream)


def _strip(line: bytes) -> bytes:
    """A line without the white space around it, and the byte order mark of a file that was appended to another."""
    return line.removeprefix(codecs.BOM_UTF8).strip()


def _reject(context: Context, line: Line, reason: str, detail: str) -> Rejected:
    return context.reject(reason, detail, raw_record=f"line:{line.number}", byte_offset=line.offset, sample=line.data)


def _read_line(data: bytes, line: Line, context: Context) -> Record:
    if not line.is_whole:
        limit = context.settings.limits.record_bytes
        raise RecordError(f"the line holds {line.size} bytes, limits.record_bytes allows {limit}", reason="too_large")
    return context.record_of(parse_object(data, context), f"line:{line.number}", line.offset)


def parse_object(data: bytes, context: Context) -> dict[str, Any]:
    """Parse one JSON object. `RecordError` where it is none.

    Bytes that are not UTF-8 come back as surrogate escapes; in an encoding whose characters contain bytes of JSON's own
    signs (Shift-JIS, GBK), where that is no JSON, the whole line is decoded first.
    """
    text, is_utf8 = decode_losslessly(data, context.settings.encoding)
    if not is_utf8 and _TORN.search(text):
        text, is_utf8 = decode_leniently(data, context.settings.encoding), True
    try:
        value = _parse(text, context.settings.limits.nesting)
    except RecordError:
        if is_utf8 or not (data.startswith(b"{") and data.endswith((b"}", b"},"))):
            raise
        value = _parse(decode_leniently(data, context.settings.encoding), context.settings.limits.nesting)
    if not isinstance(value, dict):
        raise RecordError(f"the line is no object but {name_kind(value)}", reason="not_an_object")
    return value


def _parse(text: str, nesting: int) -> Any:
    if text.count("[") + text.count("{") > nesting:
        _check_nesting(text, nesting)
    try:
        return _DECODER.decode(text.removesuffix(","))
    except json.JSONDecodeError as error:
        raise RecordError(f"{error.msg.removesuffix(' at')} at character {error.pos}", reason="broken_json") from error
    except RecursionError as error:
        raise RecordError("the line is nested too deeply", reason="too_deep") from error


def _check_nesting(text: str, nesting: int) -> None:
    """Refuse what Python's parser might not survive, by a number that does not depend on who calls it."""
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[1]:
            depth += 1
            if depth > nesting:
                raise RecordError(f"the line is nested deeper than limits.nesting = {nesting}", reason="too_deep")
        elif match[2]:
            depth -= 1


def _read_int(digits: str) -> float:
    # Python refuses integers of more than 4300 digits, and nobody needs more than 64 bits of one.
    return int(digits) if len(digits) < 20 else float(digits)


# Control characters inside strings are forbidden by the letter and common in the wild.
_DECODER = json.JSONDecoder(strict=False, parse_int=_read_int)


def _is_object(line: bytes) -> bool:
    line = _strip(line).removesuffix(b",")
    if line[:1] != b"{" or line[-1:] != b"}":
        return False
    try:
        return isinstance(_parse(line.decode("utf-8", "surrogateescape"), 200), dict)
    except RecordError:
        return False
