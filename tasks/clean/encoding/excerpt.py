"""The part of the bytes that can tell encodings apart."""

from __future__ import annotations

import re

_HIGH = re.compile(rb"[\x80-\xff]")
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_RUN = re.compile(rb"[0-9A-Za-z\x80-\xff]+")

_BEFORE, _AFTER = 256, 1024
"""How much of a long line is kept around a byte beyond ASCII."""


def high_lines(data: bytes, limit: int) -> bytes:
    """Cut out the lines, or pieces of long lines, with bytes beyond ASCII, from the start: some `limit` bytes.

    Not the head of the data: a page may have a megabyte of ASCII before its first accent. Linear in `limit` and the
    ASCII that is skipped.
    """
    pieces: list[bytes] = []
    position = total = 0
    while total < limit:
        match = _HIGH.search(data, position)
        if match is None:
            break
        first = match.start()
        line = data.rfind(b"\n", max(position, first - _BEFORE), first) + 1
        start = line or max(position, first - _BEFORE)
        end = data.find(b"\n", first, first + _AFTER)
        end = min(first + _AFTER, len(data)) if end < 0 else end
        # A piece that goes on where the last one ended is joined to it: a character may lie across the cut.
        pieces.append(data[start:end] if start == position else b"\n" + data[start:end])
        total += end - start
        position = end
    return b"".join(pieces)


def words(part: bytes, limit: int) -> tuple[bytes, str]:
    """Split a piece of text into its words with bytes beyond ASCII, and the rest, which is ASCII; tags are dropped.

    The same bytes are then read by each encoding: a reading that turns letters into signs cannot hide words.
    """
    without_tags = _TAG.sub(b" ", part)
    if without_tags.isascii():
        without_tags = part
    telling = [run for run in _RUN.findall(without_tags) if not run.isascii()]
    rest = _RUN.sub(lambda run: run[0] if run[0].isascii() else b" ", without_tags)
    return b" ".join(telling)[:limit], rest[:limit].decode("ascii", "ignore")
