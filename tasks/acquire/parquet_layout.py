"""Where the pages of a Parquet file lie and how large they are, read ahead of the library.

A page of a hundred bytes may claim 2 GB, a dictionary of one value may stand for a billion rows, and metadata that
contradicts itself ends the process inside the library (an exception of C++ that its accessors do not catch). So the
layout is read and checked here first. Layout: `parquet.thrift` of Apache Parquet 2.10.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from tasks.acquire.thrift import ThriftReader

MAGIC = b"PAR1"

_METADATA_BYTES = 16 * 1024 * 1024
"""The most metadata that is read: some ten thousand row groups of ten columns."""

_METADATA_VALUES = 2_000_000
"""Numbers and strings in it: as Python objects they take 200 MB."""

_HEADER_BYTES = 16 * 1024
"""The longest page header that is read; statistics in it may hold the start of two values."""

# The kinds of page that hold values, the field with the header of each, and in it the field with the encoding.
_DATA_PAGES = {0: (5, 2), 3: (8, 4)}
_DICTIONARY_PAGE = 2
_DICTIONARY_ENCODINGS = (2, 8)  # PLAIN_DICTIONARY, RLE_DICTIONARY

_NOT_THERE = (LookupError, TypeError, AttributeError)
"""What comes of looking for a field that is not there, or that is of another type."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One column of one row group: the path of the column, where its pages start, how many bytes they take."""

    path: tuple[str, ...]
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Group:
    """One row group."""

    rows: int
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The row groups of a file, and how many columns each has."""

    columns: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class PageHeader:
    """One page: its size in bytes, how many values it holds, and whether they are places in the dictionary."""

    is_dictionary: bool
    uncompressed: int
    values: int
    is_encoded: bool


def read_layout(file: BinaryIO) -> Layout:
    """Read the layout from the end of a file. `ValueError` where it is damaged or contradicts itself."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - 8, 0))
    footer = file.read(8)
    length = int.from_bytes(footer[:4], "little")
    if footer[4:] != MAGIC or size < 12:
        raise ValueError("the file does not end as Parquet does: it is cut, or its end is damaged")
    if not 0 < length <= min(size - 12, _METADATA_BYTES):
        raise ValueError(f"the metadata claims {length} bytes of {size}")
    file.seek(size - 8 - length)
    try:
        metadata = ThriftReader(file.read(length), most_values=_METADATA_VALUES).read_struct()
        leaves = [element for element in metadata[2] if not element.get(5)]
        return Layout(len(leaves), tuple(_read_group(group, leaves, size) for group in metadata.get(4, [])))
    except _NOT_THERE as error:
        raise ValueError(f"the metadata lacks what it must have: {error}") from error


def _read_group(group: dict[int, Any], leaves: list[dict[int, Any]], size: int) -> Group:
    chunks = []
    if len(group[1]) != len(leaves) or not 0 <= group[3] < 1 << 40:
        raise ValueError("a row group does not fit the schema")
    for column, leaf in zip(group[1], leaves, strict=True):
        metadata = column[3]
        if metadata[1] != leaf[1] or metadata[3][-1] != leaf[4]:
            raise ValueError("a column does not fit the schema")
        start = min(place for place in (metadata.get(11), metadata[9]) if place)
        if not 0 < start <= start + metadata[7] <= size or metadata[5] < 0:
            raise ValueError("a column leads out of the file")
        chunks.append(Chunk(tuple(part.decode("utf-8", "replace") for part in metadata[3]), start, metadata[7]))
    return Group(group[3], tuple(chunks))


def read_page_headers(file: BinaryIO, chunk: Chunk) -> Iterator[PageHeader]:
    """Give the headers of the pages in a column chunk. `ValueError` where one is broken or leads out of the chunk."""
    place, end = chunk.start, chunk.start + chunk.size
    while place < end:
        file.seek(place)
        reader = ThriftReader(file.read(min(_HEADER_BYTES, end - place)))
        try:
            fields = reader.read_struct()
            header, compressed = _read_page_header(fields)
        except _NOT_THERE as error:
            raise ValueError(f"a page header lacks what it must have: {error}") from error
        place += reader.place + compressed
        if place > end:
            raise ValueError("a page leads out of its column")
        if header is not None:
            yield header


def _read_page_header(fields: dict[int, Any]) -> tuple[PageHeader | None, int]:
    """The header, None of pages that hold neither values nor a dictionary, and the bytes that the page takes."""
    kind, uncompressed, compressed = fields[1], fields[2], fields[3]
    if min(uncompressed, compressed) < 0:
        raise ValueError("a page has a negative size")
    if kind == _DICTIONARY_PAGE:
        return PageHeader(is_dictionary=True, uncompressed=uncompressed, values=0, is_encoded=False), compressed
    if kind not in _DATA_PAGES:
        return None, compressed
    number, encoding = _DATA_PAGES[kind]
    values = max(fields[number][1], 0)
    is_encoded = fields[number][encoding] in _DICTIONARY_ENCODINGS
    return PageHeader(is_dictionary=False, uncompressed=uncompressed, values=values, is_encoded=is_encoded), compressed
