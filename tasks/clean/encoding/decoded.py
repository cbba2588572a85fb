"""What decoding answers: the text, the encoding, and how it was found."""

from __future__ import annotations

from typing import NamedTuple

METHODS: dict[str, str] = {
    "bom": "The bytes begin with a byte order mark, which names the encoding; the mark itself is dropped.",
    "nul_pattern": "Zero bytes lie where UTF-16 or UTF-32 puts them in text; there is no mark.",
    "utf-16_pattern": "Each pair of bytes is a character of one script, as in UTF-16 without a mark or zeros.",
    "escapes": "Seven-bit bytes with the escape sequences of ISO-2022 or HZ.",
    "utf-8": "The bytes are valid UTF-8 (ASCII included), whatever was declared.",
    "utf-8-cut": "Valid UTF-8 but for a character cut in two at the start or the end; U+FFFD stands for its rest.",
    "mixed-lines": "UTF-8 with whole lines in a legacy encoding, which were read by that encoding.",
    "stray-bytes": "UTF-8 or ASCII with bytes that do not belong: windows-1252 where that is sure, else U+FFFD.",
    "meta": "A declaration inside the content (HTML meta, XML, CSS) that the bytes do not contradict.",
    "declared": "A declaration from outside the content (HTTP header, source.toml) that the bytes do not contradict.",
    "detected": "Chosen among all legacy encodings by how well the text reads as a language.",
    "fallback": "Nothing spoke for any encoding: read as windows-1252, like a browser.",
}
"""Every code of `Decoded.method`, in the order in which they are tried, with its sentence for the contract."""


class Decoded(NamedTuple):
    """Bytes that became text.

    `encoding` is in lower case and known to `bytes.decode`; with method `mixed-lines` it is the encoding of the
    foreign lines, the others being UTF-8. `method` is a key of METHODS. `confidence` is in [0, 1]: 1 where the bytes
    prove the encoding, for `detected` how far the best reading is ahead of the next. `guessed_bytes` counts the bytes
    whose reading is not proven: all beyond ASCII for a legacy encoding, those of foreign lines or stray ones in UTF-8.
    """

    text: str
    encoding: str
    method: str
    confidence: float = 1.0
    guessed_bytes: int = 0
