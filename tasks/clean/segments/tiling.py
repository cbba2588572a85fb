"""Lines with roles to segments that tile the text, and to comments."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from tasks.clean.segments.authors import read_author, read_name
from tasks.clean.segments.dates import read_time
from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.posts import Post
from tasks.clean.segments.split import find_pieces
from tasks.document import ROLES, Comment, Segment

GLUED = 0.9
"""How sure it is that a piece inside a line is none of the text around it."""


class Piece(NamedTuple):
    """What was decided of one line: its role, how sure that is, and the post it belongs to (0: none)."""

    role: str
    score: float
    post: int


def tile(lines: Lines, pieces: list[Piece], title: str | None) -> tuple[Segment, ...]:
    """Cover the text with segments: neighbours of one role and one post form one, with the least of their scores.

    White space goes with the segment before it, leading white space with the first. Where a piece is cut out of the
    end of a line of main text, the line end after it goes back to the main text, so that the paragraphs around it,
    joined, do not run together.
    """
    text = lines.text
    if not pieces:
        return (Segment(0, len(text), "boilerplate", "separator"),) if text else ()
    parts: list[tuple[int, str, float, int]] = []
    for index, piece in enumerate(pieces):
        start = lines.starts[index]
        found = find_pieces(lines.texts[index], title) if piece.role in {"body", "quotation"} else []
        if not found or found[0][0] > 0:
            parts.append((start, piece.role, piece.score, piece.post))
        for first, last, role in found:
            parts.append((start + first, role, GLUED, 0))
            if start + last < len(text):
                parts.append((start + last, piece.role, piece.score, piece.post))
    merged: list[tuple[int, str, float, int]] = []
    for part in parts:
        if merged and part[1] == merged[-1][1] and part[3] == merged[-1][3] and part[1] != "repeated_title":
            start, role, score, post = merged[-1]
            merged[-1] = (start, role, min(score, part[2]), post)
        else:
            merged.append(part)
    starts = [0, *(part[0] for part in merged[1:]), len(text)]
    return tuple(
        Segment(start, end, ROLES[role], role, round(score, 4))
        for (start, end), (_, role, score, _) in zip(pairwise(starts), merged, strict=True)
    )


def find_comments(
    lines: Lines, features: Features, layout: Layout, roles: list[str], posts: list[int]
) -> tuple[Comment, ...]:
    """The comments: each contiguous run of comment lines of one post, with the post's author and time.

    `posts` has the number of each line's post (0: none, then author and time are unknown). A post answers the latest
    earlier one of the user whom its head or its quotation names.
    """
    looks = features.looks
    heads = [_read_head(lines, looks, roles, post) for post in layout.thread.posts]
    comments: list[Comment] = []
    latest: dict[str, int] = {}
    index = 0
    while index < len(roles):
        if roles[index] != "comment":
            index += 1
            continue
        first, number = index, posts[index]
        while index < len(roles) and roles[index] == "comment" and posts[index] == number:
            index += 1
        author, moment, answered = heads[number - 1] if number else (None, None, None)
        parent = latest.get(answered) if answered and answered != author else None
        comments.append(Comment(lines.starts[first], lines.ends[index - 1], author, moment, parent))
        if author:
            latest[author] = len(comments) - 1
    return tuple(comments)


def _read_head(
    lines: Lines, looks: list[Look], roles: list[str], post: Post
) -> tuple[str | None, datetime | None, str | None]:
    """The author of a post, its time, and whom it answers."""
    author, answered = read_author(lines, looks, roles, post)
    meta = [index for index in range(post.start, post.end) if roles[index] == "comment_meta"]
    quoted = [index for index in range(post.body, post.end) if looks[index].kind in {"says", "quote"}]
    if answered is None and quoted:
        answered = read_name(lines.texts[quoted[0]])[0]
    moment = next((found for index in meta if (found := read_time(lines.texts[index]))), None)
    return author, moment, answered
