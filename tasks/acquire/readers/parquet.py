"""Parquet: a row is a record. What a row group would take in memory is looked up before it is read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.acquire.fields import decode_losslessly, pick_fields
from tasks.acquire.reader import Context
from tasks.acquire.source import Fields
from tasks.acquire.stream import Stream
from tasks.acquire.thrift import PageHeader, read_page_headers
from tasks.document import Record, Rejected
from tasks.errors import RecordError

NAME = "parquet"

_MAGIC = b"PAR1"
_FOOTER_BYTES = 8  # the length of the metadata, and the magic number once more

_METADATA_BYTES = 32 * 1024 * 1024
"""The most metadata that is read: it becomes ten times as much in memory."""

_METADATA_ITEMS = 100_000
"""Columns, or row groups, that the metadata may list."""

_PACKED_BYTES = 128 * 1024 * 1024
"""The largest file that is read from inside an archive or a compression, where it must be held in memory."""

_BATCH_BYTES = 32 * 1024 * 1024
"""What one column of a batch may take."""

_PAGE_BYTES = 64 * 1024 * 1024
"""The largest page. Writers aim at 1 MB, and a page holds at least one value."""

_MOST_ROWS = 1024

_ERRORS = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, MemoryError)


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001 - the content says it all
    """The magic number comes first."""
    return head.startswith(_MAGIC)


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give the rows. One that has no text costs itself, a broken row group the rows of it that were not read yet."""
    try:
        if stream.path is not None:
            with stream.path.open("rb") as file:
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
    parquet, columns = _open(file, context)
    names = sorted(set(columns.values()))
    first = 1
    for group in range(parquet.metadata.num_row_groups):
        number = first
        first += parquet.metadata.row_group(group).num_rows
        try:
            rows = _plan_batch(file, parquet, group, names)
            batches = parquet.iter_batches(rows, row_groups=[group], columns=names, use_threads=False)
            for batch in batches:
                for record in _read_batch(batch, columns, number, context):
                    yield record
                    number += 1
        except (*_ERRORS, RecordError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk, not the data
            reason = error.reason if isinstance(error, RecordError) else "broken_parquet"
            detail = f"row group {group}, {first - number} rows from here: {_describe(error)}"
            yield context.reject(reason, detail, raw_record=f"row:{number}")
    if first == 1:
        yield context.reject("empty", "the table has no rows", byte_offset=0)


def _open(file: BinaryIO, context: Context) -> tuple[pq.ParquetFile, dict[str, str]]:
    """The file, and for each name in the settings that it has, the column to read. `RecordError` where it is no use."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - _FOOTER_BYTES, 0))
    footer = file.read(_FOOTER_BYTES)
    length = int.from_bytes(footer[:4], "little")
    if footer[4:] != _MAGIC or size < 12:
        raise RecordError(
            "the file does not end as Parquet does: it is cut, or its end is damaged", reason="broken_parquet"
        )
    if not 0 < length <= min(size - 12, _METADATA_BYTES):
        raise RecordError(f"its metadata claims {length} bytes of {size}", reason="broken_parquet")
    try:
        parquet = pq.ParquetFile(
            file,
            buffer_size=1024 * 1024,  # read page by page, not whole columns
            thrift_string_size_limit=_METADATA_BYTES,
            thrift_container_size_limit=_METADATA_ITEMS,
            page_checksum_verification=True,
        )
        count = parquet.metadata.num_columns
        if count > context.settings.limits.columns:
            detail = f"{count} columns, limits.columns allows {context.settings.limits.columns}"
            raise RecordError(detail, reason="too_many_columns")
        columns = _find_columns(parquet.schema_arrow.names, context.settings.fields)
    except _ERRORS as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise RecordError(f"its metadata cannot be read: {_describe(error)}", reason="broken_parquet") from error
    if not columns.keys() & set(context.settings.fields.text):
        wanted = ", ".join(context.settings.fields.text)
        there = ", ".join(parquet.schema_arrow.names)[:200]
        detail = f"no column is called {wanted}: say in source.toml, under [fields], which one is the text; of {there}"
        raise RecordError(detail, reason="no_text")
    return parquet, columns


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


def _plan_batch(file: BinaryIO, parquet: pq.ParquetFile, number: int, names: Sequence[str]) -> int:
    """How many rows to read at a time, so that no column takes more than `_BATCH_BYTES` or one row.

    `RecordError` where a page is too large, one of `_ERRORS` where the pages are broken.
    """
    rows = _MOST_ROWS
    group = parquet.metadata.row_group(number)
    kinds = dict(zip(parquet.schema_arrow.names, parquet.schema_arrow.types, strict=True))
    for index in range(group.num_columns):
        column = group.column(index)
        if not any(column.path_in_schema == name or column.path_in_schema.startswith(f"{name}.") for name in names):
            continue
        starts = [place for place in (column.dictionary_page_offset, column.data_page_offset) if place]
        pages = list(_check_pages(read_page_headers(file, min(starts), column.total_compressed_size)))
        dictionary = max((page.uncompressed for page in pages if page.is_dictionary), default=0)
        total = sum(page.uncompressed for page in pages)
        if total > _PACKED_BYTES and pa.types.is_dictionary(kinds.get(column.path_in_schema, pa.null())):
            detail = f"the library would hold all {total} bytes of the categorical column {column.path_in_schema}"
            raise RecordError(detail, reason="too_large")
        for page in pages:
            if not page.is_dictionary:
                # the mean of the page, and where values are places in the dictionary, at worst all of it
                value = max(page.uncompressed // max(page.values, 1), dictionary if page.is_encoded else 0)
                rows = min(rows, max(_BATCH_BYTES // max(value, 1), 1))
        if column.path_in_schema not in names:  # inside a list or struct a row may hold any number of values
            total += dictionary * sum(page.values for page in pages)
            rows = min(rows, max(_BATCH_BYTES * group.num_rows // max(total, 1), 1))
    return rows


def _check_pages(pages: Iterator[PageHeader]) -> Iterator[PageHeader]:
    for page in pages:
        if page.uncompressed > _PAGE_BYTES:
            raise RecordError(f"a page of {page.uncompressed} bytes", reason="too_large")
        yield page


def _read_batch(
    batch: pa.RecordBatch, columns: Mapping[str, str], first: int, context: Context
) -> Iterator[Record | Rejected]:
    """One item for each row of a batch."""
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
            limit = context.settings.limits.record_bytes
            picked = pick_fields(row, context.settings.fields)
            if len(picked.content) > limit:
                detail = f"the text holds {len(picked.content)} bytes, limits.record_bytes allows {limit}"
                yield context.reject("too_large", detail, raw_record=raw_record, sample=picked.content[:200])
                continue
        except RecordError as error:
            yield context.reject(error.reason, error.problem, raw_record=raw_record)
            continue
        yield context.record(
            picked.content,
            raw_record=raw_record,
            kind=picked.kind,
            declared=context.settings.encoding if isinstance(picked.content, bytes) else None,
            url=picked.url,
            title=picked.title,
            author=picked.author,
            published_at=picked.published_at,
            fetched_at=picked.fetched_at,
        )


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
