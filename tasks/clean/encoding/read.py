"""Bytes to text by a given encoding, so that no byte stops it and none is lost unseen."""

from __future__ import annotations

import re

_ESCAPED = re.compile("[\udc80-\udcff]+")


def read(data: bytes, encoding: str) -> str:
    """Decode, whatever comes.

    In the Windows encodings a byte without a character becomes the control character of its number, as in browsers, so
    that a later repair can tell which byte it was. Elsewhere U+FFFD stands for what has no meaning.
    """
    if not encoding.startswith("windows-") and encoding != "cp874":
        return data.decode(encoding, "replace")
    text = data.decode(encoding, "surrogateescape")
    return _ESCAPED.sub(lambda run: "".join(chr(ord(c) - 0xDC00) for c in run[0]), text)


def reads_strictly(data: bytes, encoding: str) -> bool:
    """Tell whether every byte has a meaning."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
