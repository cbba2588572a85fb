"""Proof that there is nothing to repair, at many times the speed of looking for it.

The proof for ftfy: each of its fixes changes single characters, or references, or acts only where its pattern of
badness matches; and every alternative of that pattern has a SINGLE character, or a TELLING one beside another beyond
ASCII. So where none of these stands, or the pattern does not match around those that do, `fix_text` changes nothing.
Whatever the gate lets through unproven costs time only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.clean.mojibake import characters
from tasks.clean.mojibake.characters import (
    ALTERED,
    AMPERSAND,
    ASCII_SMALL,
    BEYOND_ASCII,
    EAST_ASIAN,
    LEAD,
    ODD_IN_WORD,
    SIGN,
    SINGLE,
    TAIL,
    TELLING,
    WESTERN,
)
from tasks.clean.mojibake.east_asian import is_utf8_likely
from tasks.clean.mojibake.one_byte import sequence
from tasks.clean.mojibake.options import Options
from tasks.clean.mojibake.western import is_natural, reads_well

REFERENCE = re.compile(r"&#?[0-9A-Za-z]{1,24};")
"""As wide as ftfy's own pattern, so that nothing is missed."""

_REACH = 8
"""The longest match of the pattern of badness has six characters."""
_PIECE, _OVERLAP = 1 << 20, 64
"""Longer than any pattern that could lie across the cut."""
_JOIN = 16
"""Windows nearer than this are searched as one."""


@cache
def _ascii_trouble(options: Options) -> re.Pattern[str]:
    altered = "".join(c for c in characters.altered_characters(options) if c < "\x80")
    parts = [f"[{re.escape(altered)}]"] if altered else []
    if options.unescape_html is not False:
        parts.append(REFERENCE.pattern)
    return re.compile("|".join(parts) or r"(?!)")


@cache
def _badness() -> re.Pattern[str]:
    module: Any = import_module("ftfy.badness")
    pattern: re.Pattern[str] = module.BADNESS_RE
    return pattern


def is_sound(text: str, options: Options) -> bool:
    """Tell that `repair` would return the text unchanged; False says nothing.

    Takes a bounded amount of memory: long texts are judged a piece at a time.
    """
    if text.isascii():
        return _ascii_trouble(options).search(text) is None
    if len(text) <= _PIECE:
        return _is_piece_sound(text, options)
    return all(_is_piece_sound(text[i : i + _PIECE + _OVERLAP], options) for i in range(0, len(text), _PIECE))


def _is_piece_sound(text: str, options: Options) -> bool:
    try:
        units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
    except UnicodeEncodeError:  # a lone surrogate
        return False
    marks = characters.flags(options)[units]
    found = int(np.bitwise_or.reduce(marks))
    if found & ALTERED:
        return False
    if found & AMPERSAND and options.unescape_html is not False and REFERENCE.search(text):
        return False
    if options.normalization is not None and not unicodedata.is_normalized(options.normalization, text):
        return False
    if found & (SINGLE | TELLING | LEAD) and not _is_free_of_sequences(text, units, marks, found):
        return False
    if found & (WESTERN | ODD_IN_WORD) and not (is_natural(units, marks) or reads_well(text)):
        return False
    return not (found & EAST_ASIAN and is_utf8_likely(text))


def _is_free_of_sequences(text: str, units: NDArray[np.uint16], marks: NDArray[np.uint16], found: int) -> bool:
    """Look for badness and for UTF-8 sequences around the places where they can be."""
    low = (units & 0xFC00) == 0xDC00
    shift = np.cumsum(low) if low.any() else None  # a character beyond the Basic Multilingual Plane takes two units
    if found & (SINGLE | TELLING):
        places = _places_of_badness(marks, found)
        if shift is not None:
            places = places - shift[places]
        if len(places) and _is_bad(text, places):
            return False
    if not found & LEAD:
        return True
    places = _places_of_sequences(marks)
    if shift is not None:
        places = places - shift[places]
    pattern = sequence()
    return not any(pattern.search(text, max(0, place - 1), place + _REACH) for place in places.tolist())


def _places_of_badness(marks: NDArray[np.uint16], found: int) -> NDArray[np.intp]:
    """Find the SINGLE characters, and the pairs of a TELLING one with another beyond ASCII."""
    telling = (marks & TELLING) != 0
    beyond = (marks & BEYOND_ASCII) != 0
    pairs = (telling[:-1] & beyond[1:]) | (beyond[:-1] & telling[1:])
    if found & SINGLE:
        single = (marks & SINGLE) != 0
        pairs = np.append(pairs, False) | single
    return np.flatnonzero(pairs)


def _places_of_sequences(marks: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Find the heads of what can match the pattern of sequences: a lead and a tail, and what else each form needs."""
    heads = np.flatnonzero(((marks[:-1] & LEAD) != 0) & ((marks[1:] & TAIL) != 0))
    if not len(heads):
        return heads
    padded = np.concatenate((marks, np.zeros(4, np.uint16)))
    second, third = padded[heads + 1], padded[heads + 2]
    after_small = (padded[heads - 1] & ASCII_SMALL) != 0  # the place before the first is one of the zeros
    goes_on = ((third & TAIL) != 0) | (((third & LEAD) != 0) & ((padded[heads + 3] & TAIL) != 0))
    return np.asarray(heads[((second & SIGN) != 0) | goes_on | after_small])


def _is_bad(text: str, places: NDArray[np.intp]) -> bool:
    """Search the pattern of badness around the places."""
    pattern = _badness()
    cuts = np.flatnonzero(places[1:] - places[:-1] > _JOIN)
    starts = places[np.concatenate(([0], cuts + 1))]
    ends = places[np.concatenate((cuts, [len(places) - 1]))]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        first, last = max(0, start - _REACH), end + _REACH
        if pattern.search(text, first, last):
            return True
        # The pattern knows `^`; a line in the middle of the text begins one too.
        line = text.rfind("\n", first, last)
        while line >= first:
            if pattern.match(text[line + 1 : line + 1 + _REACH]):
                return True
            line = text.rfind("\n", first, line)
    return False
