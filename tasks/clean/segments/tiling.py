"""Lines with roles to segments that tile the text."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.split import find_pieces
from tasks.clean.segments.threads.posts import Cuts
from tasks.document import ROLES, Segment

GLUED = 0.9
"""How sure it is that a piece inside a line is none of the text around it."""

_MAY_BE_CUT, _MAY_HOLD_PIECES = frozenset({"body", "comment"}), frozenset({"body", "quotation"})


def tile(
    lines: Lines, roles: list[str], scores: list[float], posts: list[int], cuts: Mapping[int, Cuts], title: str | None
) -> tuple[Segment, ...]:
    """Cover the text with segments: neighbours of one role and one post form one, with the least of their scores.

    Of each line its role is given, how sure that is, the number of the post it belongs to (0: none), and by its number
    the pieces inside it. White space goes with the segment before it, leading white space with the first. Where a piece
    is cut out of the end of a line of main text, the line end after it goes back to the main text, so that the
    paragraphs around it, joined, do not run together.
    """
    if not roles:
        return (Segment(0, len(lines.text), "boilerplate", "separator"),) if lines.text else ()
    starts: list[int] = []
    names: list[str] = []
    sure: list[float] = []
    last, last_post = "", -1
    if title and lines.text.count(title) <= (title in lines.texts):
        title = None  # said nowhere else
    for index, (role, score, post) in enumerate(zip(roles, scores, posts, strict=True)):
        found = cuts.get(index) if role in _MAY_BE_CUT else None
        if not found and role in _MAY_HOLD_PIECES:
            found = find_pieces(lines.texts[index], title)
        if found:
            parts = _cut(lines, index, role, score, found)
        elif role == last and post == last_post and role != "repeated_title":
            sure[-1] = min(sure[-1], score)
            continue
        else:
            parts = [(lines.starts[index], role, score)]
        for begin, name, value in parts:
            if name == last and post == last_post and name != "repeated_title":
                sure[-1] = min(sure[-1], value)
            else:
                starts.append(begin)
                names.append(name)
                sure.append(value)
                last, last_post = name, post
    starts[0] = 0
    ends = [*starts[1:], len(lines.text)]
    return tuple(map(Segment, starts, ends, map(ROLES.__getitem__, names), names, sure))


def _cut(lines: Lines, index: int, role: str, score: float, found: Cuts) -> list[tuple[int, str, float]]:
    """A line in parts: where each begins, its role, and how sure that is."""
    start, length = lines.starts[index], len(lines.texts[index])
    parts: list[tuple[int, str, float]] = []
    if found[0][0] > 0:
        parts.append((start, role, score))
    for first, last, name in found:
        parts.append((start + first, name, GLUED))
        if last < length or (role != "comment" and start + last < len(lines.text)):
            parts.append((start + last, role, score))
    return parts
