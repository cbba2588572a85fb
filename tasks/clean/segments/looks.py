"""What a short line looks like on its own: a button, a date, a name and a time, a heading of a list of links."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tasks.clean.segments.line_kinds import CLOCK, kind_of
from tasks.clean.segments.phrases import has_month, may_open, says_ago
from tasks.clean.segments.vocabulary import BIT, LONGEST_PHRASE, Vocabulary, cue_bits, load_vocabulary, phrase_words

SHORT = 240
"""Longer lines are paragraphs: only their first words are looked at."""

LONGEST_NOTICE = 800
"""Characters of what software says below an entry; a longer line has the text in it, too."""

SENTENCE_ENDS = frozenset(".!?。！？؟।…")
CLOSERS = "\"'”’»)]}」』）”*_"

KIND_ROLES = {
    "time": "date",
    "date": "date",
    "byline": "byline",
    "stamp": "byline",
    "caption": "caption",
    "file": "caption",
    "related": "related",
    "read_also": "related",
    "advertisement": "advertisement",
    "about": "about",
    "legal": "widget",
    "notice": "widget",
    "card": "user_card",
    "rank": "user_card",
    "separator": "separator",
}
"""The role of a boilerplate line by its kind; all others are navigation."""

_DELIMITER = re.compile(r"[|:：»›>]|\s[-–—]\s")
_DELIMITER_SIGN = re.compile(r"[-|:：»›>–—]")
_DATE = re.compile(r"\d(?:(?<!\d\d)\d{3}[-/.年]\s?\d{1,2}(?!\d)|\d?[-/.]\d{1,2}[-/.]\d{2}|\d{3}\s?년)")
_ONE_WORD = cue_bits("byline", "date", "notice")


class Look(NamedTuple):
    """A line by itself.

    `kind` is the first of these that fits: separator, address, file, number, numbered, initial (of a user without a
    picture), time, stamp (a time and little else), scored (a name and its points), says, subject (of a reply), the
    cues of the vocabulary, name (a few words that could be a name), plain. `cues` is the mask of the phrase that the
    line is, `opens` of those it begins with, `heads` of what stands before a colon or a bar. A line that `counts` has
    up to three words and begins with a number.
    """

    kind: str
    cues: int = 0
    opens: int = 0
    heads: int = 0
    words: int = 0
    has_ago: bool = False
    has_clock: bool = False
    has_date: bool = False
    has_number: bool = False
    ends_sentence: bool = False
    counts: bool = False


def look_at(text: str) -> Look:
    """Say what a stripped line looks like; the same text always gives the same answer.

    Lines of more than `SHORT` characters are `plain` or `notice`, with the cues of their first words.
    """
    if len(text) > SHORT:
        opens = _phrase_cues(phrase_words(head)[:-1], load_vocabulary()) if may_open(head := text[:80]) else 0
        kind = "notice" if opens & BIT["notice"] and len(text) <= LONGEST_NOTICE else "plain"
        return Look(kind, 0, opens, 0, text.count(" ") + 1, ends_sentence=ends_sentence(text))
    return _look_at_short(text)


def ends_sentence(text: str) -> bool:
    """Whether a line ends like a sentence, closing quotes and brackets aside."""
    if text[-1] in SENTENCE_ENDS:
        return True
    return text[-1] in CLOSERS and text.rstrip(CLOSERS)[-1:] in SENTENCE_ENDS


def cues_of(words: list[str], known: Vocabulary) -> int:
    """The cues of the phrase that the words are."""
    key = " ".join(words) if len(words) <= LONGEST_PHRASE else ""
    return known.phrases.get(key, 0) | known.whole.get(key, 0)


def _phrase_cues(words: list[str], known: Vocabulary) -> int:
    """The cues of the phrases of two words or more that a line begins with."""
    cues = 0
    if " ".join(words[:2]) not in known.openings:
        return cues
    for count in range(min(len(words), LONGEST_PHRASE), 1, -1):
        cues |= known.phrases.get(" ".join(words[:count]), 0)
    return cues


def _opening_cues(words: list[str], known: Vocabulary) -> int:
    """The cues of the phrases a line begins with; one word alone says enough only for names and dates.

    In scripts without spaces it can be a whole sentence.
    """
    first = words[0]
    cues = _phrase_cues(words, known) | (known.phrases.get(first, 0) & _ONE_WORD)
    if first > "\u0e00" and len(first) > 4:
        for count in range(4, min(len(first), 16)):
            cues |= known.phrases.get(first[:count], 0)
    return cues


@lru_cache(maxsize=1 << 15)
def _look_at_short(text: str) -> Look:
    known = load_vocabulary()
    words = phrase_words(text)
    count = len(words)
    if not count:
        return Look("separator")
    cues = cues_of(words, known)
    opens = cues | _opening_cues(words, known)
    heads = 0
    if _DELIMITER_SIGN.search(text, 1, 60) and (delimiter := _DELIMITER.search(text, 1, 60)):
        heads = known.phrases.get(" ".join(phrase_words(text[: delimiter.start()])[:LONGEST_PHRASE]), 0)
    numbers = words.count("0")
    has_ago = count <= 20 and says_ago(words, known)
    has_clock = has_date = False
    if numbers and count <= 40:
        has_clock = CLOCK.search(text) is not None
        has_date = _DATE.search(text) is not None or (not has_ago and has_month(words, known))
    ends = ends_sentence(text)
    kind = kind_of(text, words, cues, opens, heads, known, timed=has_ago or has_clock or has_date, ends=ends)
    has_number = "#" in text and bool(numbers)
    counts = words[0] == "0" and count <= 3
    found = kind, cues, opens, heads, text.count(" ") + 1, has_ago, has_clock, has_date, has_number, ends, counts
    return tuple.__new__(Look, found)  # the constructor of a named tuple is Python's, and takes three times as long
