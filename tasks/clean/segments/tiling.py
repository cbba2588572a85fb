"""Lines with roles to segments that tile the text."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.posts import Cuts
from tasks.clean.segments.split import find_pieces
from tasks.document import ROLES, Segment

GLUED = 0.9
"""How sure it is that a piece inside a line is none of the text around it."""


class Piece(NamedTuple):
    """What was decided of one line: its role, how sure that is, the post it belongs to (0: none), and pieces inside."""

    role: str
    score: float
    post: int
    cuts: Cuts = ()


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
        found = [*piece.cuts] if piece.role in {"body", "comment"} else []
        if not found and piece.role in {"body", "quotation"}:
            found = find_pieces(lines.texts[index], title)
        if not found or found[0][0] > 0:
            parts.append((start, piece.role, piece.score, piece.post))
        for first, last, role in found:
            parts.append((start + first, role, GLUED, piece.post))
            if last < len(lines.texts[index]) or (piece.role != "comment" and start + last < len(text)):
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
