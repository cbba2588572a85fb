"""Lines with roles to segments that tile the text, and to comments."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from tasks.clean.segments.dates import read_time
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.split import find_pieces
from tasks.document import ROLES, Comment, Segment


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
        parts.append((start, piece.role, piece.score, piece.post))
        if piece.role in {"body", "quotation"} and index != 0:
            for first, last, role in find_pieces(lines.texts[index], title):
                parts.append((start + first, role, 0.9, 0))
                if lines.ends[index] == start + last < len(text):
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


def find_comments(lines: Lines, layout: Layout, roles: list[str]) -> tuple[Comment, ...]:
    """The comments of a thread: each contiguous run of comment lines of one post, with the post's author and time."""
    comments: list[Comment] = []
    for post in layout.thread.posts:
        author = post.author or next(
            (lines.texts[index] for index in range(post.start, post.body) if roles[index] == "comment_meta"), None
        )
        moment = next(
            (
                found
                for index in range(post.start, post.end)
                if roles[index] == "comment_meta" and (found := read_time(lines.texts[index]))
            ),
            None,
        )
        index = post.start
        while index < post.end:
            if roles[index] != "comment":
                index += 1
                continue
            first = index
            while index < post.end and roles[index] == "comment":
                index += 1
            comments.append(Comment(lines.starts[first], lines.ends[index - 1], author, moment))
    return tuple(comments)
