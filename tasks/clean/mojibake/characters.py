"""What the gate has to know of each character: one number of flags for each UTF-16 code unit."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.clean.mojibake.fixes import READ_AS_ONE_BYTE
from tasks.clean.mojibake.options import Options

ALTERED = 1
"""An enabled option changes the character wherever it stands."""
SINGLE = 4
"""Alone enough to make ftfy look for mojibake."""
TELLING = 8
"""Makes ftfy look for mojibake beside another character beyond ASCII."""
LEAD, SHORT_LEAD, TAIL, SIGN = 32, 4096, 64, 2048
"""Stands for a byte that begins, or goes on with, a UTF-8 sequence in one of the encodings of one byte. A
SHORT_LEAD begins one of two bytes, a SIGN is a tail that is neither a letter nor the usual punctuation."""
WESTERN = 128
"""A character of windows-1252 or a C1 control that a letter of another encoding may have become."""
EAST_ASIAN = 256
ODD_IN_WORD = 512
"""A sign of windows-1252 that text does not have between two letters."""
SURROGATE = 1024

_UNITS = 0x10000


def _mark(table: NDArray[np.uint16], characters: str, flag: int) -> None:
    table[np.frombuffer(characters.encode("utf-16-le"), np.uint16)] |= flag


@cache
def sloppy_characters(encoding: str) -> str:
    """Give the 128 characters that ftfy's form of an encoding reads from the bytes 0x80 to 0xFF."""
    import_module("ftfy.bad_codecs")
    return bytes(range(0x80, 0x100)).decode(encoding)


def flags(options: Options) -> NDArray[np.uint16]:
    """Build the table for these options, in some 20 ms."""
    table = np.zeros(_UNITS, np.uint16)
    table[0xD800:0xE000] |= SURROGATE
    _mark(table, altered_characters(options), ALTERED)
    if options.fix_encoding:
        _mark(table, "".join(map(chr, range(0x80, 0xA0))), ALTERED)  # they make ftfy look, and rarely stay
        _mark(table, "ŒœÃÂЂ", SINGLE)
        _mark(table, _telling_characters(), TELLING)
        for encoding in READ_AS_ONE_BYTE:
            read = sloppy_characters(encoding)
            _mark(table, read[0x42:0x75], LEAD)
            _mark(table, "".join(c for c in read[0x42:0x60] if not is_usual_punctuation(c)), SHORT_LEAD)
            _mark(table, read[:0x40], TAIL)
            _mark(table, "".join(c for c in read[:0x40] if is_sign(c)), SIGN)
    if options.repair_legacy:
        western = sloppy_characters("sloppy-windows-1252")
        _mark(table, "".join(c for c in western if c.isalpha() and c not in "ªº"), WESTERN)
        _mark(table, "".join(c for c in western if not c.isalpha() and c not in _USUAL_IN_WORD), ODD_IN_WORD)
        table[0x80:0xA0] |= WESTERN
    if options.repair_utf8_as_other:
        for first, last in ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xFF61, 0xFF9F)):
            table[first : last + 1] |= EAST_ASIAN
    return table


# As tails of a sequence these say little: they follow capitals and accented letters in natural text.
_USUAL_PUNCTUATION = "\xa0«»‘’“”„–—…·´΄°\xad"


def is_usual_punctuation(character: str) -> bool:
    """Tell the typographic signs that stand beside letters everywhere."""
    return character in _USUAL_PUNCTUATION


def is_sign(character: str) -> bool:
    """Tell what is neither a letter nor usual punctuation."""
    return not character.isalpha() and character not in _USUAL_PUNCTUATION


_USUAL_IN_WORD = "\xa0\xad‘’–—…·´°"


@cache
def control_characters() -> re.Pattern[str]:
    """Find the characters that ftfy drops as controls."""
    chardata: Any = import_module("ftfy.chardata")
    return re.compile(f"[{re.escape(''.join(map(chr, chardata.CONTROL_CHARS)))}]")


def altered_characters(options: Options) -> str:
    """List the characters that options for single characters remove or replace."""
    chardata: Any = import_module("ftfy.chardata")
    found = ""
    if options.remove_control_chars:
        found += "".join(map(chr, chardata.CONTROL_CHARS))
    if options.remove_terminal_escapes:
        found += "\x1b"
    if options.fix_line_breaks:
        found += "\r\x85\u2028\u2029"
    if options.fix_latin_ligatures:
        found += "".join(map(chr, chardata.LIGATURES))
    if options.fix_character_width:
        found += "".join(map(chr, chardata.WIDTH_MAP))
    if options.uncurl_quotes:
        found += "\u02bc" + "".join(map(chr, range(0x2018, 0x2020)))
    return found


def _telling_characters() -> str:
    """List the characters of which every pattern of ftfy's badness has one beside another beyond ASCII, or a SINGLE."""
    badness: Any = import_module("ftfy.badness")
    ranges = "".join(
        characters
        for name, characters in badness.MOJIBAKE_CATEGORIES.items()
        if name not in ("common", "lower_common", "upper_common")
    )
    # The categories are written as the inside of a character class, with ranges.
    inside, bad = re.compile(f"[{ranges}]"), badness.MOJIBAKE_CATEGORIES["bad"]
    # No alternative is about small letters alone, but for those that the category `bad` has: "ƒ", "ª", "º".
    found = [c for c in map(chr, range(0x80, 0xD800)) if inside.match(c) and (not c.islower() or c in bad)]
    return "".join(found) + "\uf8ff\ufffd"
