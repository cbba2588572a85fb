"""Plain text: the file is the record. Everything that no other reader knows is read so."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.acquire.reader import Context
from tasks.acquire.stream import Stream
from tasks.document import Kind, Record, Rejected

NAME = "text"

_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\n\r\f\v"
"""Byte order marks, and white space in any of the UTF encodings."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001 - the last of the list takes whatever is left
    """Every stream can be read as text; whether it is text at all, the encoding room says."""
    return True


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give the whole stream as one record."""
    yield read_whole(stream, context, "text")


def read_whole(stream: Stream, context: Context, kind: Kind) -> Record | Rejected:
    """One record of the whole stream: rejected where it is blank or larger than the limit."""
    limit = context.settings.limits.record_bytes
    content = stream.read(limit + 1)
    if len(content) > limit:
        detail = f"the file holds more than limits.record_bytes = {limit} bytes"
        return context.reject("too_large", detail, byte_offset=0, sample=content[:1000])
    if not content.strip(_BLANK):
        damage = stream.claim(0)
        if damage is not None:
            return context.reject(damage.reason, damage.detail, byte_offset=damage.offset)
        return context.reject("empty", "the file holds no text" if content else "the file is empty", byte_offset=0)
    return context.record(content, kind=kind, declared=context.settings.encoding)
