"""Who wrote a post, and whom it answers, from the lines of its head."""

from __future__ import annotations

import re

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look, look_at
from tasks.clean.segments.threads.posts import Post
from tasks.clean.segments.vocabulary import BIT, Vocabulary, load_vocabulary, phrase_words

LONGEST_NAME = 60
"""Characters; what is longer is no user's name."""

# "Comment #3 - Posted by", numbers, bullets and arrows before a name, or a subject: "Re: the kiln by".
_LEAD = re.compile(
    r"^(?:[^\W\d_]{2,20}\s#\d+\s?[-–:]\s|\[[–+−-]\]|[•*·‣▪»>+o–—-]\s|\d{1,5}[.)]\s|\d{1,4}\s(?=[^\W\d_])|#\d+\s?|@(?=\w))+\s*"
    r"|^re:.{0,200}?\sby\s",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?<!\s)\s*(?:[•·|,(\[:：]|\s[-–—]\s|\s(?=\d)).*")
_DAY_AND_YEAR = re.compile(r"\s\d{1,2},?\s\d{4}")
_DASH = re.compile(r"\s[-–—/]+$")
_ARROW = re.compile(r"(?<!\s)\s+(?:>|→|»|▸|▶|⇒)\s+")

LONGEST_PHRASE = 4
"""Words between a name and whom it answers ("in reply to") at most, and of a badge."""


def read_author(lines: Lines, looks: list[Look], roles: list[str], post: Post) -> tuple[str | None, str | None]:
    """The author that the head of a post names, and the user it says it answers; None where it does not."""
    if post.author is not None:
        return post.author, None
    answered: str | None = None
    for index in range(post.start, post.body):
        if roles[index] != "comment_meta" or looks[index].kind in {"time", "numbered", "quote"}:
            continue
        author, named = read_name(lines.texts[index])
        answered = answered or named
        if author:
            return author, answered
    return None, answered


def read_name(text: str) -> tuple[str | None, str | None]:
    """The name in a head line without its number, verb, badge, time and points, and whom it answers.

    >>> read_name("Maya O. > terrace_ted • 8 hours ago")
    ('Maya O.', 'terrace_ted')
    >>> read_name("Ada Low Moderator wrote on May 9, 2020")
    ('Ada Low', None)
    """
    look = look_at(text)
    if look.cues & BIT["byline"]:
        return None, None  # "Posted by", and the name elsewhere
    name = _LEAD.sub("", text, count=1).strip()
    if look.kind == "says":
        name = _without_verb(name)
    opens = look.opens if name == text or not name else look_at(name).opens
    if look.kind == "byline" or opens & BIT["byline"]:
        name = _without_byline(name)
        head, colon, _ = name.partition(":")
        name = _without_verb(head) if colon else name
    elif look.kind == "stamp":
        name = _behind_time(name)
    name, answered = _part_answered(name)
    if look.kind == "says" and name.istitle() and name.isalpha() and _is_time(name):
        return name, _clean(answered)  # April, who is part of a date elsewhere
    return _clean(name), _clean(answered)


def _is_time(word: str) -> bool:
    """Whether a word is part of dates, and no verb or button."""
    known = load_vocabulary()
    folded = word.casefold()
    return folded in known.time and folded not in known.says and folded not in known.controls


def _part_answered(text: str) -> tuple[str, str]:
    """What stands before and behind an arrow, or the words for "in reply to"."""
    if match := _ARROW.search(text):
        return text[: match.start()], text[match.end() :]
    known = load_vocabulary()
    if known.answering.isdisjoint(phrase_words(text)):
        return text, ""
    answers = known.answers
    words = text.split()
    for at in range(len(words)):
        for count in range(LONGEST_PHRASE, 0, -1):
            if at + count < len(words) and " ".join(phrase_words(" ".join(words[at : at + count]))) in answers:
                return " ".join(words[:at]), " ".join(words[at + count :])
    return text, ""


def _clean(text: str) -> str | None:
    known = load_vocabulary()
    name = _TAIL.sub("", text)
    behind = text[len(name) :].lstrip()
    if _DAY_AND_YEAR.match(text[len(name) :]):
        name = without_month(name)
    dated = _DASH.sub("", name.strip(" \t:："))
    name = without_time(dated)
    if name != dated or behind.startswith((":", "：")) or behind[:1].isdecimal():
        name = _without_verb(name, is_small=True)
    name = without_badges(name)
    spoken = phrase_words(name)
    if not name or len(name) > LONGEST_NAME or (spoken and are_no_name(spoken, known)):
        return None
    return name


def without_badges(name: str) -> str:
    """A name without the badges behind it: "Ben Smith", of "Ben Smith Moderator".

    A rank is a badge unless it begins with a small letter ("ruby user"), people are called so, too ("Kiln Master",
    "Christopher Guest"), or what is left is no name: a rank itself or a function word.
    """
    while (left := _without_badge(name)) != name:
        name = left
    return name


def _without_badge(name: str) -> str:
    known = load_vocabulary()
    words = name.split()
    for count in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        rank = " ".join(phrase_words(" ".join(words[-count:])))
        if known.phrases.get(rank, 0) & BIT["rank"]:
            left = _DASH.sub("", " ".join(words[:-count]))
            spoken = phrase_words(left)
            is_name = not known.stop.issuperset(spoken) and not known.phrases.get(" ".join(spoken), 0) & BIT["rank"]
            return left if is_name and not words[-count][0].islower() and rank not in known.namesakes else name
    return name


def without_month(text: str) -> str:
    """A name without the month that a renderer glued to it: "AdaAugust", of "AdaAugust 5, 2012"."""
    at = max((at for at in range(1, len(text)) if text[at].isupper() and not text[at - 1].isspace()), default=0)
    return text[:at] if at and text[at:].casefold() in load_vocabulary().months else text


def without_time(text: str) -> str:
    """A name without the words of a time behind it; it may end with the name of a day: "Omaha Sun on Aug 8"."""
    known = load_vocabulary()
    words = text.split()
    joined = False
    while len(words) > 1 and len(words[-1].strip(".")) > 1 and known.time.issuperset(phrase_words(words[-1])):
        if joined:
            break
        word = words.pop().casefold()
        joined = word.isalpha() and word not in known.months and word not in known.weekdays
    return " ".join(words)


def are_no_name(words: list[str], known: Vocabulary) -> bool:
    """Whether words are a time, buttons, or a verb without its speaker: "answered"."""
    return known.time.issuperset(words) or known.controls.issuperset(words) or " ".join(words) in known.says


def _without_verb(text: str, *, is_small: bool = False) -> str:
    """The name before "says", "a écrit" or their like, if need be only those without a capital: "Edward Said"."""
    says = load_vocabulary().says
    words = text.rstrip(" :：").split()
    for count in (2, 1):
        if len(words) <= count or (is_small and words[-count][0].isupper()):
            continue
        if " ".join(phrase_words(" ".join(words[-count:]))) in says:
            return " ".join(words[:-count])
    return text


def _behind_time(text: str) -> str:
    """The name after "by", or before a verb, where nothing but a time stands before it.

    "posted on May 9, 2020 at 8:12 PM by Ada", "On May 9, 2020 at 8:12 PM Ada said:".
    """
    known = load_vocabulary()
    words = text.split()
    if (spoken := _without_verb(text)) != text:
        said = spoken.split()
        first = next((at for at, word in enumerate(said) if not known.time.issuperset(phrase_words(word))), 0)
        return " ".join(said[first:])
    for at in range(1, len(words) - 1):
        if known.phrases.get(words[at].casefold(), 0) & BIT["byline"]:
            return " ".join(words[at + 1 :]) if known.time.issuperset(phrase_words(" ".join(words[:at]))) else text
    return text


def _without_byline(text: str) -> str:
    """The name after "posted by" or its like."""
    phrases = load_vocabulary().phrases
    words = text.split()
    for count in (3, 2, 1):
        if len(words) > count and phrases.get(" ".join(phrase_words(" ".join(words[:count]))), 0) & BIT["byline"]:
            return " ".join(words[count:])
    return text
