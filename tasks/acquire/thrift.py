"""Thrift's compact protocol, as far as the metadata of Parquet needs it.

Structs become dictionaries by field number, lists become lists, strings bytes. Every mistake in the data is a
`ValueError`. Layout: `thrift-compact-protocol.md` of Apache Thrift.
"""

from __future__ import annotations

from typing import Any

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)

_MOST_DEPTH = 16


class ThriftReader:
    """Reads values from `data`, starting at `place`; at most `most_values` of them, since a byte can be a value."""

    def __init__(self, data: bytes, place: int = 0, most_values: int = 1_000) -> None:
        self._data = data
        self._left = most_values
        self.place = place

    def read_struct(self, depth: int = 0) -> dict[int, Any]:
        """Read the fields of a struct, by number."""
        fields: dict[int, Any] = {}
        number = 0
        while head := self._read_byte():
            number = number + (head >> 4) if head >> 4 else self._read_integer()
            fields[number] = self._read_value(head & 15, depth, is_field=True)
        return fields

    def _read_value(self, kind: int, depth: int, *, is_field: bool = False) -> Any:
        self._left -= 1
        if self._left < 0 or depth > _MOST_DEPTH:
            raise ValueError("the metadata holds too many values, or is nested too deeply")
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE if is_field else self._read_byte() == _TRUE
        if kind == _BYTE:
            return self._read_byte()
        if kind in (_I16, _I32, _I64):
            return self._read_integer()
        if kind == _DOUBLE:
            self._read_bytes(8)
            return None
        if kind == _BINARY:
            return self._read_bytes(self._read_varint())
        if kind in (_LIST, _SET):
            return self._read_list(depth)
        if kind == _STRUCT:
            return self.read_struct(depth + 1)
        raise ValueError(f"the metadata holds a value of kind {kind}")  # Parquet has no maps

    def _read_list(self, depth: int) -> list[Any]:
        head = self._read_byte()
        size = head >> 4 if head >> 4 < 15 else self._read_varint()
        if size > self._left:
            raise ValueError(f"the metadata claims a list of {size} values")
        return [self._read_value(head & 15, depth + 1) for _ in range(size)]

    def _read_integer(self) -> int:
        number = self._read_varint()
        return (number >> 1) ^ -(number & 1)

    def _read_varint(self) -> int:
        number = 0
        for shift in range(0, 70, 7):
            byte = self._read_byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
        raise ValueError("the metadata holds a number without end")

    def _read_byte(self) -> int:
        return self._read_bytes(1)[0]

    def _read_bytes(self, size: int) -> bytes:
        piece = self._data[self.place : self.place + size]
        if len(piece) < size:
            raise ValueError("the metadata is cut")
        self.place += size
        return piece
