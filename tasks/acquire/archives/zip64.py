"""ZIP archives, also those of more than 4 GB, read forwards by their local headers.

The directory at the end is not used: so an archive inside another, or one that was cut off, is read like any other, and
what the directory may lie about does not matter. Layout: PKWARE APPNOTE 6.3.10.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from tasks.acquire.archives.member import Member, Meter
from tasks.acquire.compression import BZIP2, DEFLATE, XZ, ZSTD, Compression
from tasks.acquire.inventory import Trouble
from tasks.acquire.stream import CHUNK_BYTES, Chunks, Damage, Stream

NAME = "zip"

_LOCAL = b"PK\x03\x04"
_DESCRIPTOR = b"PK\x07\x08"
_END = (b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x08", b"PK\x05\x05")
"""What follows the last member: the directory, its end, its signatures."""

_LONGEST_DESCRIPTOR = 26  # 24 bytes, and two of what follows

_HEADER = struct.Struct("<4sHHHHHLLLHH")

_STORED = 0
_METHODS: dict[int, Compression] = {8: DEFLATE, 12: BZIP2, 93: ZSTD, 95: XZ}

# Documents and programs that are ZIP archives by construction. Their first member tells them.
_DOCUMENTS = (b"[Content_Types].xml", b"_rels/", b"mimetype", b"META-INF/", b"AndroidManifest.xml")


@dataclass(frozen=True, slots=True)
class _Header:
    """A local header. `packed` and `size` are None where only a descriptor behind the data says them."""

    name: bytes
    flags: int
    method: int
    check: int
    packed: int | None
    size: int | None


def sniff(head: bytes) -> bool:
    """Whether a local header, or the end of an empty archive, comes first; office documents and programs are left."""
    if head.startswith(_LOCAL):
        return not head[_HEADER.size :].startswith(_DOCUMENTS)
    return head.startswith(b"PK\x05\x06") and len(head) >= 22


def read_members(stream: Stream, meter: Meter) -> Iterator[Member | Damage]:
    """Give the members; a broken one costs those up to the next local header."""
    is_told = False
    while True:
        offset = stream.offset
        signature = stream.peek(4)
        if signature == _LOCAL:
            header = _read_header(stream)
            if header is None:
                yield stream.claim(0) or Damage("truncated", "the archive ends in the middle of a header", offset)
                return
            is_told = yield from _read_member(stream, header, offset, meter)
        elif signature in _END:
            return
        elif not signature:
            if is_told and not stream.damages:
                return  # the last member said that it is cut
            yield stream.claim(0) or Damage("truncated", "the archive ends without its directory", offset)
            return
        else:
            _find_signature(stream)
            skipped = stream.offset - offset
            yield Damage("damaged", f"{skipped} bytes of the archive are no member", offset)


def _read_header(stream: Stream) -> _Header | None:
    block = stream.read(_HEADER.size)
    if len(block) < _HEADER.size:
        return None
    _, _, flags, method, _, _, check, packed, size, name_length, extra_length = _HEADER.unpack(block)
    name, extra = stream.read(name_length), stream.read(extra_length)
    if len(name) + len(extra) < name_length + extra_length:
        return None
    if 0xFFFFFFFF in (packed, size):
        packed, size = _read_large_sizes(extra, packed, size)
    if flags & 0x800 == 0:
        name = _decode_name(name)
    is_open = bool(flags & 8) and packed == 0
    return _Header(name, flags, method, check, None if is_open else packed, None if is_open else size)


def _decode_name(name: bytes) -> bytes:
    """Names without the flag for UTF-8 should be in code page 437; many are UTF-8 all the same."""
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("cp437").encode()
    return name


def _read_large_sizes(extra: bytes, packed: int, size: int) -> tuple[int, int]:
    """The sizes of a ZIP64 extra field, each there only if the header has no room for it."""
    place = 0
    while place + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, place)
        numbers = [int.from_bytes(extra[at : at + 8], "little") for at in range(place + 4, place + 4 + length - 7, 8)]
        if tag == 1:
            if size == 0xFFFFFFFF and numbers:
                size = numbers.pop(0)
            if packed == 0xFFFFFFFF and numbers:
                packed = numbers.pop(0)
            break
        place += 4 + length
    return packed, size


def _read_member(stream: Stream, header: _Header, offset: int, meter: Meter) -> Generator[Member, None, bool]:
    """Give the member, pass over what was left of it, and say whether its content was found to be damaged."""
    start = stream.offset
    is_damaged = False
    if header.name.endswith(b"/") and not header.size:
        pass
    elif header.flags & 1:
        yield Member(header.name, offset, Trouble("encrypted", "the member is encrypted"))
    elif header.method != _STORED and header.method not in _METHODS:
        yield Member(header.name, offset, Trouble("unsupported", f"the member is packed by method {header.method}"))
    else:
        content = Stream(meter(_unpack(stream, header)))
        yield Member(header.name, offset, content)
        while content.read_some():
            pass
        is_damaged = content.is_damaged
    if header.packed is not None:
        stream.skip(header.packed - (stream.offset - start))
        if header.flags & 8 and stream.peek(4) == _DESCRIPTOR:
            _read_descriptor(stream, header.packed)
    return is_damaged


def _unpack(stream: Stream, header: _Header) -> Chunks:
    """The content of a member, ended by a `Damage` where it is not what the header says."""
    if header.packed is None and header.method == _STORED:
        yield from _unpack_open_stored(stream)
        return
    start = stream.offset
    source = stream if header.packed is None else Stream(stream.take(header.packed))
    method = _METHODS.get(header.method)
    chunks = source.take(header.packed or 0) if method is None else method.expand_one(source)
    check = size = 0
    for piece in chunks:
        yield piece
        if isinstance(piece, Damage):
            return
        check = zlib.crc32(piece, check)
        size += len(piece)
    expected = header.check
    if header.packed is None:
        expected = _read_descriptor(stream, stream.offset - start)
    if check != expected:
        yield _wrong_check_sum(check, expected)


def _wrong_check_sum(found: int, expected: int) -> Damage:
    return Damage("damaged", f"the check sum of the member is {found:08x}, the archive says {expected:08x}")


def _unpack_open_stored(stream: Stream) -> Chunks:
    """Content that is neither compressed nor of known size: up to the descriptor that fits it."""
    check = size = 0
    while window := stream.peek(CHUNK_BYTES):
        place = window.find(_DESCRIPTOR)
        if place < 0:  # hold back what may be the start of one
            place = max(len(window) - 3, 0) if len(window) == CHUNK_BYTES else len(window)
        piece = stream.read(place)
        check = zlib.crc32(piece, check)
        size += len(piece)
        yield piece
        head = stream.peek(_LONGEST_DESCRIPTOR)
        if head.startswith(_DESCRIPTOR):
            found = _match_descriptor(head, size)
            if found is not None:
                stream.skip(found[1])
                if found[0] != check:
                    yield _wrong_check_sum(check, found[0])
                return
            piece = stream.read(4)
            check = zlib.crc32(piece, check)
            size += len(piece)
            yield piece
    yield stream.claim(0) or Damage("truncated", "the archive ends in the middle of the member")


def _read_descriptor(stream: Stream, packed: int) -> int:
    """Read the descriptor behind a member and give its check sum."""
    head = stream.peek(_LONGEST_DESCRIPTOR)
    found = _match_descriptor(head, packed)
    if found is None:  # it contradicts the data: take it for one of the common form, so that it is told
        start = 4 if head.startswith(_DESCRIPTOR) else 0
        found = int.from_bytes(head[start : start + 4], "little"), start + 12
    stream.skip(found[1])
    return found[0]


def _match_descriptor(head: bytes, packed: int) -> tuple[int, int] | None:
    """The check sum and the length of a descriptor that fits the packed size.

    All its forms are in use: with signature or without, with 4 or with 8 bytes for each size. What follows tells.
    """
    for start in (4, 0) if head.startswith(_DESCRIPTOR) else (0,):
        for width in (4, 8):
            end = start + 4 + 2 * width
            given = int.from_bytes(head[start + 4 : start + 4 + width], "little")
            if given == packed % (1 << (8 * width)) and head[end : end + 2] in (b"PK", b""):
                return int.from_bytes(head[start : start + 4], "little"), end
    return None


def _find_signature(stream: Stream) -> None:
    """Move on to the next local header, or to the directory."""
    stream.skip(1)
    while window := stream.peek(CHUNK_BYTES):
        places = [place for place in (window.find(mark) for mark in (_LOCAL, *_END)) if place >= 0]
        stream.skip(min(places) if places else max(len(window) - 3, 1))
        if places:
            return
