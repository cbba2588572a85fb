"""The order in which encodings are tried."""

from __future__ import annotations

from tasks.clean.encoding import binary, wide
from tasks.clean.encoding.declared import find_declaration
from tasks.clean.encoding.decoded import Decoded
from tasks.clean.encoding.legacy import judge
from tasks.clean.encoding.mixed import decode_cut, decode_mixed
from tasks.clean.encoding.names import MULTIBYTE, canonical
from tasks.clean.encoding.read import read, reads_strictly

# UTF-32's mark begins with that of UTF-16.
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_ANY_MARK = tuple(mark for mark, _ in _MARKS)

_ESCAPED = (
    (b"\x1b$)C", "iso-2022-kr"),
    (b"\x1b$", "iso-2022-jp"),
    (b"\x1b(", "iso-2022-jp"),
    (b"\x1b.", "iso2022_jp_2"),
    (b"~{", "hz"),
)
_ESCAPED_WIDER = {"iso-2022-jp": ("iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_jp_ext")}
"""What to try when the plain form does not do."""


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Turn bytes into text, and say how.

    `declared` is what something outside the content claims (an HTTP header, `source.toml`): evidence, which valid
    UTF-8, a mark or an implausible result overrule. Line ends are left as they are. Any bytes give an answer, the same
    each time, in linear time and memory, except those that are no text.

    Raises `UndecodableBytes` for known binary formats and for content with more control bytes than text can have.
    """
    for mark, encoding in _MARKS if data.startswith(_ANY_MARK) else ():
        if data.startswith(mark) and (decoded := _decode_marked(data[len(mark) :], encoding)):
            return decoded
    binary.refuse_formats(data)
    if b"\0" in data and (name := wide.detect_by_nuls(data)):
        return _decode_wide(data, name, "nul_pattern")
    if data.isascii() and (decoded := _decode_escapes(data)):
        return decoded
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if binary.is_quiet(data):
            return Decoded(text, "utf-8", "utf-8")
        if not binary.is_noisy(data):
            binary.refuse_noise(data, is_valid=True)
            return Decoded(text, "utf-8", "utf-8")
    if name := wide.detect_by_blocks(data):
        return _decode_wide(data, name, "utf-16_pattern", 0.9)
    binary.refuse_noise(data, is_valid=False)
    return _decode_near_utf8(data) or _decode_legacy(data, declared)


def _decode_marked(data: bytes, encoding: str) -> Decoded | None:
    """Decode what follows a mark; None when it is so full of errors that the mark was none."""
    if encoding == "utf-8":
        if reads_strictly(data, "utf-8"):
            return Decoded(data.decode(), "utf-8", "bom")
        return _decode_near_utf8(data)
    decoded = _decode_wide(data, encoding, "bom")
    return decoded if decoded.text.count("\ufffd") * 20 <= len(decoded.text) else None


def _decode_wide(data: bytes, encoding: str, method: str, confidence: float = 1.0) -> Decoded:
    text = data.decode(encoding, "replace")
    width = 4 if "32" in encoding else 2
    return Decoded(text.removeprefix("\ufeff"), encoding, method, confidence, text.count("\ufffd") * width)


def _decode_escapes(data: bytes) -> Decoded | None:
    """Decode ISO-2022 and HZ where their escapes make sense throughout."""
    if b"\x1b" not in data and (b"~" not in data or b"~{" not in data):  # one byte is found in a tenth of the time
        return None
    for escape, encoding in _ESCAPED:
        if escape not in data:
            continue
        for name in (encoding, *_ESCAPED_WIDER.get(encoding, ())):
            if reads_strictly(data, name) and not (text := data.decode(name)).isascii():
                return Decoded(text, name, "escapes", 0.99)
    return None


def _decode_near_utf8(data: bytes) -> Decoded | None:
    """Decode UTF-8 with a character cut at an end, foreign lines or stray bytes."""
    if cut := decode_cut(data):
        return Decoded(cut[0], "utf-8", "utf-8-cut", 0.99, cut[1])
    mixed = decode_mixed(data)
    if mixed is None:
        return None
    method = "stray-bytes" if mixed.encoding == "utf-8" else "mixed-lines"
    return Decoded(mixed.text, mixed.encoding, method, mixed.confidence, mixed.guessed_bytes)


def _decode_legacy(data: bytes, declared: str | None) -> Decoded:
    """Decode by what the content or its surroundings declare, unless the letters say otherwise, else by detection."""
    guessed = len(data.translate(None, bytes(range(0x80))))
    verdict = None
    for method, label in (("meta", find_declaration(data)), ("declared", declared)):
        name = canonical(label) if label else None
        if name is None or name.startswith("utf-"):
            continue
        if name in MULTIBYTE and reads_strictly(data, name):
            return Decoded(data.decode(name), name, method, 0.98, guessed)
        verdict = verdict or judge(data)
        if verdict.allows(name):
            return Decoded(read(data, name), name, method, 0.95, guessed)
    choice = (verdict or judge(data)).choose()
    method = "fallback" if choice.is_guess else "detected"
    return Decoded(read(data, choice.encoding), choice.encoding, method, choice.confidence, guessed)
