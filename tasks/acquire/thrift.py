"""Page headers of Parquet, read ahead of the library to know what it would hold in memory.

A page of 100 bytes may claim 2 GB, and a dictionary of one value may stand for a billion rows. The headers tell, and
reading them costs nothing. Layout: `parquet.thrift` of Apache Parquet 2.10, Thrift's compact protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

_HEADER_BYTES = 16 * 1024
"""The longest page header that is read; statistics in it may hold the start of two values."""

_MOST_FIELDS = 200
_MOST_DEPTH = 8

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)

# The kinds of page that hold values, the field with the header of each, and in it the field with the encoding.
_DATA_PAGES = {0: (5, 2), 3: (8, 4)}
_DICTIONARY_PAGE = 2
_DICTIONARY_ENCODINGS = (2, 8)  # PLAIN_DICTIONARY, RLE_DICTIONARY


@dataclass(frozen=True, slots=True)
class PageHeader:
    """One page: its size in bytes, how many values it holds, and whether they are places in the dictionary."""

    is_dictionary: bool
    uncompressed: int
    values: int
    is_encoded: bool


def read_page_headers(file: BinaryIO, start: int, size: int) -> Iterator[PageHeader]:
    """Give the headers of the pages in a column chunk.

    `ValueError`, `KeyError` or `TypeError` where one is broken, lacks what it must have, or leads out of the chunk.
    """
    place = start
    while place < start + size:
        file.seek(place)
        data = file.read(min(_HEADER_BYTES, start + size - place))
        fields, length = _read_struct(data, 0, 0)
        kind, uncompressed, compressed = fields[1], fields[2], fields[3]
        if min(uncompressed, compressed) < 0 or place + length + compressed > start + size:
            raise ValueError("a page leads out of its column")
        if kind == _DICTIONARY_PAGE:
            yield PageHeader(is_dictionary=True, uncompressed=uncompressed, values=0, is_encoded=False)
        elif kind in _DATA_PAGES:
            inner_number, encoding_number = _DATA_PAGES[kind]
            inner = fields[inner_number]
            is_encoded = inner[encoding_number] in _DICTIONARY_ENCODINGS
            yield PageHeader(
                is_dictionary=False, uncompressed=uncompressed, values=max(inner[1], 0), is_encoded=is_encoded
            )
        place += length + compressed


def _read_struct(data: bytes, place: int, depth: int) -> tuple[dict[int, Any], int]:
    """The fields of a struct by number, and the place behind it."""
    if depth > _MOST_DEPTH:
        raise ValueError("a page header is nested too deeply")
    fields: dict[int, Any] = {}
    number = 0
    for _ in range(_MOST_FIELDS):
        head = _byte(data, place)
        place += 1
        if head == 0:
            return fields, place
        if head >> 4:
            number += head >> 4
        else:
            number, place = _read_integer(data, place)
        fields[number], place = _read_value(data, place, head & 15, depth)
    raise ValueError("a page header has too many fields")


def _read_value(data: bytes, place: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, place
    if kind == _BYTE:
        return _byte(data, place), place + 1
    if kind in (_I16, _I32, _I64):
        return _read_integer(data, place)
    if kind == _DOUBLE:
        return None, place + 8
    if kind == _BINARY:
        length, place = _read_varint(data, place)
        return None, place + length
    if kind == _STRUCT:
        return _read_struct(data, place, depth + 1)
    # Page headers have neither lists nor maps.
    raise ValueError(f"a page header holds a value of kind {kind}")


def _read_integer(data: bytes, place: int) -> tuple[int, int]:
    number, place = _read_varint(data, place)
    return (number >> 1) ^ -(number & 1), place


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 70, 7):
        byte = _byte(data, place)
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, place
    raise ValueError("a page header holds a number without end")


def _byte(data: bytes, place: int) -> int:
    if place >= len(data):
        raise ValueError("a page header is cut")
    return data[place]
