"""Legacy encodings that were read as windows-1252 or Latin-1: `Ïðèâåò` for `Привет`, `pøíliš` for `příliš`.

Every byte is still there, so this is the question of `tasks.clean.encoding` asked anew: which encoding makes these
bytes a language? The answer counts only when the text as it stands is no language, or a far less likely one.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from tasks.clean.encoding import letters
from tasks.clean.encoding.excerpt import high_lines, words
from tasks.clean.encoding.legacy import Reading, code_table, read_all
from tasks.clean.encoding.names import canonical
from tasks.clean.encoding.read import read, reads_strictly
from tasks.clean.mojibake.characters import ODD_IN_WORD, WESTERN, sloppy_characters
from tasks.clean.mojibake.one_byte import is_utf8_read_as_one_byte
from tasks.clean.mojibake.options import Options

_RARE = 0.01
"""Share of accented letters, below what the languages have that use them: Dutch has 1.2 %, German 2 %."""
_ESCAPED = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")

_WORD = re.compile("[A-Za-z\x80-\u02ff\u2000-\u2122]+")
_SECOND_LOOK = 2000
_FLUENT = -3.0
"""Nats a character: natural text is above; of the broken ones that can be repaired hardly any."""
_NATURAL_SHARE = 0.85
"""Of the letter pairs around accents, how many one language must know for a text to pass as natural."""

_BYTES = 1000
_KNOWN_LANGUAGE, _NO_LANGUAGE = -3.3, -4.2
"""Nats a byte: text in a language of the letter statistics is above the first, accidental letters below the second."""
_MANY = 4
_FEWEST_EAST_ASIAN = 3
_FEWEST_LETTERS = 3
_EAST_ASIAN = ("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949")
_POSSIBLE = (
    *("windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255", "windows-1256"),
    *(
        "windows-1257",
        "cp874",
        "iso-8859-2",
        "iso-8859-4",
        "iso-8859-5",
        "iso-8859-7",
        "iso-8859-15",
        "koi8-r",
        "koi8-u",
    ),
    *("cp866", "cp437", "cp850", "cp852", "cp862", "mac-roman", "mac-latin2", "mac-cyrillic"),
)
_SAME = ("windows-1252", "iso-8859-15")
"""These hardly differ: no repair."""
_HABITS = {"windows-1250": str.maketrans("őűŐŰ", "õûÕÛ"), "windows-1254": str.maketrans("ışğİŞĞ", "ýþðÝÞÐ")}
"""Hungarian and Turkish were typed so for years, for want of the right keys: not always damage."""


def is_natural(units: NDArray[np.uint16], places: NDArray[np.intp], marks: NDArray[np.uint16]) -> bool:
    """Tell that the accented letters of a text stand as some language has them.

    From UTF-16 code units, the places of those beyond ASCII and their flags. A sign within a word, a capital after a
    small letter, and pairs of letters that no single language knows betray mojibake.
    """
    model = letters.load()
    last = len(units) - 1
    odd = places[(marks & ODD_IN_WORD) != 0]
    if len(odd) and _has_letters_around(units, odd[(odd > 0) & (odd < last)]):
        return False
    places = places[(marks & WESTERN) != 0]
    if not len(places):
        return True
    here = units[places]
    before = np.where(places > 0, units[places - 1], 0)
    if (model.is_upper[here] & model.is_lower[before]).any():
        return False
    if len(places) == 1:
        return True
    after = np.where(places < last, units[np.minimum(places + 1, last)], 0)
    first, second, third = model.number[before], model.number[here], model.number[after]
    pairs = np.concatenate((first * model.side + second, second * model.side + third))
    languages = model.attested[pairs]
    if np.bitwise_and.reduce(languages):
        return True
    if len(places) < _RARE * len(units):  # names of many languages in a text of none that has accents
        known = (languages[: len(places)] & languages[len(places) :]) != 0
        return int(known.sum()) >= _NATURAL_SHARE * len(places)
    bits = np.unpackbits(languages.view(np.uint8).reshape(-1, 8), axis=1)
    return int(bits.sum(0, dtype=np.int64).max()) >= _NATURAL_SHARE * len(pairs)


def _has_letters_around(units: NDArray[np.uint16], places: NDArray[np.intp]) -> bool:
    """Tell whether any of the places has letters of Western alphabets on both sides."""
    script = letters.load().script
    around = (script[units[places - 1]] == letters.LATIN) & (script[units[places + 1]] == letters.LATIN)
    return bool(around.any())


def reads_well(text: str) -> bool:
    """Tell that the words with accents, as they stand, are a language: a second look, at ten times the cost."""
    words = (word for word in _WORD.findall(text) if not word.isascii())
    telling = " ".join(words)[:_SECOND_LOOK]
    return float(letters.load().score_text(telling).max()) >= _FLUENT * len(telling)


@cache
def _byte_table() -> dict[int, int]:
    table = {code: code for code in range(0x80, 0x100)}
    return table | {ord(c): 0x80 + i for i, c in enumerate(sloppy_characters("sloppy-windows-1252"))}


def to_bytes(text: str) -> bytes | None:
    """Undo the reading as windows-1252 or Latin-1; None when a character is in neither."""
    try:
        return text.translate(_byte_table()).encode("latin-1")
    except UnicodeEncodeError:
        return None


def repair_western(text: str, options: Options) -> tuple[str, str] | None:
    """Repair the lines of a text whose bytes are a language in another encoding; None when they are not.

    Gives the text and the encoding. All lines are judged together.
    """
    lines = text.split("\n")
    unlike = {line for line in lines if not line.isascii()}
    encoded = {line: data for line in sorted(unlike) if (data := _candidate(line)) is not None}
    data = high_lines(b"\n".join(encoded[line] for line in lines if line in encoded), 2 * _BYTES)
    if not data:
        return None
    encoding = judge(data, is_whole=len(encoded) == len(unlike), with_habits=options.repair_habits)
    if encoding is None:
        return None
    fixed = {line: read(data, encoding) for line, data in encoded.items()}
    return "\n".join([fixed.get(line, line) for line in lines]), encoding


def _candidate(line: str) -> bytes | None:
    """Give the bytes of a line; None when it has other characters, or is UTF-8 read wrongly, another repair's task."""
    data = to_bytes(line)
    if data is None or is_utf8_read_as_one_byte(line):
        return None
    text = data.decode("utf-8", "surrogateescape")
    invalid = len(_ESCAPED.findall(text))
    valid = len(_BEYOND_ASCII.findall(text)) - invalid
    return None if valid > 3 * invalid else data


def judge(data: bytes, *, is_whole: bool, with_habits: bool) -> str | None:
    """Name the encoding in which the bytes are a language, None when windows-1252 does as well or nothing does.

    `is_whole` says that no other line of the text has characters that windows-1252 lacks: those speak for the text.
    `with_habits` also repairs what may have been typed so.
    """
    telling, rest = words(data, _BYTES)
    high = len(telling.translate(None, bytes(range(0x80))))
    if not high:
        return None
    codes = code_table("windows-1252")[np.frombuffer(telling, np.uint8)]
    if letters.load().score(codes).max() >= _FLUENT * len(telling):
        return None
    readings = read_all(telling, letters.load().prior(rest, most=40.0), _POSSIBLE)
    western = next(reading for reading in readings if reading.encoding == "windows-1252")
    best = readings[0]
    if not with_habits and best.encoding in _HABITS:
        habit = _HABITS[best.encoding]
        if read(telling, best.encoding).translate(habit) == read(telling, "windows-1252"):
            return None
    if western.per_byte < _NO_LANGUAGE and (name := _judge_east_asian(data, best)):
        return name
    if best.encoding in _SAME:
        return None
    gain = best.score - western.score
    # Thresholds by hand on the development data: 6 of 4,842 natural texts pass, all of them damaged in truth.
    if best.per_byte < (_KNOWN_LANGUAGE if gain < 2 * len(telling) or high < _MANY else _NO_LANGUAGE):
        return None
    if _is_monotonous(read(telling, best.encoding)):
        return None
    share = gain / len(telling)
    if high >= _MANY:
        enough = (gain >= 10 and share >= 0.35) or (gain >= 20 and share >= 0.2)
    elif high > 1:
        enough = gain >= 12 and share >= 0.9
    else:
        enough = gain >= 25
    return best.encoding if enough and (is_whole or gain >= 30) else None


def _is_monotonous(text: str) -> bool:
    """Tell text of very few letters, in all or of another alphabet: a cry such as `éééé`, no language."""
    used = {c for c in text.lower() if letters.is_letter(c)}
    foreign = {c for c in used if c > "\u02ff"}
    return len(used) <= _FEWEST_LETTERS or 0 < len(foreign) < _FEWEST_LETTERS


def _judge_east_asian(data: bytes, best: Reading) -> str | None:
    """Ask chardet, for bytes that are a language neither as they are nor in an encoding of one byte a character."""
    chardet = import_module("chardet")
    name = canonical(chardet.detect(data)["encoding"] or "")
    if name not in _EAST_ASIAN or best.per_byte > _KNOWN_LANGUAGE or not reads_strictly(data, name):
        return None
    text = data.decode(name)
    characters = _BEYOND_ASCII.findall(text)
    if len(characters) < _FEWEST_EAST_ASIAN or any("\ue000" <= c <= "\uf8ff" for c in characters):
        return None
    return name
