"""CSV and TSV: the first row names the fields, every other is a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tasks.acquire.fields import decode_losslessly
from tasks.acquire.reader import Context
from tasks.acquire.rows import Row, Rows
from tasks.acquire.source import Fields
from tasks.acquire.stream import Chunks, Stream
from tasks.acquire.wide import narrow, narrow_head
from tasks.document import Record, Rejected
from tasks.errors import RecordError

NAME = "csv"

_SUFFIXES = (".csv", ".tsv", ".tab")
_DELIMITERS = (b",", b"\t", b";", b"|")

_HEADER_BYTES = 64 * 1024
"""How much of the first line is looked at to find the delimiter."""

_MOST_NULS = 0.001
"""The share of NULs from which on it is binary data: what is compressed has 0.4 %. A single one is no sign of it."""

_TEXT_NAMES = tuple(name.encode() for name in Fields().text)

_OTHER_NAMES = {"id", "lang", "language", "source", "name", "link", "category", "summary", "description", "label"}
"""Names of columns that stand beside a text, apart from those that are read."""

_TOLD = re.compile(rb"\"?sep=([^\w\s\"]|\t)\"?\r?\n", re.IGNORECASE)
"""The line before the header in which Excel is told the delimiter."""

_FIELD_NAME = re.compile(rb"[\w .:/-]{1,60}", re.ASCII)


def sniff(head: bytes, name: str) -> bool:
    """The first line names a column for the text and another known one; with the name of a table, text suffices."""
    head = narrow_head(head)
    if head.count(b"\0") > max(1, len(head) * _MOST_NULS):
        return False
    if name.lower().endswith(_SUFFIXES):
        return bool(head.strip())
    if _has_old_line_ends(head):
        head = head.replace(b"\r", b"\n")
    told = _TOLD.match(head)
    line, end, rest = head[told.end() if told else 0 : _HEADER_BYTES].partition(b"\n")
    lowered = line.lower()
    if not end or not any(name in lowered for name in _TEXT_NAMES):
        return False  # of most files nothing more is asked
    fields = Fields()
    known = {*fields.url, *fields.title, *fields.author, *fields.published_at, *fields.fetched_at} | _OTHER_NAMES
    delimiter = told[1] if told else _find_delimiter(line, fields)
    names = [column.strip(b' "\r') for column in line.split(delimiter)]
    if not all(_FIELD_NAME.fullmatch(column) for column in names):
        return False
    found = {column.decode().lower() for column in names}
    return not found.isdisjoint(fields.text) and not found.isdisjoint(known) and delimiter in rest


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give one record for each row below the header. Without a column for the text the file is one rejected record."""
    limits = context.settings.limits
    stream = narrow(stream)
    if _has_old_line_ends(stream.peek(_HEADER_BYTES)):
        stream = Stream(_renew_line_ends(stream))
    head = stream.peek(_HEADER_BYTES)
    told = _TOLD.match(head)
    stream.skip(told.end() if told else 0)
    delimiter = told[1] if told else _find_delimiter(head.lstrip(b"\r\n").partition(b"\n")[0], context.settings.fields)
    rows = Rows(stream, delimiter, limits.record_bytes, limits.columns)
    columns: dict[str, int] | None = None
    number = 0
    for row in rows:
        if columns is None:
            if not row.reason:
                columns = _find_columns([_decode(field, context) for field in row.fields], context.settings.fields)
                rows.columns = len(row.fields)
            problem = _check_header(row, columns, context)
            if problem is not None:
                yield problem
                return
            continue
        number += 1
        yield _read_record(row, number, columns, context)
    if not number and not stream.damages:
        yield context.reject("empty", "there are no rows below the header" if columns else "the file is empty")
    yield from context.reject_damages(stream)


def _has_old_line_ends(head: bytes) -> bool:
    """Whether lines end in CR alone, as on the first Macintosh and still in a format of Excel."""
    return b"\r" in head and b"\n" not in head


def _renew_line_ends(stream: Stream) -> Chunks:
    """The stream with LF for CR: offsets stay what they are."""
    while True:
        piece = stream.read_some()
        if piece:
            yield piece.replace(b"\r", b"\n")
        while stream.damages:
            yield stream.damages.pop(0)
        if not piece:
            return


def _check_header(row: Row, columns: Mapping[str, int] | None, context: Context) -> Rejected | None:
    if row.reason:
        detail = f"the header cannot be read: {row.detail}"
        return context.reject(row.reason, detail, byte_offset=row.offset, sample=row.sample)
    names = context.settings.fields.text
    if columns is not None and not columns.keys() & set(names):
        detail = f"no column is called {', '.join(names)}: say in source.toml, under [fields], which one is the text"
        return context.reject("no_text", detail, byte_offset=row.offset, sample=row.sample)
    return None


def _read_record(row: Row, number: int, columns: Mapping[str, int], context: Context) -> Record | Rejected:
    raw_record = f"row:{number}"
    try:
        if row.reason:
            raise RecordError(row.detail, reason=row.reason)  # noqa: TRY301 - one way out for all that can go wrong
        values = {name: _decode(row.fields[place], context) for name, place in columns.items()}
        return context.record_of(values, raw_record, row.offset)
    except RecordError as error:
        return context.reject(
            error.reason, error.problem, raw_record=raw_record, byte_offset=row.offset, sample=row.sample
        )


def _decode(field: bytes, context: Context) -> str:
    return decode_losslessly(field, context.settings.encoding)[0]


def _find_delimiter(line: bytes, fields: Fields) -> bytes:
    """The delimiter that sets off a column for the text, else the one that is there most often, else the comma."""

    def rank(delimiter: bytes) -> tuple[bool, int]:
        names = {name.strip(b' "\r').decode("utf-8", "ignore").casefold() for name in line.split(delimiter)}
        return any(name.casefold() in names for name in fields.text), line.count(delimiter)

    return max(_DELIMITERS, key=rank)


def _find_columns(header: list[str], fields: Fields) -> dict[str, int]:
    """The place of each column that is read, by the name that the settings call it; case does not matter."""
    exact = {name.strip(): place for place, name in reversed(list(enumerate(header)))}
    folded = {name.strip().casefold(): place for place, name in reversed(list(enumerate(header)))}
    wanted = (*fields.text, *fields.url, *fields.title, *fields.author, *fields.published_at, *fields.fetched_at)
    places = {name: exact.get(name, folded.get(name.casefold())) for name in wanted}
    return {name: place for name, place in places.items() if place is not None}
