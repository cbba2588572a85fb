"""How a text is made, in figures: columns for readers to filter by, never a filter of our own.

Taken from the rules with which Gopher, C4, RefinedWeb and FineWeb chose their documents. Where a limit should lie
depends on what the text is for; the figure behind it does not.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from tasks.clean.beyond_ascii import beyond_ascii
from tasks.clean.listed import WordList, count_listed, cut_long, list_words
from tasks.clean.quality.characters import (
    DIGIT,
    LETTER,
    LOWER,
    MARK,
    PUNCTUATION,
    SPACE,
    SYMBOL,
    UNSPACED,
    UPPER,
    count_ascii,
    count_points,
    kind_of,
)
from tasks.clean.rounding import divide_all

DATA = Path(__file__).with_name("stop_words.json")
"""Function words of each language, our own lists; of Chinese and Japanese, single characters."""

MEASURES: dict[str, tuple[str, str, str]] = {
    "characters": ("code points", "length of the text", "Gopher (Rae et al. 2021): document length"),
    "words": (
        "words",
        "runs between white space that hold a letter or digit; in scripts without spaces each letter is a word",
        "Gopher (Rae et al. 2021): 50 to 100,000 words",
    ),
    "mean_word_length": (
        "code points",
        "letters, marks, digits and format characters (zero-width joiners) over its words; null without words",
        "Gopher (Rae et al. 2021): 3 to 10",
    ),
    "stop_word_share": (
        "share",
        "words that are function words of the language (of Chinese and Japanese, characters); null without a list",
        "Gopher (Rae et al. 2021): at least two of eight English ones; FineWeb-2 (Penedo et al. 2025) by language",
    ),
    "symbol_share": (
        "share",
        "characters but letters, marks, digits, punctuation, white space and format characters (zero-width joiners)",
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


class Quality(NamedTuple):
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


SENTENCE_ENDS = frozenset(".!?…。．！？؟۔।॥።։។။")
CLOSERS = "\"'”’»«›“)]」』"
"""As C4's rule (a full stop, question or exclamation mark, or the quotation mark after it), in all scripts."""

TOKEN = re.compile(r"[^\s!-&(-@\[-`{-~«»„“”…—–·।॥؟،؛۔。、，：]+")
"""What a stop word can be: no space, punctuation or digit in it, but an apostrophe."""

_TOKENS = bytes(ord(chr(code).lower()) if code < 128 and TOKEN.fullmatch(chr(code)) else 32 for code in range(256))

_SYMBOL = "\x01"
"""A symbol of ASCII that can be part of a word, and is in none of any list."""

CHARACTER_LISTS = frozenset({"ja", "zh"})


def measure(texts: Sequence[str], languages: Sequence[str]) -> list[Quality]:
    """Measure each text; `languages` are their BCP 47 codes, of which `stop_word_share` needs the language.

    Of an empty text, and wherever a measure has nothing to divide by, that measure is None. Counts are whole and shares
    are quotients of whole numbers, so the figures depend on nothing but text and language.
    """
    spelled = [_spell_plainly(text) for text in texts]
    plain = iter(_count_plain([each.text for each in spelled if each is not None]))
    counts = [
        count_points(text) if plainly is None else next(plain) for text, plainly in zip(texts, spelled, strict=True)
    ]
    bases = [language.partition("-")[0] for language in languages]
    shares = _stop_word_shares(texts, spelled, bases, [count[UNSPACED] for count, _ in counts])
    lined = [_read_lines(text) for text in texts]
    lengths = [len(text) for text in texts]
    cased = [count[UPPER] + count[LOWER] for count, _ in counts]
    worded = [
        both + count[LETTER] + count[MARK] + count[DIGIT] + count[UNSPACED]
        for both, (count, _) in zip(cased, counts, strict=True)
    ]
    words = [number for _, number in counts]
    measures = (
        lengths,
        words,
        divide_all(worded, words),
        shares,
        divide_all(_count_symbols(counts, spelled), lengths),
        divide_all((count[DIGIT] for count, _ in counts), lengths),
        divide_all((count[UPPER] for count, _ in counts), cased),
        divide_all((each.repeated for each in lined), (each.filled for each in lined)),
        divide_all((each.ended for each in lined), (each.lines for each in lined)),
    )
    return [Quality(*row) for row in zip(*measures, strict=True)]


def _count_symbols(counts: Sequence[tuple[list[int], int]], spelled: Sequence[_Plain | None]) -> Iterator[int]:
    for (count, _), plainly in zip(counts, spelled, strict=True):
        yield count[SYMBOL] - (plainly.dots if plainly is not None else 0)


def _count_plain(texts: Sequence[str]) -> list[tuple[list[int], int]]:
    """See `count_ascii`: long texts in pieces, whose counts add up, since they are cut before spaces."""
    pieces, owners = cut_long(texts)
    counts = count_ascii([piece.encode() for piece in pieces])
    if len(pieces) == len(texts):
        return counts
    sums = [([0] * 9, 0) for _ in texts]
    for owner, (count, words) in zip(owners, counts, strict=True):
        before, words_before = sums[owner]
        sums[owner] = [one + other for one, other in zip(before, count, strict=True)], words_before + words
    return sums


class _Lines(NamedTuple):
    """The characters of a text's lines, those in lines that stand before; how many lines, how many end a sentence."""

    filled: int
    repeated: int
    lines: int
    ended: int


def _read_lines(text: str) -> _Lines:
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    filled = sum(map(len, lines))
    last = [line[-1] if line[-1] not in CLOSERS else line.rstrip(CLOSERS)[-1:] for line in lines]
    ended = sum(map(SENTENCE_ENDS.__contains__, last))
    once = set(lines)
    repeated = filled - sum(map(len, once)) if len(once) < len(lines) else 0
    return _Lines(filled, repeated, len(lines), ended)


def _stop_word_shares(
    texts: Sequence[str], spelled: Sequence[_Plain | None], languages: Sequence[str], unspaced: Sequence[int]
) -> list[float | None]:
    """The share of function words of each text: those `spelled` in ASCII of a language together, others one by one."""
    found, counted = [0] * len(texts), [0] * len(texts)
    plain: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for index, (text, plainly, language) in enumerate(zip(texts, spelled, languages, strict=True)):
        words = _stop_words().get(language)
        if words is None:
            continue
        if language in CHARACTER_LISTS:
            found[index], counted[index] = sum(map(text.count, words)), unspaced[index]
        elif plainly is not None:
            plain[language].append((index, plainly.text))
        else:
            tokens = TOKEN.findall(text.lower().replace("’", "'"))
            found[index], counted[index] = sum(map(words.__contains__, tokens)), len(tokens)
    for language, placed in plain.items():
        counts = count_listed([text for _, text in placed], _TOKENS, _listed_words(language))
        for (index, _), count, listed in zip(placed, *(column.tolist() for column in counts), strict=True):
            found[index], counted[index] = listed, count
    return divide_all(found, counted)


class _Plain(NamedTuple):
    """A text in ASCII, with characters that count the same for its signs beyond, but for `dots`.

    These are the signs of punctuation that can be part of a word ("•", "›"): ASCII has a symbol for them.
    """

    text: str
    dots: int = 0


def _spell_plainly(text: str) -> _Plain | None:
    """Spell a text in ASCII; None where that would count otherwise, as with any letter beyond."""
    if text.isascii():
        return _Plain(text)
    stand_ins = {sign: _stand_in(sign) for sign in set(beyond_ascii(text))}
    if None in stand_ins.values():
        return None
    dots = 0
    for sign, stand_in in stand_ins.items():
        if stand_in == _SYMBOL and kind_of(sign) == PUNCTUATION:
            dots += text.count(sign)
        text = text.replace(sign, stand_in or "")
    return _Plain(text, dots)


@lru_cache(maxsize=1 << 12)
def _stand_in(sign: str) -> str | None:
    """A character of ASCII of the same kind, that parts words, or is part of one that is on no list, as a sign does."""
    if sign == "’":
        return "'"
    is_in_word = TOKEN.match(sign) is not None
    known = {(SPACE, False): " ", (PUNCTUATION, False): ",", (PUNCTUATION, True): _SYMBOL, (SYMBOL, True): _SYMBOL}
    return known.get((kind_of(sign), is_in_word))


@cache
def _listed_words(language: str) -> WordList:
    return list_words(_stop_words()[language])


@cache
def _stop_words() -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in json.loads(DATA.read_text("utf-8")).items()}
