"""UTF-8 in which some bytes do not belong: lines in a legacy encoding, stray bytes, characters cut at an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.clean.encoding.excerpt import high_lines
from tasks.clean.encoding.legacy import judge
from tasks.clean.encoding.read import read

_BLOCK = 1 << 16
_SAMPLE = 1 << 17
_KNOWN = 4000
"""Characters of proven text that are enough to tell a language."""

_MOST_DIRTY_LINES = 50_000
"""Beyond that, all that is invalid is treated as stray bytes: a file of that many is damaged, not mixed."""

_START = re.compile(rb"[\x80-\xbf]{1,3}")
_END = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")

# A byte that no language's words in UTF-8 pages were seen with; 0xC0, 0xC1 and from 0xF5 on are never part of UTF-8.
_MEANINGFUL = re.compile("[\udc80-\udcbf\udcc2-\udcfe]")
_PUNCTUATION = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0xC0)} | {
    0xDC00 + byte: "\ufffd" for byte in range(0xC0, 0x100)
}
_LETTER_BETWEEN = re.compile("(?<=[a-z])[\udcdf-\udcfd]|[\udcdf-\udcfd](?=[a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mixed:
    """What came of the bytes; `encoding` is that of the foreign lines, `utf-8` when there were none."""

    text: str
    encoding: str
    guessed_bytes: int
    confidence: float


def decode_cut(data: bytes) -> tuple[str, int] | None:
    """Decode UTF-8 that lost a part of its first or last character; U+FFFD takes the place of the rest.

    Gives the text and the number of bytes that were left of broken characters, None when more than that is wrong.
    """
    start = match.end() if (match := _START.match(data)) else 0
    match = _END.search(data, max(start, len(data) - 3))
    end = match.start() if match else len(data)
    try:
        text = data[start:end].decode("utf-8")
    except UnicodeDecodeError:
        return None
    if text.isascii() and not _is_cut_likely(data[:start], data[end:], text):
        return None
    return "\ufffd" * (start > 0) + text + "\ufffd" * (end < len(data)), start + len(data) - end


def _is_cut_likely(head: bytes, tail: bytes, text: str) -> bool:
    """Judge cut bytes in text that is ASCII otherwise: one accented letter in a legacy encoding looks the same.

    Two bytes of a character are no accident. Of single bytes, 0xC2 to 0xC5 and 0xE2 begin nearly all characters that
    stand in ASCII text, and as legacy letters they do not end a word in lower case.
    """
    if len(head) > 1 or len(tail) > 1:
        return True
    if head or not text:
        return not (head and tail)
    return tail in (b"\xc2", b"\xc3", b"\xc4", b"\xc5", b"\xe2")


def decode_mixed(data: bytes) -> Mixed | None:
    """Decode bytes that are UTF-8 for the most part, line by line; None when UTF-8 is not the main encoding.

    A line without any valid sequence beyond ASCII is foreign: all such lines are read in one legacy encoding, chosen
    with the language of the valid lines in mind. In other lines the bytes that do not belong are stray.
    """
    part = high_lines(data, _SAMPLE).decode("utf-8", "surrogateescape")
    valid, _ = _count(part)
    if valid <= 0:
        return _decode_ascii_with_stray(data, part)
    if not _is_mainly_utf8(part):
        return None
    pieces: list[str] = []
    foreign: list[tuple[int, bytes]] = []
    known: list[str] = []
    known_length = guessed = dirty = 0
    for line in _lines(data):
        if isinstance(line, str):
            if known_length < _KNOWN and not line.isascii():
                known.append(line[:_KNOWN])
                known_length += len(known[-1])
            pieces.append(line)
            continue
        dirty += 1
        if dirty > _MOST_DIRTY_LINES:
            return _decode_as_stray(data)
        text = line.decode("utf-8", "surrogateescape")
        if _is_foreign(text):
            foreign.append((len(pieces), line))
            pieces.append("")
        else:
            guessed += len(line) - len(line.decode("utf-8", "ignore").encode())
            pieces.append(read_stray(text))
    if not foreign:
        return Mixed("".join(pieces), "utf-8", guessed, 0.9)
    own = high_lines(b"".join(line for _, line in foreign), _SAMPLE)
    choice = judge(own, known="\n".join(known)[:_KNOWN]).choose()
    for place, line in foreign:
        pieces[place] = read(line, choice.encoding)
        guessed += len(line.translate(None, bytes(range(0x80))))
    return Mixed("".join(pieces), choice.encoding, guessed, choice.confidence)


def _is_mainly_utf8(part: str) -> bool:
    """Tell UTF-8 with some foreign bytes from a legacy encoding in which some bytes look like UTF-8 by chance.

    Whole valid lines tell: in legacy text they are rare and short. Without any, valid characters must prevail.
    """
    valid = invalid = in_valid_lines = 0
    for line in part.split("\n"):
        good, _ = _count(line)
        bad = len(_MEANINGFUL.findall(line))
        valid, invalid = valid + good, invalid + bad
        in_valid_lines += 0 if bad else good
    return valid >= 2 * invalid or in_valid_lines >= max(3, invalid / 10)


def _decode_ascii_with_stray(data: bytes, part: str) -> Mixed | None:
    """Decode ASCII whose only other bytes mean nothing in any encoding of its language."""
    return None if _MEANINGFUL.search(part) else _decode_as_stray(data)


def _decode_as_stray(data: bytes) -> Mixed:
    text = data.decode("utf-8", "surrogateescape")
    return Mixed(read_stray(text), "utf-8", len(data) - len(data.decode("utf-8", "ignore").encode()), 0.6)


def _is_foreign(line: str) -> bool:
    """Tell a line of another encoding from a line of UTF-8 with stray bytes, given with its bytes escaped."""
    valid, invalid = _count(line)
    return valid < invalid / 2 and _MEANINGFUL.search(line) is not None


def _count(text: str) -> tuple[int, int]:
    """Count the characters beyond ASCII that are valid, and the bytes that are not, in text with its bytes escaped."""
    invalid = len(text) - len(text.encode("utf-8", "ignore").decode())
    return len(text) - invalid - len(text.encode("ascii", "ignore")), invalid


def _lines(data: bytes) -> Iterator[str | bytes]:
    """Yield the data in order: decoded where it is UTF-8 (many lines at once), a single line of bytes where it is not.

    A failed decoding keeps its input in the exception, so blocks keep the work linear.
    """
    position = 0
    while position < len(data):
        end = position + _BLOCK
        if end < len(data):
            line_end = data.find(b"\n", end)
            end = len(data) if line_end < 0 else line_end + 1
        block = data[position:end]
        position = end
        try:
            yield block.decode("utf-8")
        except UnicodeDecodeError:
            for line in _split(block):
                try:
                    yield line.decode("utf-8")
                except UnicodeDecodeError:
                    yield line


def _split(block: bytes) -> list[bytes]:
    r"""Split at \n only and keep it."""
    parts = block.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def read_stray(text: str) -> str:
    """Give single invalid bytes, escaped as surrogates, a meaning where it is sure, else U+FFFD.

    From 0x80 to 0xBF it is the punctuation of windows-1252; above, a letter of it beside an ASCII letter.
    """
    text = _LETTER_BETWEEN.sub(lambda match: chr(ord(match[0]) - 0xDC00), text)
    return text.translate(_PUNCTUATION)
