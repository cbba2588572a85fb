"""Lines with roles to comments: what each post says, who wrote it and when, and which one it answers."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from tasks.clean.segments.dates import are_month_first, read_iso_time, read_time
from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines, Owner
from tasks.clean.segments.looks import Look
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.threads.answers import OPENING, Answers, count_quotes, is_answering, read_number
from tasks.clean.segments.threads.authors import read_author
from tasks.clean.segments.threads.nesting import find_parents
from tasks.clean.segments.threads.owners import Owners
from tasks.clean.segments.threads.posts import Post
from tasks.document import ROLES, Comment

MOST_QUOTED = 40
"""Lines of a post in which whom it quotes is looked for."""

LONGEST_ANSWERING = 12
"""Words of a line that says whom a post answers."""

_QUOTES = TAG_BIT["blockquote"] | TAG_BIT["class_quote"] | TAG_BIT["cite"]


class _Head(NamedTuple):
    """Who wrote a post, when, under which number, and whom its head says it answers."""

    author: str | None = None
    posted_at: datetime | None = None
    number: int | None = None
    answered: str | None = None


def find_comments(
    lines: Lines, features: Features, layout: Layout, roles: list[str], posts: list[int], owners: Owners
) -> tuple[Comment, ...]:
    """The comments: each contiguous run of comment lines of one post, with the post's author and time.

    `posts` has the number of each line's post (0: none), `owners` know who wrote some. A post answers the one
    below which it stands as a remark or set in, else the one that its head, its quotation or its first words name:
    the one where the quoted words were said first, or the latest by the user.
    """
    looks = features.looks
    thread = layout.thread
    if "comment" not in roles:
        return ()
    month_first = are_month_first(
        lines.texts[at] for at in range(thread.start, thread.end) if roles[at] == "comment_meta"
    )
    heads = [_read_head(lines, looks, roles, post, month_first=month_first) for post in thread.posts]
    nested = find_parents(lines, thread.posts)
    is_numbered = _are_in_order([head.number for head in heads])
    so_far = Answers(lines.texts[index] for index in range(roles.index("comment")) if ROLES[roles[index]] == "main")
    comments: list[Comment] = []
    numbers: dict[int, int] = {}
    index = 0
    while index < len(roles):
        if roles[index] != "comment":
            index += 1
            continue
        first, number = index, posts[index]
        while index < len(roles) and roles[index] == "comment" and posts[index] == number:
            index += 1
            if index < len(roles) and (
                _are_parted(lines, index) or (owners.are_sure and owners.are_apart(index - 1, index))
            ):
                break
        start, end = _bounds(lines, layout, first, index - 1)
        head = heads[number - 1] if number else _Head()
        if owner := owners.of_line(first):
            head = _owned_by(head, owner, are_sure=owners.are_sure)
        post = thread.posts[number - 1] if number else Post(first, first, index)
        above = (post.parent, nested[number - 1]) if number else ()
        parent = next((numbers[at] for at in above if at in numbers), None)
        if post.parent is not None and parent is not None:
            # Below one post readers remark on each other's remarks, too.
            named = so_far.find_address(lines.text[start:end], head.author)
            parent = named if named is not None and comments[named].in_reply_to == parent else parent
        if parent is None and (number - 1 not in numbers or not number):
            said = _Said(lines, looks, roles, post, range(first, index))
            parent = _find_answered(said, head, so_far, lines.text[start:end])
        elif parent is None:
            parent = comments[numbers[number - 1]].in_reply_to
        so_far.add(len(comments), head.author, head.number if is_numbered else None, lines.texts[first:index])
        numbers.setdefault(number - 1, len(comments))
        comments.append(Comment(start, end, head.author, head.posted_at, parent))
    return tuple(comments)


def _owned_by(head: _Head, owner: Owner, *, are_sure: bool) -> _Head:
    """A head with what the element of the post says, which goes before where it is sure."""
    if are_sure:
        return head._replace(author=owner.name, posted_at=owner.posted_at or head.posted_at)
    return head._replace(author=head.author or owner.name, posted_at=head.posted_at or owner.posted_at)


def _are_parted(lines: Lines, index: int) -> bool:
    """Whether another column stands between a line and the one before."""
    return lines.order is not None and lines.order[index] != lines.order[index - 1] + 1


def _are_in_order(numbers: list[int | None]) -> bool:
    """Whether the numbers of posts go up, so that each is that of one post."""
    given = [number for number in numbers if number is not None]
    return all(before < after for before, after in pairwise(given))


def _bounds(lines: Lines, layout: Layout, first: int, last: int) -> tuple[int, int]:
    """Where the text of the lines from `first` to `last` begins and ends, without the pieces cut off there."""
    start, end = lines.starts[first], lines.ends[last]
    cuts = layout.thread.cuts
    if (before := cuts.get(first)) and before[0][0] == 0:
        start += before[0][1]
    if (behind := cuts.get(last)) and behind[-1][1] == len(lines.texts[last]):
        end = lines.starts[last] + behind[-1][0]
    return start, max(start, end)


class _Said(NamedTuple):
    """A post, its head and the lines that it says."""

    lines: Lines
    looks: list[Look]
    roles: list[str]
    post: Post
    said: range


def _find_answered(said: _Said, head: _Head, so_far: Answers, text: str) -> int | None:
    """The number of the comment that a post says it answers."""
    lines, looks, own = said.lines, said.looks, head.author
    if head.answered:
        return so_far.find_name(head.answered, own)
    for index in range(said.post.start, max(said.post.body, said.said.start)):
        line = lines.texts[index]
        is_own = own is not None and own in line
        is_said = not is_own and said.roles[index] == "comment_meta" and looks[index].kind in {"says", "stamp", "quote"}
        if is_said or (said.roles[index] in {"comment_meta", "navigation"} and _is_answering(lines, looks, index)):
            found = so_far.find_told(line, own)
            if found is not None:
                return found
    # Some boards have all that a post says in an element for quotations.
    marked = () if all(_is_marked(lines, index) for index in said.said) else said.said
    quoting = [
        index
        for index in said.said[:MOST_QUOTED]
        if _is_quoting(lines, looks, index) or (index in marked and _is_marked(lines, index))
    ]
    found = _find_quoted(lines, quoting, said.said.stop, so_far, own)
    if found is not None:
        return found if found != OPENING else None
    found = so_far.find_number(text)
    return found if found is not None else so_far.find_address(text, own)


def _find_quoted(lines: Lines, quoting: list[int], stop: int, so_far: Answers, own: str | None) -> int | None:
    """The comment, or `OPENING`, that is quoted: by whom the first quotation names, and by its words.

    A quotation may hold another one, by somebody else.
    """
    told = (found for at in quoting if (found := so_far.find_told(lines.texts[at], own)) is not None)
    named = next(told, None)
    texts = [lines.texts[at] for index in quoting for at in (index, index + 1) if at < stop]
    depth = min((count_quotes(text) for text in texts if text[0] == ">"), default=0)
    # Whoever says the same again is no quotation.
    quoted = so_far.find_quoted((text for text in texts if count_quotes(text) in {0, depth}), own)
    if named is None:
        return quoted[0] if quoted else None
    return next((at for at in quoted if at == OPENING or so_far.are_by_one(at, named)), named)


def _is_quoting(lines: Lines, looks: list[Look], index: int) -> bool:
    """Whether a line of a mail is quoted, or a line says who is quoted or answered."""
    text = lines.texts[index]
    return looks[index].kind in {"says", "quote"} or text[0] == ">" or _is_answering(lines, looks, index)


def _is_answering(lines: Lines, looks: list[Look], index: int) -> bool:
    return looks[index].words <= LONGEST_ANSWERING and is_answering(lines.texts[index])


def _is_marked(lines: Lines, index: int) -> bool:
    """Whether the markup says that a line is quoted."""
    return lines.tags is not None and bool(lines.tags[index].marks & _QUOTES)


def _read_head(lines: Lines, looks: list[Look], roles: list[str], post: Post, *, month_first: bool) -> _Head:
    """The author of a post, its time, its number, and whom it answers."""
    author, answered = read_author(lines, looks, roles, post)
    meta = [index for index in range(post.start, post.end) if roles[index] == "comment_meta"]
    moments = (_read_moment(lines, looks, index, month_first=month_first) for index in meta)
    moment = post.posted_at or next((found for found in moments if found), None)
    number = next(
        (found for at in range(post.start, post.body) if (found := read_number(lines.texts[at])) is not None), None
    )
    return _Head(author, moment, number, answered)


def _read_moment(lines: Lines, looks: list[Look], index: int, *, month_first: bool) -> datetime | None:
    """The time in a line: the one that its markup gives, which has its zone, else the one it shows."""
    look = looks[index]
    given = (lines.moments or {}).get(index)
    if given and (look.has_ago or look.has_clock or look.has_date) and (moment := read_iso_time(given)):
        return moment
    return read_time(lines.texts[index], month_first=month_first)
