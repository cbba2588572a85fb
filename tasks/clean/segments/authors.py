"""Who wrote a post, and whom it answers, from the lines of its head."""

from __future__ import annotations

import re

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look, look_at
from tasks.clean.segments.posts import Post
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words

LONGEST_NAME = 60
"""Characters; what is longer is no user's name."""

_LEAD = re.compile(r"^(?:\[[–+−-]\]|[•*·‣▪»>-]\s|\d{1,5}[.)]\s|#\d+\s?|@(?=\w))+\s*|^re:.{0,200}?\sby\s", re.IGNORECASE)
_TAIL = re.compile(r"\s*(?:[•·|,(\[:：]|\s[-–—]\s|\s(?=\d)).*$")
_ANSWERED = re.compile(r"\s+(?:>|→|»|▸|in reply to)\s+")


def read_author(lines: Lines, looks: list[Look], roles: list[str], post: Post) -> tuple[str | None, str | None]:
    """The author that the head of a post names, and the user it says it answers; None where it does not."""
    if post.author is not None:
        return post.author, None
    for index in range(post.start, post.body):
        if roles[index] != "comment_meta" or looks[index].kind in {"time", "numbered", "quote"}:
            continue
        author, answered = read_name(lines.texts[index])
        if author:
            return author, answered
    return None, None


def read_name(text: str) -> tuple[str | None, str | None]:
    """The name in a head line without its number, its verb, its time and its points, and whom it answers.

    >>> read_name("Maya O. > terrace_ted • 8 hours ago")
    ('Maya O.', 'terrace_ted')
    """
    look = look_at(text)
    name = _LEAD.sub("", text, count=1).strip()
    if look.kind == "says":
        name = _without_verb(name)
    if look.kind == "byline" or look.opens & BIT["byline"]:
        name = _without_byline(name)
    answered: str | None = None
    if parts := _ANSWERED.split(name, maxsplit=1):
        name, *rest = parts
        answered = _clean(rest[0]) if rest else None
    return _clean(name), answered


def _clean(text: str) -> str | None:
    known = load_vocabulary()
    words = _TAIL.sub("", text).strip(" \t:：").split()
    while len(words) > 1 and len(words[-1].strip(".")) > 1 and known.time.issuperset(phrase_words(words[-1])):
        words.pop()
    name = " ".join(words)
    timely = phrase_words(name)
    if not name or len(name) > LONGEST_NAME or (timely and known.time.issuperset(timely)):
        return None
    return name


def _without_verb(text: str) -> str:
    """The name before "says", "a écrit" or their like."""
    says = load_vocabulary().says
    words = text.rstrip(" :：").split()
    for count in (2, 1):
        if len(words) > count and " ".join(phrase_words(" ".join(words[-count:]))) in says:
            return " ".join(words[:-count])
    return text


def _without_byline(text: str) -> str:
    """The name after "posted by" or its like."""
    phrases = load_vocabulary().phrases
    words = text.split()
    for count in (3, 2, 1):
        if len(words) > count and phrases.get(" ".join(phrase_words(" ".join(words[:count]))), 0) & BIT["byline"]:
            return " ".join(words[count:])
    return text
