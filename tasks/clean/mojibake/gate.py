"""Proof that there is nothing to repair, at many times the speed of looking for it.

The proof for ftfy: each of its fixes changes single characters, or references, or acts only where its pattern of
badness matches; and every alternative of that pattern has a SINGLE character, or a TELLING one beside another beyond
ASCII. So where none of these stands, or the pattern does not match around those that do, `fix_text` changes nothing.
Whatever the gate lets through unproven costs time only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.clean.mojibake import characters
from tasks.clean.mojibake.characters import (
    ALTERED,
    EAST_ASIAN,
    LEAD,
    ODD_IN_WORD,
    SHORT_LEAD,
    SIGN,
    SINGLE,
    SURROGATE,
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
def _tables(options: Options) -> tuple[bytes, NDArray[np.uint16]]:
    """Give what the gate looks up: harmless bytes of UTF-8, and the flags of UTF-16 code units.

    Without the harmless bytes, what is left of ASCII is what an option may change.
    """
    altered = characters.altered_characters(options) + ("&" if options.unescape_html is not False else "")
    harmless = set(range(0x100)) - set(altered.encode("utf-8", "ignore")) | set(range(0x80, 0x100))
    return bytes(harmless), characters.flags(options)


@cache
def _badness() -> re.Pattern[str]:
    module: Any = import_module("ftfy.badness")
    pattern: re.Pattern[str] = module.BADNESS_RE
    return pattern


def is_sound(text: str, options: Options) -> bool:
    """Tell that `repair` would return the text unchanged; False says nothing.

    Takes a bounded amount of memory: long texts are judged a piece at a time.
    """
    if len(text) <= _PIECE:
        return _is_piece_sound(text, options)
    return all(_is_piece_sound(text[i : i + _PIECE + _OVERLAP], options) for i in range(0, len(text), _PIECE))


def _is_piece_sound(text: str, options: Options) -> bool:
    try:
        data = text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    harmless, flags = _tables(options)
    trouble = data.translate(None, harmless)
    if trouble and (trouble.strip(b"&") or REFERENCE.search(text)):
        return False
    if len(data) == len(text):
        return True
    units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
    places = (units > 0x7F).nonzero()[0]
    marks = flags[units[places]]
    found = int(np.bitwise_or.reduce(marks))
    if found & ALTERED:
        return False
    if options.normalization is not None and not unicodedata.is_normalized(options.normalization, text):
        return False
    if found & (SINGLE | TELLING | LEAD) and not _is_free_of_sequences(text, units, places, marks, found):
        return False
    if found & (WESTERN | ODD_IN_WORD) and not (is_natural(units, places, marks) or reads_well(text)):
        return False
    return not (found & EAST_ASIAN and is_utf8_likely(text))


def _is_free_of_sequences(
    text: str,
    units: NDArray[np.uint16],
    places: NDArray[np.intp],
    marks: NDArray[np.uint16],
    found: int,
) -> bool:
    """Look for badness and for UTF-8 sequences around the places where they can be.

    `places` are those of the units beyond ASCII, `marks` their flags.
    """
    together = places[1:] - places[:-1] == 1
    suspects = _find_badness(together, marks, found)
    heads = _find_sequences(together, units, places, marks)
    if not len(suspects) and not len(heads):
        return True
    if found & SURROGATE:  # a character beyond the Basic Multilingual Plane takes two units
        places = places - np.cumsum((units[places] & 0xFC00) == 0xDC00)
    pattern = sequence()
    return not (
        _is_bad(text, places[suspects])
        or any(pattern.search(text, first, last) for first, last in _windows(places[heads]))
    )


def _find_badness(together: NDArray[np.bool_], marks: NDArray[np.uint16], found: int) -> NDArray[np.intp]:
    """Find the SINGLE characters, and the pairs of a TELLING one with another beyond ASCII; numbers into `marks`."""
    telling = (marks & TELLING) != 0
    pairs = together & (telling[:-1] | telling[1:])
    if not found & SINGLE:
        return np.flatnonzero(pairs)
    suspects = (marks & SINGLE) != 0
    suspects[:-1] |= pairs
    return np.flatnonzero(suspects)


def _find_sequences(
    together: NDArray[np.bool_],
    units: NDArray[np.uint16],
    places: NDArray[np.intp],
    marks: NDArray[np.uint16],
) -> NDArray[np.intp]:
    """Find what can begin a match of the pattern of sequences: a lead and a tail, and what else each form needs."""
    heads = np.flatnonzero(together & ((marks[:-1] & LEAD) != 0) & ((marks[1:] & TAIL) != 0))
    if not len(heads):
        return heads
    near = np.append(together, False)
    last = len(marks) - 1
    second = marks[heads + 1]
    third = np.where(near[heads + 1], marks[np.minimum(heads + 2, last)], 0)
    fourth = np.where(near[np.minimum(heads + 2, last)], marks[np.minimum(heads + 3, last)], 0)
    goes_on = ((third & TAIL) != 0) | (((third & LEAD) != 0) & ((fourth & TAIL) != 0))
    before = units[places[heads] - 1]  # of the first unit the last: any answer does, the pattern decides
    after_letter = ((before | 0x20) >= ord("a")) & ((before | 0x20) <= ord("z"))
    return np.asarray(heads[((second & SIGN) != 0) | goes_on | (after_letter & ((marks[heads] & SHORT_LEAD) != 0))])


def _windows(places: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Give the stretches of text around the places, near ones as one."""
    if not len(places):
        return
    cuts = np.flatnonzero(places[1:] - places[:-1] > _JOIN)
    starts = places[np.concatenate(([0], cuts + 1))]
    ends = places[np.concatenate((cuts, [len(places) - 1]))]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield max(0, start - _REACH), end + _REACH


def _is_bad(text: str, places: NDArray[np.intp]) -> bool:
    """Search the pattern of badness around the places."""
    pattern = _badness()
    for first, last in _windows(places):
        if pattern.search(text, first, last):
            return True
        # The pattern knows `^`; a line in the middle of the text begins one too.
        line = text.rfind("\n", first, last)
        while line >= first:
            if pattern.match(text[line + 1 : line + 1 + _REACH]):
                return True
            line = text.rfind("\n", first, line)
    return False
