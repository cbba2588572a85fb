"""Posts and threads, and what the lines of a post are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tasks.clean.segments.looks import Look
from tasks.clean.segments.vocabulary import BIT

NAVIGATION = frozenset(
    {"navigation", "controls", "share", "numbered", "edited", "comments", "comment_form", "number", "related"}
)
"""Kinds of lines in a thread that are buttons and counters, not text."""

META = frozenset({"time", "stamp", "scored"})
"""Kinds of lines that say who wrote a post and when. Whom a post quotes is part of what it says."""

TAIL = frozenset({"related", "comment_form", "legal", "about"})
"""Kinds of lines that no post holds: the thread ends there."""

LONGEST_ASKED = 30
"""Words of a line that asks for a comment; longer ones that begin so say on what terms comments are taken."""

FRAME = frozenset({"navigation", "widget", "advertisement", "about", "related"})
"""Roles of markup that frames a page: no post stands there."""

Cuts = tuple[tuple[int, int, str], ...]
"""Pieces of one line that have a role of their own: (start, end, role) in characters of the line."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post: its head lines `[start, body)` and what follows to `end`, as line numbers.

    `author` and `posted_at` are known where the head does not say them, `parent` is the number of the post it answers
    where its place says so. A post that `is_signed` is one line with its signature in it.
    """

    start: int
    body: int
    end: int
    author: str | None = None
    posted_at: datetime | None = None
    parent: int | None = None
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """The posts after the opening one, in order, and the role of every line from the first of them to the last.

    `start` and `end` are line numbers; a document without a thread has `start == end`. `cuts` are pieces inside lines,
    by line number; `opener` is who wrote the opening post, `opening` its lines, first and last, where known.
    A thread that `is_certain` has a form that nothing else has.
    """

    start: int
    end: int
    posts: tuple[Post, ...]
    roles: dict[int, str]
    cuts: dict[int, Cuts] = field(default_factory=dict)
    opener: str | None = None
    opening: tuple[int, int] | None = None
    is_certain: bool = False


NO_THREAD = Thread(0, 0, (), {})


def head_role(look: Look, *, card: bool, first: bool) -> str:
    """The role of a line in a post's head; `card` says that the head is a user's card, `first` that the line leads."""
    kind = look.kind
    if kind in {"card", "rank", "initial"}:
        return "user_card"
    if kind in {"separator", "advertisement"}:
        return kind
    if kind == "subject":
        return "repeated_title"
    joined = kind == "time" and not (look.has_clock or look.has_ago)
    if card and not first and (joined or kind in {"number", "name", "plain"}):
        return "user_card"
    if kind in NAVIGATION:
        return "navigation"
    return "comment_meta"


def body_role(look: Look) -> str:
    """The role of a line after a post's head."""
    kind = look.kind
    if kind in NAVIGATION or look.opens & BIT["edited"]:
        return "navigation"
    if kind in {"card", "rank", "initial"}:
        return "user_card"
    if kind in {"separator", "advertisement"}:
        return kind
    if kind == "subject":
        return "repeated_title"
    if look.opens & BIT["comment_form"] and look.words > LONGEST_ASKED:
        return "navigation"
    return "comment_meta" if kind in META else "comment"
