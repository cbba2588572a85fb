"""Tar archives of every dialect: v7, ustar, GNU and pax.

Read by hand instead of with Python's `tarfile`, which holds extended headers of any claimed size in memory and had to
be saved from endless loops more than once. Layout: POSIX.1-2017, pax, "ustar Interchange Format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.acquire.archives.member import Member, Meter
from tasks.acquire.inventory import Trouble
from tasks.acquire.stream import Damage, Stream

NAME = "tar"

_BLOCK = 512
_END = bytes(_BLOCK)

_LONGEST_EXTENSION = 1024 * 1024
"""The most that is read of a long name or a pax header; longer ones are passed over."""

_OCTAL = re.compile(rb"[0-7 \0]+")
_NUMBERS = ((100, 108), (108, 116), (116, 124), (136, 148))
"""Where a header has the mode, the owner, the group and the time, in octal digits."""

_PAX_RECORD = re.compile(rb"(\d{1,9}) ([^=\n]{1,200})=")


@dataclass(frozen=True, slots=True)
class _Header:
    """What a header block says, and what extensions before it said instead."""

    name: bytes
    size: int
    kind: bytes


def sniff(head: bytes) -> bool:
    """Whether the head is a block with the right check sum and a size, or a damaged one with the magic number.

    The magic number alone is a word that any text may have in this place: half of the numbers around it must be some.
    """
    if len(head) < _BLOCK:
        return False
    if _parse_header(head[:_BLOCK]) is not None:
        return True
    if head[257:262] != b"ustar":
        return False
    return 2 * sum(_OCTAL.fullmatch(head[start:end]) is not None for start, end in _NUMBERS) >= len(_NUMBERS)


def read_members(stream: Stream, meter: Meter) -> Iterator[Member | Damage]:  # noqa: ARG001 - tar expands nothing
    """Give the members; a header that is broken costs the members up to the next one that is not."""
    extensions: dict[bytes, bytes] = {}
    while True:
        offset = stream.offset
        block = stream.read(_BLOCK)
        if len(block) < _BLOCK:
            if block.strip(b"\0"):
                yield stream.claim(0) or Damage("truncated", "the archive ends in the middle of a header", offset)
            return
        if block == _END:
            continue  # two of them end an archive, and another may follow
        header = _parse_header(block)
        if header is None:
            found = _find_header(stream)
            what = f"{stream.offset - offset} bytes from here are no members" if found else "the rest is no members"
            yield Damage("damaged", f"broken header of a member, {what}", offset)
            continue
        if header.kind in (b"L", b"x", b"g", b"X", b"K"):
            if header.kind != b"g":  # what holds for all members says nothing that matters here
                extensions |= _read_extension(stream, header)
            else:
                _skip_content(stream, header.size, 0)
            continue
        header, extensions = _extend(header, extensions), {}
        yield from _read_member(stream, header, offset)


def _read_member(stream: Stream, header: _Header, offset: int) -> Iterator[Member | Damage]:
    start = stream.offset
    if header.kind in (b"5", b"D", b"V", b"M") or header.name.endswith(b"/"):
        pass
    elif header.kind in (b"1", b"2", b"3", b"4", b"6"):
        what = {b"1": "a hard link", b"2": "a symbolic link", b"6": "a pipe"}.get(header.kind, "a device")
        yield Member(header.name, offset, Trouble("not_a_file", f"the member is {what}"))
        if header.kind == b"1":  # some writers repeat the content, others only its size
            header = replace(header, size=0)
    elif header.kind == b"S":
        yield Member(header.name, offset, Trouble("unsupported", "the member is a sparse file"))
    else:
        yield Member(header.name, offset, Stream(stream.take(header.size)))
    _skip_content(stream, header.size, stream.offset - start)


def _skip_content(stream: Stream, size: int, done: int) -> None:
    stream.skip(size + -size % _BLOCK - done)


def _parse_header(block: bytes) -> _Header | None:
    """Read a header block; None where its check sum or its size is wrong."""
    given = _parse_number(block[148:156])
    if not given:  # no sum is 0, though any data may have none and come to it
        return None
    fields = block[:148] + b" " * 8 + block[156:]
    # Some old writers added the bytes up as signed ones.
    if given not in (sum(fields), sum(byte - 256 if byte > 127 else byte for byte in fields)):
        return None
    size = _parse_number(block[124:136])
    if size is None or size < 0:
        return None
    name = block[:100].split(b"\0")[0]
    prefix = block[345:500].split(b"\0")[0]
    if prefix and block[257:263] == b"ustar\0":
        name = prefix + b"/" + name
    return _Header(name, size, block[156:157])


def _parse_number(field: bytes) -> int | None:
    """A number in octal digits, or in binary with the first bit set (a GNU extension)."""
    if field[0] & 0x80:
        number = int.from_bytes(field, "big") - (1 << (8 * len(field) - 1))
        return number if field[0] == 0x80 else None
    digits = field.split(b"\0")[0].strip()
    if digits and not digits.isdigit():  # an exception takes as long as all else that a text is asked
        return None
    try:
        return int(digits or b"0", 8)
    except ValueError:
        return None


def _find_header(stream: Stream) -> bool:
    """Move on to the next block that is a header."""
    while len(block := stream.peek(_BLOCK)) == _BLOCK:
        if block != _END and _parse_header(block) is not None:
            return True
        stream.skip(_BLOCK)
    stream.skip(_BLOCK)
    return False


def _read_extension(stream: Stream, header: _Header) -> dict[bytes, bytes]:
    """What a long name (GNU) or a pax header says of the next member."""
    start = stream.offset
    content = stream.read(header.size) if header.size <= _LONGEST_EXTENSION else b""
    _skip_content(stream, header.size, stream.offset - start)
    if header.kind == b"L":
        return {b"path": content.split(b"\0")[0]}
    return _parse_pax(content) if header.kind == b"x" else {}


def _parse_pax(content: bytes) -> dict[bytes, bytes]:
    """Records of the form `length key=value` and LF, where the length counts the whole record."""
    found = {}
    place = 0
    while match := _PAX_RECORD.match(content, place):
        end = place + int(match[1])
        if not match.end() < end <= len(content):
            break
        found[match[2]] = content[match.end() : end - 1]
        place = end
    return found


def _extend(header: _Header, extensions: dict[bytes, bytes]) -> _Header:
    if extensions.get(b"path"):
        header = replace(header, name=extensions[b"path"])
    size = extensions.get(b"size", b"")
    if size.isdigit() and len(size) < 19:
        header = replace(header, size=int(size))
    if any(key.startswith(b"GNU.sparse.") for key in extensions):
        header = replace(header, kind=b"S")
    return header
