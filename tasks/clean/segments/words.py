"""The words of many lines at once, as hashes: what is said again, where it stands, how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.characters import KINDS, LARGEST_BLOCK, Characters

MARKS = {
    "comma": ",،、，;；",
    "stop": ".!?。！？؟।…",
    "asking": "?!？！؟",
    "quote": '"“”„«»「」『』',
    "divider": "|｜»›•·→←>/\\",
    "colon": ":：",
    "bracket": "()[]{}<>（）",
    "sign": "@#$€£¥%&+=*_~©®™",
}
"""Kinds of punctuation that are counted in each line."""

_UPPER, _LOWER, _DIGIT, _SPACE = (KINDS.index(kind) for kind in ("upper", "lower", "digit", "space"))
_SPACELESS = KINDS.index("spaceless")
_LETTERS = (_DIGIT, _SPACELESS)
"""The first and last of the kinds of which words are made: they stand side by side in `KINDS`."""

_RATIO, _INVERSE = 0x9E3779B97F4A7C15, pow(0x9E3779B97F4A7C15, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of many lines in order: a hash of each, and the number of its line.

    Case does not matter, and of a number only the count of its digits. A character of a script without spaces makes a
    word with the one after it.
    """

    keys: npt.NDArray[np.uint64]
    lines: npt.NDArray[np.int64]


@cache
def _lower_table() -> npt.NDArray[np.uint64]:
    """For each code point that of its small letter, of a digit that of 0, and 1 more."""
    table = np.arange(0x10000, dtype=np.uint64)
    for code in range(0x10000):
        low = chr(code).lower()
        table[code] = ord(low) if len(low) == 1 and not 0xD800 <= code < 0xE000 else code
        if chr(code).isdigit():
            table[code] = ord("0")
    return table + np.uint64(1)


@cache
def _powers(ratio: int) -> npt.NDArray[np.uint64]:
    """The powers of a number, for as many characters as a block can have."""
    powers = np.full(LARGEST_BLOCK, ratio, np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


@cache
def _marks_table() -> npt.NDArray[np.uint8]:
    """For each code point the bits of the `MARKS` it belongs to: there are eight."""
    table = np.zeros(0x10000, np.uint8)
    for bit, characters in enumerate(MARKS.values()):
        for character in characters:
            table[ord(character)] |= 1 << bit
    return table


def find_words(characters: Characters) -> tuple[Words, npt.NDArray[np.int64]]:
    """The words of each line of a block, and counts of how they are written: shape (lines, 4).

    The columns count words, words with a capital first, words of capitals, and numbers.
    """
    kinds, count = characters.kinds, len(characters)
    inside = (kinds >= _LETTERS[0]) & (kinds <= _LETTERS[1])
    single = kinds == _SPACELESS
    has_single = bool(single.any())
    begins = inside.copy()
    begins[1:] &= ~inside[:-1] | single[1:] | single[:-1] if has_single else ~inside[:-1]
    begins[characters.starts[:-1]] = inside[characters.starts[:-1]]
    starts = np.flatnonzero(begins)
    tokens = characters.count_at(starts)
    lines = np.repeat(np.arange(count), tokens)
    if not len(starts):
        return Words(np.zeros(0, np.uint64), lines), np.zeros((count, 4), np.int64)
    # A polynomial of its letters, with the powers of the block's places, and taken back to the word's own.
    folded = characters.look_up(_lower_table()) * inside
    letters = np.multiply(folded, _powers(_RATIO)[: len(kinds)], dtype=np.uint64)
    keys = np.add.reduceat(letters, starts) * _powers(_INVERSE)[starts]
    goes_on = starts + 1 < np.repeat(characters.starts[1:], tokens)
    after = np.where(goes_on, starts + 1, starts)
    if has_single:
        pairs = goes_on & single[starts] & single[after]
        keys = np.where(pairs, keys * np.uint64(31) + folded[after], keys)
    keys ^= keys >> np.uint64(29)
    first, second = kinds[starts], np.where(goes_on, kinds[after], _SPACE)
    capital, shouted = first == _UPPER, second == _UPPER
    written = (lines[capital & ~shouted], lines[capital & shouted], lines[first == _DIGIT])
    counts = np.stack([tokens, *(np.bincount(chosen, minlength=count) for chosen in written)], axis=1)
    return Words(keys, lines), counts


def count_marks(characters: Characters) -> npt.NDArray[np.int64]:
    """Count in each line the punctuation of `MARKS`, and ends of sentences inside it: (lines, len(MARKS) + 1)."""
    kinds, count = characters.kinds, len(characters)
    marks = characters.look_up(_marks_table())
    found = np.flatnonzero(marks != 0)  # of other numbers than flags they are found in four times the time
    signs, held = marks[found], characters.count_at(found)
    lines = np.repeat(np.arange(count), held)
    result = np.zeros((count, len(MARKS) + 1), np.int64)
    for bit in range(len(MARKS)):
        result[:, bit] = np.bincount(lines[(signs & (1 << bit)) != 0], minlength=count)
    is_stop = (signs & (1 << list(MARKS).index("stop"))) != 0
    is_stop &= found + 2 < np.repeat(characters.starts[1:], held)
    stops = found[is_stop]
    # A capital or an uncased letter must follow after a space; scripts without spaces need none.
    inner = (kinds[stops + 1] == _SPACE) & (kinds[stops + 2] != _LOWER) & (kinds[stops + 2] != _SPACE)
    inner |= kinds[stops + 1] == _SPACELESS
    result[:, -1] = np.bincount(lines[is_stop][inner], minlength=count)
    return result
