"""Posts and threads, and what the lines of a post are."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.clean.segments.looks import Look

NAVIGATION = frozenset(
    {"navigation", "controls", "share", "numbered", "edited", "comments", "comment_form", "number", "related"}
)
"""Kinds of lines in a thread that are buttons and counters, not text."""

META = frozenset({"time", "stamp", "scored"})
"""Kinds of lines that say who wrote a post and when. Whom a post quotes is part of what it says."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post: its head lines `[start, body)` and what follows to `end`, as line numbers.

    `author` is known where the head does not name it.
    """

    start: int
    body: int
    end: int
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """The posts after the opening one, in order, and the role of every line from the first of them to the last.

    `start` and `end` are line numbers; a document without a thread has `start == end`.
    """

    start: int
    end: int
    posts: tuple[Post, ...]
    roles: dict[int, str]


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
    if kind in NAVIGATION:
        return "navigation"
    if kind in {"card", "rank", "initial"}:
        return "user_card"
    if kind in {"separator", "advertisement"}:
        return kind
    if kind == "subject":
        return "repeated_title"
    return "comment_meta" if kind in META else "comment"
