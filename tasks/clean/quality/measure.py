"""How a text is made, in figures: columns for readers to filter by, never a filter of our own.

Taken from the rules with which Gopher, C4, RefinedWeb and FineWeb chose their documents. Where a limit should lie
depends on what the text is for; the figure behind it does not.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.clean.listed import count_listed

DATA = Path(__file__).with_name("stop_words.json")
"""Function words of each language, our own lists; of Chinese and Japanese, single characters."""

DECIMALS = 4

MEASURES: dict[str, tuple[str, str, str]] = {
    "characters": ("code points", "length of the text", "Gopher (Rae et al. 2021): document length"),
    "words": (
        "words",
        "runs between white space that hold a letter or digit; in scripts without spaces each letter is a word",
        "Gopher (Rae et al. 2021): 50 to 100,000 words",
    ),
    "mean_word_length": (
        "code points",
        "letters, marks and digits of the text over its words; null without words",
        "Gopher (Rae et al. 2021): 3 to 10",
    ),
    "stop_word_share": (
        "share",
        "words that are function words of the language (of Chinese and Japanese, characters); null without a list",
        "Gopher (Rae et al. 2021): at least two of eight English ones; FineWeb-2 (Penedo et al. 2025) by language",
    ),
    "symbol_share": (
        "share",
        "characters other than letters, digits, punctuation and white space",
        "Gopher (Rae et al. 2021): symbols to words at most 0.1",
    ),
    "digit_share": ("share", "characters that are digits", "RefinedWeb (Penedo et al. 2023): line-wise digit share"),
    "uppercase_share": (
        "share",
        "letters with case that are capitals; null where none has case",
        "RefinedWeb (Penedo et al. 2023): lines mainly of capitals",
    ),
    "repeated_line_share": (
        "share",
        "characters in lines that stand in the text before, white space around lines aside; null without lines",
        "Gopher (Rae et al. 2021): at most 0.2; FineWeb (Penedo et al. 2024): at most 0.1",
    ),
    "sentence_end_share": (
        "share",
        "lines that end in a sentence's punctuation, blank ones aside; null without lines",
        "C4 (Raffel et al. 2020): such lines only; FineWeb (Penedo et al. 2024): at least 0.12",
    ),
}
"""Each measure's unit, meaning, and the work it is from, with the limit that was set there."""


@dataclass(frozen=True, slots=True)
class Quality:
    """The measures of one text, as `MEASURES` says; None where one is undefined. Shares have four decimals."""

    characters: int
    words: int
    mean_word_length: float | None
    stop_word_share: float | None
    symbol_share: float | None
    digit_share: float | None
    uppercase_share: float | None
    repeated_line_share: float | None
    sentence_end_share: float | None


SYMBOL, SPACE, DIGIT, UPPER, LOWER, LETTER, MARK, PUNCTUATION, UNSPACED = range(9)
"""Kinds of characters. `UNSPACED` are letters of scripts that set no spaces between words."""

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

SENTENCE_ENDS = frozenset(".!?…。．！？؟۔।॥።։។။")
CLOSERS = "\"'”’»«›“)]」』"
"""As C4's rule (a full stop, question or exclamation mark, or the quotation mark after it), in all scripts."""

TOKEN = re.compile(r"[^\s!-&(-@\[-`{-~«»„“”…—–·।॥؟،؛۔。、，：]+")
"""What a stop word can be: no space, punctuation or digit in it, but an apostrophe."""

_TOKENS = bytes(ord(chr(code).lower()) if code < 128 and TOKEN.fullmatch(chr(code)) else 32 for code in range(256))

SPACES = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
"""Controls that are white space, beside the categories that say so."""

CHARACTER_LISTS = frozenset({"ja", "zh"})


def measure(texts: Sequence[str], languages: Sequence[str]) -> list[Quality]:
    """Measure each text; `languages` are their BCP 47 codes, of which `stop_word_share` needs the language.

    Of an empty text, and wherever a measure has nothing to divide by, that measure is None. Counts are whole and shares
    are quotients of whole numbers, so the figures depend on nothing but text and language.
    """
    counts = [count_ascii(text.encode()) if text.isascii() else count_points(text) for text in texts]
    bases = [language.partition("-")[0] for language in languages]
    shares = _stop_word_shares(texts, bases, [count[UNSPACED] for count, _ in counts])
    return [
        _measure(text, count, words, share) for text, (count, words), share in zip(texts, counts, shares, strict=True)
    ]


def _measure(text: str, count: list[int], words: int, stop_word_share: float | None) -> Quality:
    lines = [line for raw in text.splitlines() if (line := raw.strip())]
    cased = count[UPPER] + count[LOWER]
    filled = sum(map(len, lines))
    worded = cased + count[LETTER] + count[MARK] + count[DIGIT] + count[UNSPACED]
    ends = sum(line.rstrip(CLOSERS)[-1:] in SENTENCE_ENDS for line in lines)
    return Quality(
        characters=len(text),
        words=words,
        mean_word_length=_quotient(worded, words),
        stop_word_share=stop_word_share,
        symbol_share=_quotient(count[SYMBOL], len(text)),
        digit_share=_quotient(count[DIGIT], len(text)),
        uppercase_share=_quotient(count[UPPER], cased),
        repeated_line_share=_quotient(filled - sum(map(len, set(lines))), filled),
        sentence_end_share=_quotient(ends, len(lines)),
    )


def _quotient(part: int, whole: int) -> float | None:
    return round(part / whole, DECIMALS) if whole else None


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


def count_ascii(text: bytes) -> tuple[list[int], int]:
    """The same of a text in ASCII, eight times as fast."""
    table, spaces, unspoken = _kinds_of_ascii()
    kinds = text.translate(table)
    # What is no space, letter or digit goes: a word begins behind a space, or with the text.
    spoken = text.translate(spaces, unspoken)
    count = [0] * 9
    for kind in (SYMBOL, SPACE, DIGIT, UPPER, PUNCTUATION):
        count[kind] = kinds.count(kind)
    count[LOWER] = len(text) - sum(count)  # which are most, and take longest to count
    return count, spoken.count(b" a") + spoken.startswith(b"a")


@cache
def _kinds_of_ascii() -> tuple[bytes, bytes, bytes]:
    """Each byte's kind; as "a" or, where it is a space, as one; the bytes that are neither space, letter nor digit."""
    kinds = _kinds_from(0, 128).tolist()
    spaces = bytes(32 if kind == SPACE else 97 for kind in kinds) + bytes(128)
    unspoken = bytes(code for code, kind in enumerate(kinds) if kind != SPACE and not DIGIT <= kind <= LETTER)
    return bytes(kinds) + bytes(128), spaces, unspoken


def _stop_word_shares(texts: Sequence[str], languages: Sequence[str], unspaced: Sequence[int]) -> list[float | None]:
    """The share of function words of each text: texts in ASCII of one language together, others one by one."""
    shares: list[float | None] = [None] * len(texts)
    plain: defaultdict[str, list[int]] = defaultdict(list)
    for index, (text, language) in enumerate(zip(texts, languages, strict=True)):
        words = _stop_words().get(language)
        if words is None:
            continue
        if language in CHARACTER_LISTS:
            shares[index] = _quotient(sum(map(text.count, words)), unspaced[index])
        elif text.isascii():
            plain[language].append(index)
        else:
            tokens = TOKEN.findall(text.lower().replace("’", "'"))
            shares[index] = _quotient(sum(map(words.__contains__, tokens)), len(tokens))
    for language, places in plain.items():
        counts = count_listed([texts[index] for index in places], _TOKENS, _listed_words(language))
        for index, count, found in zip(places, *(column.tolist() for column in counts), strict=True):
            shares[index] = _quotient(found, count)
    return shares


@cache
def _listed_words(language: str) -> pa.Array:
    return pa.array(sorted(_stop_words()[language]), pa.string())


@cache
def _stop_words() -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in json.loads(DATA.read_text("utf-8")).items()}


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
