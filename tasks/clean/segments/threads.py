"""Threads: posts of several people, told by repeating blocks with a name and a time."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.vocabulary import BIT

HEADS = frozenset({"time", "stamp", "says", "numbered"})
"""Kinds of lines that open or close a post."""

TAIL = frozenset({"related", "comment_form", "legal", "about"})
"""Kinds of lines that no post holds: the thread ends there."""

HEAD_GAP = 4
"""Lines between two parts of one post's head (name, rank, join date, time)."""

ENOUGH = 3.0
"""Evidence that makes a thread of heads: three bare times with names, or two with buttons below them."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post: its head lines `[start, body)` and what follows to `end`, as line numbers."""

    start: int
    body: int
    end: int


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


def find_thread(lines: Lines, features: Features, opening: int, markup: list[str]) -> Thread:
    """Find the posts after line number `opening`, where the main text has begun.

    Where the markup names comments, they are the thread; else the heads of posts are looked for.
    """
    looks = features.looks
    if "comment" in markup:
        return _marked_thread(lines, features, markup, opening)
    heads = _find_heads(lines, looks, features.column("prose"), opening)
    header = _find_header(looks, heads, opening)
    heads = [head for head in heads if head[0] >= header] if header >= 0 else heads
    heads = _with_bodies(lines, looks, heads)
    while heads and header < 0 and _is_listing(looks, heads[0], opening):
        heads = heads[1:]
    if not heads or _evidence(looks, heads, header, len(lines)) < ENOUGH:
        return NO_THREAD
    return _build(lines, looks, heads)


def _marked_thread(lines: Lines, features: Features, markup: list[str], opening: int) -> Thread:
    """The lines whose markup says comment, cut into posts at the heads found among them."""
    looks = features.looks
    marked = [index for index, role in enumerate(markup) if role == "comment" and index > opening]
    roles = {index: _role(looks[index], in_head=False) for index in marked}
    texts = [index for index, role in roles.items() if role == "comment" and looks[index].kind in {"plain", "address"}]
    if not texts:
        return Thread(0, 0, (), dict.fromkeys(marked, "navigation"))
    heads = [
        head
        for head in _find_heads(lines, looks, features.column("prose"), marked[0] - 1)
        if markup[head[1] - 1] == "comment"
    ]
    heads = [head for head in _with_bodies(lines, looks, heads) if markup[head[0]] == "comment"]
    if heads:
        for index in marked:
            if index < heads[0][0]:
                roles[index] = "navigation"
        thread = _build(lines, looks, heads)
        roles |= {index: role for index, role in thread.roles.items() if markup[index] == "comment"}
        return Thread(heads[0][0], thread.end, thread.posts, roles)
    return Thread(marked[0], marked[-1] + 1, (Post(texts[0], texts[0], marked[-1] + 1),), roles)


def _find_heads(lines: Lines, looks: list[Look], prose: list[float], opening: int) -> list[tuple[int, int]]:
    """Runs of head lines `[start, end)` after the opening, a name line before them included."""
    heads: list[tuple[int, int]] = []
    index = opening + 1
    while index < len(looks):
        if looks[index].kind not in HEADS and looks[index].kind not in {"card", "rank"}:
            index += 1
            continue
        start = end = index
        while end < len(looks) and end - index < 24:
            kind = looks[end].kind
            gap = lines.blanks[end] > 2
            if end > start and (gap or prose[end] or kind in {"related", "comment_form"}):
                break
            in_head = kind in HEADS or kind in {"card", "rank", "number", "separator"} or end == start
            if not in_head and not (kind in {"name", "navigation"} and _continues(looks, end, prose)):
                break
            end += 1
        if start > opening + 1 and _is_name_line(looks[start - 1]) and looks[start].kind != "says":
            start -= 1
        if any(looks[i].kind in HEADS for i in range(start, end)) or end - start >= 4:
            heads.append((start, end))
        index = end
    return heads


def _continues(looks: list[Look], index: int, prose: list[float]) -> bool:
    """Whether more of the head follows within a few lines: a name alone may already be the post."""
    for after in range(index + 1, min(len(looks), index + HEAD_GAP)):
        if prose[after]:
            return False
        if looks[after].kind in HEADS or looks[after].kind == "card":
            return looks[index].kind != "navigation" or after == index + 1
    return False


def _is_name_line(look: Look) -> bool:
    return look.kind == "name" or (look.kind in {"plain", "rank"} and look.words <= 5 and not look.ends_sentence)


def _find_header(looks: list[Look], heads: list[tuple[int, int]], opening: int) -> int:
    """The line that announces comments and has a head within the next lines, or -1."""
    starts = {head[0] for head in heads}
    for index in range(opening + 1, len(looks)):
        look = looks[index]
        if look.kind == "comments" and any(at in starts for at in range(index + 1, index + 12)):
            return index
    return -1


def _with_bodies(lines: Lines, looks: list[Look], heads: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The heads that are followed by something to read before the next head."""
    kept: list[tuple[int, int]] = []
    for number, (start, end) in enumerate(heads):
        limit = heads[number + 1][0] if number + 1 < len(heads) else min(len(looks), end + 6)
        if any(_is_text(looks[index], lines.texts[index]) for index in range(end, limit)):
            kept.append((start, end))
    return kept


def _is_text(look: Look, text: str) -> bool:
    return look.kind in {"plain", "name", "address", "byline", "caption"} and len(text) > 3


def _is_listing(looks: list[Look], head: tuple[int, int], opening: int) -> bool:
    """Whether the last heading before a head announces links, not posts."""
    return any(looks[index].kind == "related" for index in range(max(opening, head[0] - 12) + 1, head[0]))


def _evidence(looks: list[Look], heads: list[tuple[int, int]], header: int, count: int) -> float:
    total = 2.0 if header >= 0 else 0.0
    if len(heads) < 2 and header < 0:
        return 0.0
    for number, (start, end) in enumerate(heads[:12]):
        limit = heads[number + 1][0] if number + 1 < len(heads) else min(count, end + 8)
        kinds = {looks[index].kind for index in range(start, end)}
        score = 0.0
        if "says" in kinds:
            score = 1.5
        elif "numbered" in kinds or "card" in kinds:
            score = 1.0
        if any(looks[index].has_ago or looks[index].has_clock for index in range(start, end)):
            score = max(score, 1.0)
        if any(looks[index].kind == "controls" for index in range(start, limit)):
            score += 0.75
        if not score and any(looks[index].has_date for index in range(start, end)):
            score = 0.3
        total += score
    return total


def _build(lines: Lines, looks: list[Look], heads: list[tuple[int, int]]) -> Thread:
    """Cut the zone into posts and give each line its role."""
    leading = _signature(looks, heads[0])
    posts: list[Post] = []
    roles: dict[int, str] = {}
    bounds = [head for head in heads if _signature(looks, head) & leading or not leading]
    end = len(looks)
    for number, (start, body) in enumerate(bounds):
        last = number + 1 == len(bounds)
        limit = end if last else bounds[number + 1][0]
        stop = limit
        for index in range(body, limit):
            if looks[index].kind in TAIL or (last and _leaves(lines, looks, index, body)):
                stop = index
                break
        posts.append(Post(start, body, stop))
        for index in range(start, stop):
            roles[index] = _role(looks[index], in_head=index < body)
        if stop < limit:
            for index in range(stop, limit):
                roles[index] = ""
            if last:
                end = stop
    return Thread(heads[0][0], posts[-1].end, tuple(posts), roles)


def _leaves(lines: Lines, looks: list[Look], index: int, body: int) -> bool:
    """Whether the last post is over: page furniture after at least one line of it."""
    kind = looks[index].kind
    if index == body:
        return False
    if kind in {"controls", "edited", "separator", "quote"}:
        return False
    return kind in {"navigation", "share", "comments", "advertisement", "card"} or (
        kind == "number" and lines.blanks[index] > 1
    )


def _signature(looks: list[Look], head: tuple[int, int]) -> frozenset[str]:
    kinds = {looks[index].kind for index in range(*head)}
    return frozenset(kinds & (HEADS | {"card"}))


def _role(look: Look, *, in_head: bool) -> str:
    kind = look.kind
    if kind in {"navigation", "controls", "share", "numbered", "edited", "comments", "comment_form", "number"}:
        return "navigation"
    if kind in {"card", "rank"}:
        return "user_card"
    if kind in {"separator", "advertisement"}:
        return kind
    if in_head:
        if look.cues & BIT["card"]:
            return "user_card"
        return "comment_meta"
    if kind in {"time", "stamp", "says", "quote"}:
        return "comment_meta"
    return "comment"
