"""UTF-16 and UTF-32 as UTF-8, for the formats that are read line by line."""

from __future__ import annotations

import codecs

from tasks.acquire.stream import Chunks, Stream

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before the mark of UTF-16, with which it starts
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ANY_MARK = tuple(mark for mark, _ in _MARKS)


def find_wide(head: bytes) -> str | None:
    """The wide encoding of a stream, by its mark or by the NULs of its first two characters."""
    if head.startswith(_ANY_MARK):
        return next(encoding for mark, encoding in _MARKS if head.startswith(mark))
    if b"\0" not in head[:4]:
        return None
    nuls = bytes(byte == 0 for byte in head[:4])
    return {b"\0\1\0\1": "utf-16-le", b"\1\0\1\0": "utf-16-be"}.get(nuls)


def narrow_head(head: bytes) -> bytes:
    """A head as UTF-8, without byte order mark. What cannot be read is left out."""
    encoding = find_wide(head)
    if encoding is None:
        return head.removeprefix(codecs.BOM_UTF8)
    return head.decode(encoding, "ignore").removeprefix("\ufeff").encode("utf-8", "ignore")


def narrow(stream: Stream) -> Stream:
    """The stream itself, or a new one in UTF-8 if it is wide; a byte order mark is read past.

    Offsets of a new one count the bytes of its UTF-8. What cannot be read becomes U+FFFD.
    """
    encoding = find_wide(stream.peek(4))
    if encoding is not None:
        return Stream(_encode(stream, encoding))
    if stream.peek(3) == codecs.BOM_UTF8:
        stream.skip(3)
    return stream


def _encode(stream: Stream, encoding: str) -> Chunks:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    is_first = True
    while True:
        piece = stream.read_some()
        text = decoder.decode(piece, final=not piece)
        if is_first and text:
            text = text.removeprefix("\ufeff")
            is_first = False
        if text:
            yield text.encode("utf-8", "replace")
        while stream.damages:
            yield stream.damages.pop(0)
        if not piece:
            return
