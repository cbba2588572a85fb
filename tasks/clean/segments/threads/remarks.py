"""Remarks that are signed within their line: "Try it with wax. – Ada Nov 14, 2021 at 8:15"."""

from __future__ import annotations

import re

from tasks.clean.segments.dates import read_time
from tasks.clean.segments.looks import look_at
from tasks.clean.segments.threads.authors import LONGEST_NAME, read_name
from tasks.clean.segments.threads.posts import Cuts, Post
from tasks.clean.segments.vocabulary import load_vocabulary, phrase_words

_DASH = re.compile(r"\s[–—-]{1,2}\s?(?=[^\s–—-])")

LONGEST_SIGNATURE = LONGEST_NAME + 40
"""Characters of a dash, a name and a time."""

FEWEST_WORDS = 3
"""Words before the dash, at least: what is shorter may be a name, and the line a head."""


def find_signature(text: str) -> int:
    """Where the signature begins that a remark ends with (a dash, a name, a time), or 0."""
    offset = max(0, len(text) - LONGEST_SIGNATURE)
    found = 0
    for match in _DASH.finditer(text, offset):
        tail = text[match.end() :]
        look = look_at(tail)
        if look.words <= 12 and (look.has_ago or look.has_clock or look.has_date) and _name_in(tail):
            found = match.start()
    return found if found and len(phrase_words(text[:found])) >= FEWEST_WORDS else 0


def read_remark(text: str, index: int, parent: int | None) -> Post:
    """The post that is one line with its signature."""
    tail = text[find_signature(text) :].strip(" –—-")
    return Post(index, index, index + 1, _name_in(tail), read_time(tail), parent, is_signed=True)


def cut_signature(text: str) -> Cuts:
    """The signature as a piece of its own."""
    return ((find_signature(text), len(text), "comment_meta"),)


def _name_in(tail: str) -> str | None:
    """The name of a signature, without the time behind it; None where there is nothing but the time."""
    known = load_vocabulary()
    words = tail.split()
    count = next((at for at, word in enumerate(words) if at and known.time.issuperset(phrase_words(word))), len(words))
    name, _ = read_name(" ".join(words[:count]))
    return name
