"""What is no text: known file formats, and content that no text encoding produces."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from tasks.document import escape_sample
from tasks.errors import UndecodableBytes

_SURE = (b"\x89PNG", b"%PDF-")
"""Signatures that need no second sign. Others also begin words (`BM`, `MZ`) or texts about the format."""

# Control characters that text does not have. Kept out: tab, line feed, vertical tab, form feed, carriage return, escape
# (ISO-2022, terminals), 0x1a (the end of file of DOS) and NUL, which is judged apart.
CONTROLS = bytes(set(range(1, 9)) | {0x0E, 0x0F} | set(range(0x10, 0x1A)) | set(range(0x1C, 0x20)))
_NEVER_TEXT = bytes(range(0xF8, 0x100))
_QUIET = bytes(set(range(0x100)) - {0, *CONTROLS, *_NEVER_TEXT})
_PIECE = 1 << 16

# Compressed data has 10 % control bytes and 0.4 % NULs. Text with NULs between its fields can reach 20 %.
_MOST_CONTROLS, _MOST_CONTROLS_VALID, _MOST_NULS = 0.02, 0.1, 0.3
_FEWEST_BESIDE_NULS = 16
"""A file grown before it was written begins with zeros: what stands between them is judged alone."""
_MOST_NEVER_TEXT = 0.3
"""Bytes that are rare letters in all encodings; a run of 0xFF is erased flash memory or padding."""


def sample(data: bytes) -> bytes:
    """Take the head, the middle and the end: at most 192 KiB."""
    if len(data) <= 3 * _PIECE:
        return data
    middle = len(data) // 2
    return data[:_PIECE] + data[middle : middle + _PIECE] + data[-_PIECE:]


def share(data: bytes, of: bytes) -> float:
    """Tell which share of the bytes is among those given, 0 for no bytes at all."""
    return 1 - len(data.translate(None, of)) / len(data) if data else 0.0


@cache
def _signatures() -> tuple[tuple[bytes, str], ...]:
    table = json.loads(Path(__file__).with_name("magics.json").read_text("utf-8"))
    return tuple((bytes.fromhex(hexadecimal), name) for name, many in table.items() for hexadecimal in many)


@cache
def _beginnings() -> tuple[bytes, ...]:
    return tuple(signature for signature, _ in _signatures())


def refuse_formats(data: bytes) -> None:
    """Raise for content that begins like a file format other than text."""
    head = data[:4096]
    for signature, name in _signatures() if head.startswith(_beginnings()) else ():
        if head.startswith(signature) and (signature.startswith(_SURE) or share(head, CONTROLS + b"\0") > 0):
            raise _refusal(data, f"the content is {name}, not text")
    if head[257:262] == b"ustar" or (head[4:8] == b"ftyp" and b"\0" in head[:4]):
        raise _refusal(data, "the content is an archive or a video, not text")


def is_quiet(data: bytes) -> bool:
    """Tell content without any of the bytes that could make it noise: nearly all text is."""
    return not sample(data).translate(None, _QUIET)


def is_noisy(data: bytes) -> bool:
    """Tell content that decodes as UTF-8 and still has more control bytes than text can have."""
    return share(sample(data), CONTROLS) > _MOST_CONTROLS_VALID


def refuse_noise(data: bytes, *, is_valid: bool) -> None:
    """Raise for content with more control bytes than text can have; `is_valid` says that it decodes as UTF-8."""
    part = sample(data)
    if share(part, b"\0") > _MOST_NULS:
        part = part.translate(None, b"\0")
        if len(part) < _FEWEST_BESIDE_NULS:
            raise _refusal(data, "the content is zero bytes")
    if share(part, CONTROLS) > (_MOST_CONTROLS_VALID if is_valid else _MOST_CONTROLS):
        raise _refusal(data, "the content has more control bytes than text has")
    if share(part, _NEVER_TEXT) > _MOST_NEVER_TEXT and len(set(part.translate(None, bytes(range(0x80))))) <= 2:
        raise _refusal(data, "the content repeats a byte that means nothing in text")


def _refusal(data: bytes, problem: str) -> UndecodableBytes:
    return UndecodableBytes(
        problem=problem,
        hint="unpack or convert it before it goes to raw/, or leave it out",
        byte_offset=0,
        sample=escape_sample(data),
    )
