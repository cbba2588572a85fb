"""Lines with roles to comments: what each post says, who wrote it and when, and which one it answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tasks.clean.segments.authors import read_author, read_name
from tasks.clean.segments.dates import read_time
from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.posts import Post
from tasks.document import Comment

ADDRESS_WORDS = 4
"""Words of a name that a post is addressed to: "@Ada of the Mill: ..."."""


class _Head(NamedTuple):
    """Who wrote a post, when, and whom it says it answers."""

    author: str | None = None
    posted_at: datetime | None = None
    answered: str | None = None


def find_comments(
    lines: Lines, features: Features, layout: Layout, roles: list[str], posts: list[int]
) -> tuple[Comment, ...]:
    """The comments: each contiguous run of comment lines of one post, with the post's author and time.

    `posts` has the number of each line's post (0: none, then author and time are unknown). A post answers the one
    below which it stands as a remark or set in, else the latest earlier one of the user whom its head, its quotation
    or its first words name.
    """
    heads = [_read_head(lines, features.looks, roles, post) for post in layout.thread.posts]
    indented = _read_indents(lines, layout.thread.posts)
    comments: list[Comment] = []
    latest: dict[str, int] = {}
    numbers: dict[int, int] = {}
    index = 0
    while index < len(roles):
        if roles[index] != "comment":
            index += 1
            continue
        first, number = index, posts[index]
        while index < len(roles) and roles[index] == "comment" and posts[index] == number:
            index += 1
            if lines.order is not None and index < len(roles) and lines.order[index] != lines.order[index - 1] + 1:
                break  # another column stands between
        start, end = _bounds(lines, layout, first, index - 1)
        head = heads[number - 1] if number else _Head()
        above = (layout.thread.posts[number - 1].parent, indented[number - 1]) if number else ()
        parent = next((numbers.get(at) for at in above if at is not None), None)
        if parent is None:
            parent = _find_parent(lines.text[start:end], head, latest)
        numbers.setdefault(number - 1, len(comments))
        if head.author:
            latest[head.author.casefold()] = len(comments)
        comments.append(Comment(start, end, head.author, head.posted_at, parent))
    return tuple(comments)


def _read_indents(lines: Lines, posts: Sequence[Post]) -> list[int | None]:
    """For each post the number of the one that it is set in below, where the first post is set in least."""
    indents = [lines.starts[post.start] - lines.text.rfind("\n", 0, lines.starts[post.start]) for post in posts]
    parents: list[int | None] = []
    above: list[int] = []
    for number, indent in enumerate(indents):
        while above and indents[above[-1]] >= indent:
            above.pop()
        parents.append(above[-1] if above else None)
        above.append(number)
    return parents if indents and min(indents) == indents[0] else [None] * len(parents)


def _bounds(lines: Lines, layout: Layout, first: int, last: int) -> tuple[int, int]:
    """Where the text of the lines from `first` to `last` begins and ends, without the pieces cut off there."""
    start, end = lines.starts[first], lines.ends[last]
    cuts = layout.thread.cuts
    if (before := cuts.get(first)) and before[0][0] == 0:
        start += before[0][1]
    if (behind := cuts.get(last)) and behind[-1][1] == len(lines.texts[last]):
        end = lines.starts[last] + behind[-1][0]
    return start, max(start, end)


def _find_parent(text: str, head: _Head, latest: dict[str, int]) -> int | None:
    """The number of the comment that is answered: of the user named in the head, or after an @ at the start."""
    own = head.author.casefold() if head.author else None
    if head.answered:
        name = head.answered.casefold()
        return latest.get(name) if name != own else None
    if not text.startswith(("@", "＠")):
        return None
    words = text[1:200].casefold().split()[:ADDRESS_WORDS]
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count]).rstrip(",.:;!?、，：")
        if name in latest and name != own:
            return latest[name]
    return None


def _read_head(lines: Lines, looks: list[Look], roles: list[str], post: Post) -> _Head:
    """The author of a post, its time, and whom it answers."""
    author, answered = read_author(lines, looks, roles, post)
    meta = [index for index in range(post.start, post.end) if roles[index] == "comment_meta"]
    quoted = [index for index in range(post.body, post.end) if looks[index].kind in {"says", "quote"}]
    if answered is None and quoted:
        answered = read_name(lines.texts[quoted[0]])[0]
    moment = post.posted_at or next((found for index in meta if (found := read_time(lines.texts[index]))), None)
    return _Head(author, moment, answered)
