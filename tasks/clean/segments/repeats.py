"""What a source repeats: lines as they are compared, and how often each stands on the pages of its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from tasks.acquire.profile import Profile
from tasks.clean.segments.lines import Lines, split_lines
from tasks.clean.segments.vocabulary import load_vocabulary, phrase_words

LONGEST_LINE = 1_000
"""Characters; a longer line is text, and so is one that many pages have: a licence, a poem."""

TEMPLATE = 0.1
"""The share of a source's pages from which a line is the template's: authors repeat no sentence so often."""

EXAMPLE_CHARACTERS = 200
"""How much is kept of one spelling of a line."""

COST = 4.0
"""What such a line costs the run of main text that holds it, in words of prose."""


@lru_cache(maxsize=1 << 15)
def line_key(text: str) -> str:
    """A line as it is compared with those of other pages: its words, with every number, date and time as "0".

    "" for a line without words, and for one of more than `LONGEST_LINE` characters. The key of a key is the key.

    >>> line_key("12 Comments"), line_key("Printed on 3 May 2021, 10:15"), line_key("3/4")
    ('0 comments', 'printed 0', '')
    """
    return _join(text) if len(text) <= LONGEST_LINE else ""


def share_by_source(texts: Sequence[str], profile: Profile | None) -> list[float] | None:
    """The share of the source's pages on which each line stands, 0 where it is not repeated; None without a profile."""
    if profile is None:
        return None
    shares = _shares(profile)
    return [shares.get(line_key(text), 0.0) for text in texts]


@lru_cache(maxsize=8)
def _shares(profile: Profile) -> dict[str, float]:
    """The lines of a profile by key. They are reduced again: the vocabulary may have grown since it was learnt."""
    shares: dict[str, float] = {}
    for each in profile.lines:
        if key := _join(each.line):
            shares[key] = max(shares.get(key, 0.0), each.pages / profile.pages)
    return shares


def count_lines(texts: Sequence[str]) -> tuple[Counter[str], dict[str, str]]:
    """On how many of the texts each line stands, and its first spelling; by `line_key`."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for text in texts:
        keys: dict[str, str] = {}
        for line in split_lines(text).texts:
            if key := line_key(line):
                keys.setdefault(key, line)
        counts.update(keys.keys())
        for key, line in keys.items():
            examples.setdefault(key, line[:EXAMPLE_CHARACTERS])
    return counts, examples


def _join(text: str) -> str:
    """The words of a line; those of a date or a time around a number become one "0"."""
    words = phrase_words(text)
    if "0" in words:
        words = _without_times(words)
    return " ".join(words) if any(word != "0" for word in words) else ""


def _without_times(words: list[str]) -> list[str]:
    time = load_vocabulary().time
    kept: list[str] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end] in time:
            end += 1
        if "0" in words[at:end]:
            kept.append("0")
        else:
            kept.extend(words[at : end + (end == at)])
        at = max(end, at + 1)
    return kept


def share_of(lines: Lines, index: int) -> float:
    """The share of the source's pages on which a line stands; 0 where nothing is known."""
    return 0.0 if lines.repeated_by_source is None else lines.repeated_by_source[index]


def is_template(lines: Lines, index: int) -> bool:
    """Whether a line is known to be repeated on many pages of its source."""
    return share_of(lines, index) >= TEMPLATE
