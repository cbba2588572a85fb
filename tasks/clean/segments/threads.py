"""Threads: posts of several people, told by markup, by repeating heads, or by what divides them."""

from __future__ import annotations

from dataclasses import replace

from tasks.clean.segments.bare import find_bare_thread, find_counted_thread
from tasks.clean.segments.evidence import weigh_heads
from tasks.clean.segments.features import Features
from tasks.clean.segments.feet import find_marked_feet
from tasks.clean.segments.heads import NAMED, OPENERS, Head, find_heads, is_text
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.posts import FRAME, TAIL, Post, Thread, body_role, head_role

ENOUGH = 3.0
"""Evidence that makes a thread of heads: three bare times with names, or two with buttons below them."""

HEADER_GAP, FORM_GAP = 12, 3
"""Lines from a heading of comments, or a form for one, to the first head of a post."""

FEWEST_BYLINES = 3
"""Bylines with an hour that open posts."""

ANNOUNCED = 2.0
"""What a heading ("12 comments") adds to that evidence."""


def find_thread(lines: Lines, features: Features, opening: int, markup: list[str]) -> Thread:
    """Find the posts after line number `opening`, where the main text has begun.

    Where the markup names comments, they are the thread. Else the heads of posts are looked for; where there are
    none, posts below a heading with their number, or in a forum whose renderer lost the names.
    """
    if "comment" in markup:
        return _marked_thread(lines, features, markup, opening)
    looks = _with_stamps(features.looks)
    heads = find_heads(lines, looks, features.column("prose"), opening)
    header = _find_header(looks, heads, opening)
    if header < 0 and len(heads) == 1 and _is_before_form(lines, looks, heads[0]):
        header = heads[0].start
    if header >= 0:
        heads = [head for head in heads if head.start >= header]
    else:
        heads = heads[_count_strangers(looks, heads, opening) :]
    heads = _without_last_strangers(looks, heads)
    enough = len(heads) > 1 or header >= 0
    if lines.tags is not None:
        heads = _without_furniture(heads, markup)
        enough = enough and len(heads) > 0 and not _are_teasers(lines, heads)
    if enough and weigh_heads(lines, looks, heads) + (ANNOUNCED if header >= 0 else 0.0) >= ENOUGH:
        return _headed_thread(lines, looks, heads, markup)
    thread = find_counted_thread(lines, features, opening)
    return thread if thread.posts else find_bare_thread(lines, features, opening)


def force_thread(lines: Lines, features: Features, start: int) -> Thread:
    """Make a thread of all lines from number `start` on, cut into posts at the heads found there."""
    looks = features.looks
    heads = find_heads(lines, looks, features.column("prose"), start - 1)
    if not heads:
        roles = {index: body_role(looks[index]) for index in range(start, len(lines))}
        return Thread(start, len(lines), (Post(start, start, len(lines)),), roles)
    thread = _headed_thread(lines, looks, heads, [])
    roles = {index: body_role(looks[index]) for index in range(start, len(lines))} | thread.roles
    before = (Post(start, start, heads[0].start),) if heads[0].start > start else ()
    return Thread(start, len(lines), (*before, *thread.posts), roles)


def _find_header(looks: list[Look], heads: list[Head], opening: int) -> int:
    """The line that announces comments and has a head within the next lines, or -1."""
    starts = {head.start for head in heads}
    for index in range(opening + 1, len(looks)):
        near = FORM_GAP if looks[index].kind == "comment_form" else HEADER_GAP
        if looks[index].kind in {"comments", "comment_form"} and any(
            at in starts for at in range(index + 1, index + near)
        ):
            return index
    return -1


def _with_stamps(looks: list[Look]) -> list[Look]:
    """The looks with bylines that hold an hour as stamps, where there are several: an article has one or two."""
    timed = {index for index, look in enumerate(looks) if look.kind == "byline" and (look.has_clock or look.has_ago)}
    if len(timed) < FEWEST_BYLINES:
        return looks
    return [look._replace(kind="stamp") if index in timed else look for index, look in enumerate(looks)]


def _is_before_form(lines: Lines, looks: list[Look], head: Head) -> bool:
    """Whether nothing but text stands between a head that names an hour and the form for the next comment."""
    if "stamp" not in head.kinds or not _has_hour(looks, head):
        return False
    form = next((at for at in range(head.end, len(looks)) if looks[at].kind == "comment_form"), -1)
    between = range(head.end, form)
    return len(between) > 0 and all(
        looks[at].kind in {"controls", "share"} or is_text(looks[at], lines.texts[at]) for at in between
    )


def _is_listing(looks: list[Look], head: Head, opening: int) -> bool:
    """Whether the last heading before a head announces links, not posts."""
    return any(looks[index].kind == "related" for index in range(max(opening, head.start - 12) + 1, head.start))


def _count_strangers(looks: list[Look], heads: list[Head], opening: int) -> int:
    """How many of the first heads are no posts': dates in a list of links, or one without a name among named ones."""
    named = [bool(head.kinds & NAMED) or "name" in head.kinds for head in heads]
    left = sum(named)
    for number, head in enumerate(heads):
        odd = not named[number] and 2 * left > len(heads) - number
        if not odd and not _is_listing(looks, head, opening):
            return number
        left -= named[number]
    return len(heads)


def _without_last_strangers(looks: list[Look], heads: list[Head]) -> list[Head]:
    """The heads without the last ones that are days alone where all before have names: dates of the page."""
    named = [bool(head.kinds & NAMED) or "name" in head.kinds for head in heads]
    last = len(heads)
    while last and heads[last - 1].kinds == {"time"} and not _has_hour(looks, heads[last - 1]):
        last -= 1
    return heads[:last] if last > len(heads) - last and all(named[:last]) else heads


def _has_hour(looks: list[Look], head: Head) -> bool:
    return any(looks[index].has_ago or looks[index].has_clock for index in range(head.start, head.end))


def _marked_thread(lines: Lines, features: Features, markup: list[str], opening: int) -> Thread:
    """The lines whose markup says comment, cut into posts at the heads found among them."""
    looks = features.looks
    marked = [index for index, role in enumerate(markup) if role == "comment" and index > opening]
    roles = {index: body_role(looks[index]) for index in marked}
    texts = [index for index in marked if roles[index] == "comment" and is_text(looks[index], lines.texts[index])]
    if not texts:
        return Thread(0, 0, (), dict.fromkeys(marked, "navigation"))
    if (footed := find_marked_feet(lines, features, marked)).posts:
        roles |= {index: role for index, role in footed.roles.items() if markup[index] == "comment"}
        return replace(footed, roles=roles)
    prose = features.column("prose")
    heads = [
        head
        for head in find_heads(lines, looks, prose, marked[0] - 1)
        if markup[head.start] == "comment" and markup[head.end - 1] == "comment"
    ]
    if not heads:
        return Thread(marked[0], marked[-1] + 1, (Post(texts[0], texts[0], marked[-1] + 1),), roles)
    roles |= {index: "navigation" for index in marked if index < heads[0].start}
    thread = _headed_thread(lines, looks, heads, [])
    roles |= {index: role for index, role in thread.roles.items() if role and markup[index] == "comment"}
    return Thread(heads[0].start, thread.end, thread.posts, roles)


def _without_furniture(heads: list[Head], markup: list[str]) -> list[Head]:
    """The heads that do not stand in a menu, a side column or a footer."""
    return [head for head in heads if markup[head.start] not in FRAME and markup[head.end - 1] not in FRAME]


def _are_teasers(lines: Lines, heads: list[Head]) -> bool:
    """Whether most blocks hold a heading that is a link: then they are a list of articles, not posts."""
    tags = lines.tags
    if tags is None:
        return False
    linked = 0
    for number, head in enumerate(heads):
        limit = heads[number + 1].start if number + 1 < len(heads) else min(len(lines), head.end + 8)
        # Boards set the name on a user's card as a heading that links to the user.
        first = head.end if head.card else head.start
        linked += any(tags[index].heading and tags[index].link > 0.5 for index in range(first, limit))
    return 2 * linked >= len(heads)


def _headed_thread(lines: Lines, looks: list[Look], heads: list[Head], markup: list[str]) -> Thread:
    """Cut the lines from the first head on into posts, and give each line its role.

    Lines whose markup says menu, side column or footer keep the role it gives.
    """
    leading = heads[0].kinds & (OPENERS | {"card", "rank"})
    leaders = [head for head in heads if head.kinds & leading]
    posts: list[Post] = []
    roles: dict[int, str] = {}
    for number, head in enumerate(leaders):
        last = number + 1 == len(leaders)
        limit = len(looks) if last else leaders[number + 1].start
        stop = next(
            (
                index
                for index in range(head.end, limit)
                if looks[index].kind in TAIL
                or (last and ((markup and markup[index] in FRAME) or _is_over(lines, looks, index, head.end)))
            ),
            limit,
        )
        stop = _end_of_text(looks, head.end, stop) if last else stop
        posts.append(Post(head.start, head.end, stop))
        names = [index for index in range(head.start, head.end) if looks[index].kind in {"name", "plain"}]
        for index in range(head.start, head.end):
            roles[index] = head_role(looks[index], card=head.card, first=index in {head.start, *names[:1]})
        for index in range(head.end, stop):
            roles[index] = markup[index] if markup and markup[index] in FRAME else body_role(looks[index])
    return Thread(heads[0].start, posts[-1].end, tuple(posts), roles)


def _end_of_text(looks: list[Look], body: int, stop: int) -> int:
    """The end of the last post: text below its buttons belongs to the page."""
    text = buttons = False
    for index in range(body, stop):
        kind = looks[index].kind
        if kind == "controls":
            buttons = buttons or text
        elif kind in {"plain", "name"}:
            if buttons:
                return index
            text = True
    return stop


def _is_over(lines: Lines, looks: list[Look], index: int, body: int) -> bool:
    """Whether the last post is over: page furniture after at least one line of it."""
    kind = looks[index].kind
    if index == body:
        return False
    if kind == "number":
        return lines.blanks[index] > 1
    return kind in {"navigation", "share", "comments", "advertisement", "card"}
