"""Parquet: a row is a record. What a row group would take in memory is looked up before it is read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.acquire.fields import decode_losslessly
from tasks.acquire.parquet_layout import MAGIC, Group, Layout, PageHeader, read_layout, read_page_headers
from tasks.acquire.reader import Context
from tasks.acquire.source import Fields
from tasks.acquire.stream import Stream, open_raw
from tasks.document import Record, Rejected
from tasks.errors import RecordError

NAME = "parquet"

_PACKED_BYTES = 128 * 1024 * 1024
"""The largest file that is read from inside an archive or a compression, where it must be held in memory."""

_BATCH_BYTES = 32 * 1024 * 1024
"""What one column of a batch may take."""

_PAGE_BYTES = 64 * 1024 * 1024
"""The largest page. Writers aim at 1 MB, and a page holds at least one value."""

_MOST_ROWS = 1024

_ERRORS = (pa.ArrowException, OSError, ValueError, LookupError, TypeError, ArithmeticError, MemoryError)
"""What the library raises of broken data, and of values that Python cannot hold: a date in the year 12000."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001 - the content says it all
    """The magic number comes first."""
    return head.startswith(MAGIC)


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give the rows. One that has no text costs itself, a broken row group the rows of it that were not read yet."""
    try:
        if stream.path is not None:
            with open_raw(stream.path) as file:
                yield from _read_file(file, context)
            return
        yield from _read_file(io.BytesIO(_read_packed(stream)), context)
    except RecordError as error:
        told = stream.claim(0)
        reason, detail = (told.reason, told.detail) if told else (error.reason, error.problem)
        yield context.reject(reason, detail, byte_offset=0, sample=stream.peek(200))


def _read_packed(stream: Stream) -> bytes:
    content = stream.read(_PACKED_BYTES + 1)
    if len(content) > _PACKED_BYTES:
        detail = f"Parquet inside something else is read up to {_PACKED_BYTES} bytes: unpack it"
        raise RecordError(detail, reason="too_large")
    return content


def _read_file(file: BinaryIO, context: Context) -> Iterator[Record | Rejected]:
    layout, parquet, columns = _open(file, context)
    names = sorted(set(columns.values()))
    first = 1
    for place, group in enumerate(layout.groups):
        start = number = first
        first += group.rows
        offset = min((chunk.start for chunk in group.chunks), default=0)
        try:
            rows = _plan_batch(file, group, names, parquet.schema_arrow)
            for batch in parquet.iter_batches(rows, row_groups=[place], columns=names, use_threads=False):
                for record in _read_batch(batch, columns, number, offset, context):
                    yield record
                    number += 1
            if number != first:
                raise ValueError("there are less" if number < first else "there are more")
        except (*_ERRORS, RecordError) as error:
            _raise_from_disk(error)
            reason = error.reason if isinstance(error, RecordError) else "broken_parquet"
            detail = f"row group {place}, from row {number - start + 1} of {group.rows} on: {_describe(error)}"
            yield context.reject(reason, detail, raw_record=f"row:{number}", byte_offset=offset)
            first = max(first, number + 1)
    if first == 1:
        yield context.reject("empty", "the table has no rows", byte_offset=0)


def _open(file: BinaryIO, context: Context) -> tuple[Layout, pq.ParquetFile, dict[str, str]]:
    """The file, and for each name in the settings that it has, the column to read. `RecordError` where it is no use."""
    most = context.settings.limits.columns
    try:
        layout = read_layout(file)
        if layout.columns > most:
            raise RecordError(f"{layout.columns} columns, limits.columns allows {most}", reason="too_many_columns")
        file.seek(0)
        parquet = pq.ParquetFile(
            file,
            buffer_size=1024 * 1024,  # read page by page, not whole columns
            page_checksum_verification=True,
        )
        there = parquet.schema_arrow.names
    except _ERRORS as error:
        _raise_from_disk(error)
        raise RecordError(_describe(error), reason="broken_parquet") from error
    columns = _find_columns(there, context.settings.fields)
    if not columns.keys() & set(context.settings.fields.text):
        wanted = ", ".join(context.settings.fields.text)
        detail = f"no column is called {wanted}: say in source.toml, under [fields], which one is the text"
        raise RecordError(f"{detail}; of {', '.join(there)[:200]}", reason="no_text")
    return layout, parquet, columns


def _raise_from_disk(error: BaseException) -> None:
    """Raise the errors of the disk again: they say nothing of the data. The library has none with a number."""
    if isinstance(error, OSError) and error.errno is not None:
        raise error


def _find_columns(there: Sequence[str], fields: Fields) -> dict[str, str]:
    """The top-level column of each name in the settings; case does not matter, and dots lead into structs."""
    folded = {name.casefold(): name for name in reversed(there)}
    found = {}
    for names in (fields.text, fields.url, fields.title, fields.author, fields.published_at, fields.fetched_at):
        for name in names:
            for wanted in (name, name.partition(".")[0]):
                if wanted in there or wanted.casefold() in folded:
                    found[name] = wanted if wanted in there else folded[wanted.casefold()]
                    break
    return found


def _plan_batch(file: BinaryIO, group: Group, names: Sequence[str], schema: pa.Schema) -> int:
    """How many rows to read at a time, so that no column takes more than `_BATCH_BYTES` or one row.

    `RecordError` where a page is too large, `ValueError` where the pages are broken.
    """
    rows = _MOST_ROWS
    kinds = dict(zip(schema.names, schema.types, strict=True))
    for chunk in group.chunks:
        if chunk.path[0] not in names:
            continue
        pages = list(_check_pages(read_page_headers(file, chunk)))
        total = sum(page.uncompressed for page in pages)
        if total > _PACKED_BYTES and pa.types.is_dictionary(kinds[chunk.path[0]]):
            detail = f"the library would hold all {total} bytes of the categorical column {chunk.path[0]}"
            raise RecordError(detail, reason="too_large")
        dictionary = max((page.uncompressed for page in pages if page.is_dictionary), default=0)
        for page in pages:
            if not page.is_dictionary:
                # the mean of the page, and where values are places in the dictionary, at worst all of it
                value = max(page.uncompressed // max(page.values, 1), dictionary if page.is_encoded else 0)
                rows = min(rows, max(_BATCH_BYTES // max(value, 1), 1))
        if len(chunk.path) > 1:  # inside a list or struct a row may hold any number of values
            total += dictionary * sum(page.values for page in pages)
            rows = min(rows, max(_BATCH_BYTES * group.rows // max(total, 1), 1))
    return rows


def _check_pages(pages: Iterator[PageHeader]) -> Iterator[PageHeader]:
    for page in pages:
        if page.uncompressed > _PAGE_BYTES:
            raise RecordError(f"a page of {page.uncompressed} bytes", reason="too_large")
        yield page


def _read_batch(
    batch: pa.RecordBatch, columns: Mapping[str, str], first: int, offset: int, context: Context
) -> Iterator[Record | Rejected]:
    """One item for each row of a batch, whose row group starts at the offset."""
    names = batch.schema.names
    values = {name: _without_traps(batch.column(names.index(column))) for name, column in columns.items()}
    kinds = {name: batch.schema.types[names.index(column)] for name, column in columns.items()}
    for place in range(batch.num_rows):
        row: dict[str, Any] = {}
        for name, column in columns.items():
            value = _to_python(values[name][place], kinds[name], context)
            row[name if name == column else name.partition(".")[0]] = value
        raw_record = f"row:{first + place}"
        try:
            yield context.record_of(row, raw_record, offset)
        except RecordError as error:
            sample = "; ".join(f"{name}: {_shorten(value)}" for name, value in row.items())
            yield context.reject(error.reason, error.problem, raw_record=raw_record, byte_offset=offset, sample=sample)


def _shorten(value: Any) -> str:
    return str(value[:50] if isinstance(value, str | bytes | list) else value)[:50]


def _without_traps(column: pa.Array) -> pa.Array:
    """The column in a type whose values Python can hold: strings may be no UTF-8, times finer than microseconds."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _without_traps(column.dictionary_decode())
    if pa.types.is_string(kind):
        return column.cast(pa.binary())
    if pa.types.is_large_string(kind):
        return column.cast(pa.large_binary())
    if pa.types.is_timestamp(kind):
        # the value is UTC whatever the zone, whose name may be nonsense
        return column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64())
    return column


def _to_python(scalar: pa.Scalar, kind: pa.DataType, context: Context) -> Any:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    try:
        value = scalar.as_py()
        if value is not None and pa.types.is_timestamp(kind):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
    except _ERRORS:
        return None
    if isinstance(value, bytes) and not pa.types.is_binary(kind) and not pa.types.is_large_binary(kind):
        return decode_losslessly(value, context.settings.encoding)[0]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value


def _describe(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
