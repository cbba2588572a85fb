"""Counts of kinds of characters per line, for many lines at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

KINDS = ("other", "space", "digit", "lower", "upper", "uncased", "spaceless", "punctuation")
"""`uncased` are letters and marks of scripts without capitals, `spaceless` those of scripts without spaces."""

_BY_FREQUENCY = tuple(map(KINDS.index, ("lower", "space", "upper", "punctuation", "digit", *KINDS[5:7], "other")))
"""Most blocks have none of the last."""

SPACELESS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))
"""Thai and Lao, Burmese, Khmer, kana, Chinese characters: scripts that write without spaces between words."""

SAMPLE = 2000
"""Only the head of a line is counted: enough for a share, and one line of megabytes costs no more than another."""

BLOCK = 1 << 16
"""Characters that are looked at together: what is made of them stays in the processor's cache."""

LARGEST_BLOCK = BLOCK + SAMPLE
"""Characters of a block at most: the last line may pass its end."""


@cache
def _table() -> npt.NDArray[np.uint8]:
    kinds = np.zeros(0x10000, np.uint8)
    for code in range(0x10000):
        character = chr(code)
        if character.isspace():
            kinds[code] = 1
        elif character.isdigit():
            kinds[code] = 2
        elif character.islower():
            kinds[code] = 3
        elif character.isupper():
            kinds[code] = 4
        elif character.isalpha() or 0x0900 <= code <= 0x0D7F:
            kinds[code] = 5
        elif 0x21 <= code <= 0x7E or 0x2010 <= code <= 0x205E or 0x3001 <= code <= 0x301F or 0xFF01 <= code <= 0xFF1F:
            kinds[code] = 7
    for first, last in SPACELESS:
        block = kinds[first : last + 1]
        block[(block == 5) | (block == 0)] = 6
    return kinds


@dataclass(frozen=True, slots=True)
class Characters:
    """The first `SAMPLE` characters of the lines of a block, one after the other; no line is empty.

    `codes` are code points, bytes where all are ASCII, those beyond the Basic Multilingual Plane as 0xFFFF, which is no
    character; `kinds` are numbers of `KINDS`; `starts` is where each line begins, and the end of the last.
    """

    codes: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
    kinds: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.starts) - 1

    def look_up(self, table: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What a table says of each character; of ASCII as bytes, which it must fit into."""
        if self.codes.dtype == np.uint8:
            return np.frombuffer(self.codes.tobytes().translate(table[:256].astype(np.uint8).tobytes()), np.uint8)
        return table.take(self.codes)

    def count(self, marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint16]:
        """How many characters of each line are marked: at most `SAMPLE`, and small numbers are added up faster."""
        return np.add.reduceat(marked, self.starts[:-1], dtype=np.uint16)

    def count_at(self, places: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
        """How many of the places, in order, lie in each line."""
        return np.diff(np.searchsorted(places, self.starts))


def read_blocks(texts: Sequence[str]) -> Iterator[Characters]:
    """Lay the heads of lines out as code points and kinds, in blocks of some `BLOCK` characters of whole lines.

    Characters beyond the Basic Multilingual Plane are `other` (pictures) or `uncased` (letters).
    """
    heads = [text if len(text) <= SAMPLE else text[:SAMPLE] for text in texts]
    ends = np.cumsum(np.fromiter(map(len, heads), np.int64, len(heads)))
    first = passed = 0
    while first < len(heads):
        last = min(len(heads), int(np.searchsorted(ends, passed + BLOCK)) + 1)
        starts = np.concatenate(([0], ends[first:last] - passed))
        yield _read_block(heads[first:last], starts)
        first, passed = last, int(ends[last - 1])


def _read_block(heads: list[str], starts: npt.NDArray[np.int64]) -> Characters:
    text = "".join(heads)
    if text.isascii():
        content = text.encode()
        kinds = np.frombuffer(content.translate(_table()[:256].tobytes()), np.uint8)
        return Characters(np.frombuffer(content, np.uint8), kinds, starts)
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) == 2 * len(text):
        codes = np.frombuffer(units, np.uint16)
        return Characters(codes, _table().take(codes), starts)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    beyond = points > 0xFFFF
    codes = np.minimum(points, 0xFFFF).astype(np.uint16)
    kinds = _table().take(codes)
    kinds[beyond] = KINDS.index("other")
    kinds[beyond & (points < 0x1F000)] = KINDS.index("uncased")
    kinds[points >= 0x20000] = KINDS.index("spaceless")
    return Characters(codes, kinds, starts)


def count_characters(characters: Characters) -> npt.NDArray[np.int64]:
    """Count the characters of each kind in each line: shape (lines, len(KINDS))."""
    counts = np.zeros((len(KINDS), len(characters)), np.int64)
    left = len(characters.kinds)
    for kind in _BY_FREQUENCY:
        if left:
            counts[kind] = characters.count(characters.kinds == kind)
            left -= int(counts[kind].sum())
    return counts.T
