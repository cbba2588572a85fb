"""Characters by their kind, and the words they make up, counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

SYMBOL, SPACE, DIGIT, UPPER, LOWER, LETTER, MARK, PUNCTUATION, UNSPACED = range(9)
"""Kinds of characters. `UNSPACED` are letters of scripts that set no spaces between words."""

BLOCK = 1 << 16
"""Characters of texts that are counted together: what is made of them stays in the processor's cache."""

UNSPACED_RANGES = (
    (0x0E01, 0x0E2F),  # Thai consonants: vowels and tones belong to them
    (0x0E81, 0x0EAF),  # Lao
    (0x0F40, 0x0F6C),  # Tibetan
    (0x1000, 0x102A),  # Burmese
    (0x1780, 0x17B3),  # Khmer
    (0x3005, 0x3007),  # Chinese characters, kana
    (0x3041, 0x3096),
    (0x30A1, 0x30FA),
    (0x30FC, 0x30FC),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)

VOWEL_RANGES = ((0x0E30, 0x0E4E), (0x0EB0, 0x0ECD))
"""Thai and Lao vowels: Unicode calls some of them letters, but they belong to the consonant beside them."""

SPACES = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
"""Controls that are white space, beside the categories that say so."""


def count_points(text: str) -> tuple[list[int], int]:
    """How many characters of each kind a text has, and how many words.

    Words are runs between white space, or between letters that are words themselves, that hold a letter or digit.
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kind_of_point()[points]
    count: list[int] = np.bincount(kinds, minlength=9).tolist()
    apart = (kinds == SPACE) | (kinds == UNSPACED)
    holds = (kinds >= DIGIT) & (kinds <= LETTER)
    runs = np.cumsum(apart)[holds]
    return count, int(np.count_nonzero(np.diff(runs, prepend=-1))) + count[UNSPACED]


def kind_of(character: str) -> int:
    """The kind of one character."""
    return int(_kind_of_point()[ord(character)])


def count_ascii(texts: Sequence[bytes]) -> list[tuple[list[int], int]]:
    """The same of many texts in ASCII, twenty times as fast."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    count = np.zeros((len(texts), 9), np.int64)
    words = np.zeros(len(texts), np.int64)
    blocks = np.flatnonzero(np.diff((np.cumsum(lengths) - lengths) // BLOCK, prepend=-1)).tolist()
    for first, last in pairwise([*blocks, len(texts)]):
        count[first:last], words[first:last] = _count_block(texts[first:last], lengths[first:last])
    return list(zip(count.tolist(), words.tolist(), strict=True))


def _count_block(texts: Sequence[bytes], lengths: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], ...]:
    """The characters of each text by kind, and its words."""
    table, spaces, unspoken = _kinds_of_ascii()
    content = b"\n".join((*texts, b""))
    kinds = np.frombuffer(content.translate(table), np.uint8)
    count = np.zeros((len(texts), 9), np.int64)
    for kind in (SYMBOL, SPACE, DIGIT, UPPER, PUNCTUATION):
        count[:, kind] = _count_marks(kinds == kind, lengths + 1)
    count[:, SPACE] -= 1  # the line feed
    count[:, LOWER] = lengths - count.sum(axis=1)
    # What is no space, letter or digit, of ASCII symbols and punctuation, goes: a word begins behind a space.
    spoken = np.frombuffer(b" " + content.translate(spaces, unspoken), np.uint8)
    is_letter = spoken == ord("a")
    words = _count_marks(is_letter[1:] > is_letter[:-1], lengths + 1 - count[:, SYMBOL] - count[:, PUNCTUATION])
    return count, words


def _count_marks(marks: npt.NDArray[np.bool_], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many marks each text has, of texts of these lengths, back to back."""
    bounds = pairwise([0, *np.cumsum(lengths).tolist()])
    return np.fromiter((np.count_nonzero(marks[start:end]) for start, end in bounds), np.int64, len(lengths))


@cache
def _kinds_of_ascii() -> tuple[bytes, bytes, bytes]:
    """Each byte's kind; as "a" or, where it is a space, as one; the bytes that are neither space, letter nor digit."""
    kinds = _kinds_from(0, 128).tolist()
    spaces = bytes(32 if kind == SPACE else 97 for kind in kinds) + bytes(128)
    unspoken = bytes(code for code, kind in enumerate(kinds) if kind != SPACE and not DIGIT <= kind <= LETTER)
    return bytes(kinds) + bytes(128), spaces, unspoken


@cache
def _kind_of_point() -> npt.NDArray[np.uint8]:
    """The kind of every code point, a megabyte, made once: characters are on the first four planes and the 14th."""
    table = np.full(0x110000, SYMBOL, np.uint8)
    for first, last in ((0, 0x40000), (0xE0000, 0xF0000)):
        table[first:last] = _kinds_from(first, last)
    for first, last in VOWEL_RANGES:
        part = table[first : last + 1]
        part[part == LETTER] = MARK
    for first, last in UNSPACED_RANGES:
        table[first : last + 1] = UNSPACED
    return table


def _kinds_from(first: int, last: int) -> npt.NDArray[np.uint8]:
    """The kinds of the code points `[first, last)` by their category."""
    of_category = {
        "Lu": UPPER,
        "Lt": UPPER,
        "Ll": LOWER,
        "Lo": LETTER,
        "Lm": LETTER,
        "Nd": DIGIT,
        "Nl": DIGIT,
        "No": DIGIT,
    }
    of_category |= dict.fromkeys(("Mn", "Mc", "Me", "Cf"), MARK)
    of_category |= dict.fromkeys(("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"), PUNCTUATION)
    of_category |= dict.fromkeys(("Zs", "Zl", "Zp"), SPACE)
    points = map(chr, range(first, last))
    kinds = (SPACE if point in SPACES else of_category.get(unicodedata.category(point), SYMBOL) for point in points)
    return np.fromiter(kinds, np.uint8, last - first)
