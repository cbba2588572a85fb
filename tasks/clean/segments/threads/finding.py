"""Threads: posts of several people, told by markup, by repeating heads, or by what divides them."""

from __future__ import annotations

from dataclasses import replace

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.authors import read_name
from tasks.clean.segments.threads.bare import add_unheaded, find_bare_thread, find_counted_thread
from tasks.clean.segments.threads.evidence import weigh_heads
from tasks.clean.segments.threads.feet import find_marked_feet, speaks_of_comments
from tasks.clean.segments.threads.headed import cut_at_heads
from tasks.clean.segments.threads.heads import NAMED, Head, find_heads, is_text, may_have_heads
from tasks.clean.segments.threads.linked import find_linked_thread
from tasks.clean.segments.threads.posts import NO_THREAD, Post, Thread, body_role
from tasks.clean.segments.threads.signed import find_signed_thread
from tasks.clean.segments.threads.stamps import with_stamps
from tasks.clean.segments.threads.strangers import (
    are_by_one,
    are_cut_short,
    are_entries,
    are_latest,
    are_rows,
    are_teasers,
    are_titles,
    count_strangers,
    without_first_strangers,
    without_furniture,
    without_last_strangers,
    without_those_behind,
)
from tasks.clean.segments.threads.told import count_told
from tasks.clean.segments.vocabulary import BIT

ENOUGH = 3.0
"""Evidence that makes a thread of heads: three bare times with names, or two with buttons below them."""

HEADER_GAP, FORM_GAP = 12, 3
"""Lines from a heading of comments, or a form for one, to the first head of a post."""

FEWEST_NUMBERED = 2
"""Posts with a number each that show where a thread is."""

ANNOUNCED = 2.0
"""What a heading ("12 comments") adds to that evidence."""


def find_thread(lines: Lines, features: Features, opening: int, markup: list[str]) -> Thread:
    """Find the posts after line number `opening`, where the main text has begun.

    Where the markup names comments, they are the thread. Else the heads of posts are looked for; where there are
    none, posts below a heading with their number, signed with name and place, or in a forum whose renderer lost the
    names.
    """
    looks = with_stamps(lines, features)
    marked = _marked_thread(lines, features, looks, markup, opening) if "comment" in markup else NO_THREAD
    if marked.posts:
        return marked
    found = _find_by_structure(lines, features, looks, markup, opening)
    return replace(found, roles=marked.roles | found.roles) if marked.roles else found


def _find_by_structure(lines: Lines, features: Features, looks: list[Look], markup: list[str], opening: int) -> Thread:
    heads = find_heads(lines, looks, features.prose, opening) if may_have_heads(features) else []
    if not heads:
        return _find_without_heads(lines, features, opening)
    header = _find_header(looks, heads, opening)
    if header < 0 and len(heads) == 1 and _is_before_form(lines, features, heads[0]):
        header = heads[0].start
    if header >= 0 and _are_above(lines, looks, heads, header):
        heads, header = [head for head in heads if head.end <= header], -1
    if header >= 0:
        below = [head for head in heads if head.start >= header]
        heads = without_those_behind(looks, without_first_strangers(below))
        header = header if heads[:1] == below[:1] else _find_header(looks, heads, header - 1)
        heads = heads[: count_told(lines, looks, heads, header) or len(heads)]
    else:
        heads = heads[count_strangers(looks, heads, opening) :]
    heads = without_last_strangers(looks, heads)
    enough = (len(heads) > 1 or header >= 0) and not (
        are_titles(lines, looks, heads)
        or are_entries(lines, heads)
        or are_cut_short(lines, heads)
        or are_by_one(lines, looks, heads)
        or are_rows(looks, heads)
        or ((header < 0 or _is_left(looks, heads, header)) and are_latest(lines, looks, heads))
    )
    if lines.tags is not None:
        heads = without_furniture(heads, looks, markup)
        enough = enough and len(heads) > 0 and not are_teasers(lines, looks, heads)
    told = enough and header >= 0 and 0 < len(heads) == count_told(lines, looks, heads, header)
    announced = ANNOUNCED if enough and header >= 0 and not _is_left(looks, heads, header) else 0.0
    if told or (enough and weigh_heads(lines, looks, heads) + announced >= ENOUGH):
        thread = cut_at_heads(lines, looks, heads, markup)
        return add_unheaded(lines, features, thread, header, opening) if announced else thread
    return _find_without_heads(lines, features, opening)


def _find_without_heads(lines: Lines, features: Features, opening: int) -> Thread:
    for find in (find_linked_thread, find_counted_thread, find_signed_thread, find_bare_thread):
        thread = find(lines, features, opening)
        if thread.posts:
            return thread
    return NO_THREAD


def force_thread(lines: Lines, features: Features, start: int) -> Thread:
    """Make a thread of all lines from number `start` on, cut into posts at the heads found there."""
    looks = features.looks
    prose = features.prose
    heads = find_heads(lines, looks, prose, start - 1)
    if not heads:
        roles = {index: body_role(looks[index]) for index in range(start, len(lines))}
        return Thread(start, len(lines), (Post(start, start, len(lines)),), roles)
    thread = cut_at_heads(lines, looks, heads, [])
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


def _are_above(lines: Lines, looks: list[Look], heads: list[Head], header: int) -> bool:
    """Whether a heading of comments stands below the posts: in a list of other threads, say, with their replies.

    Numbered posts stand above it, and more than the heads below, or the heading of another list between.
    """
    above = [head for head in heads if head.end <= header]
    numbered = [head for head in above if "numbered" in head.kinds]
    if len(numbered) < FEWEST_NUMBERED or any("numbered" in head.kinds for head in heads[len(above) :]):
        return False
    parted = any(look.kind == "related" for look in looks[numbered[-1].end : header])
    return (parted or 2 * len(above) > len(heads)) and weigh_heads(lines, looks, above) >= ENOUGH


def _is_left(looks: list[Look], heads: list[Head], header: int) -> bool:
    """Whether buttons for sharing the page part a heading of comments from heads, most without names: no posts."""
    named = sum(bool(head.kinds & NAMED) or "name" in head.kinds or head.card for head in heads)
    return 2 * named < len(heads) and any(looks[index].kind == "share" for index in range(header + 1, heads[0].start))


def _is_before_form(lines: Lines, features: Features, head: Head) -> bool:
    """Whether nothing but text stands between a head with a name and an hour and the form for the next comment.

    A row of buttons for answers, "Quote | Report this post", ends the text as well.
    """
    looks = features.looks
    first = looks[head.start]
    if not (first.opens & BIT["byline"] and first.has_clock and read_name(lines.texts[head.start])[0]):
        return False
    form = next((at for at in range(head.end, len(looks)) if _ends_post(looks[at], lines.texts[at])), -1)
    between = range(head.end, form)
    return any(features.prose[at] for at in between) and all(
        looks[at].kind in {"controls", "share"} or is_text(looks[at], lines.texts[at]) for at in between
    )


def _ends_post(look: Look, text: str) -> bool:
    return look.kind == "comment_form" or (look.kind == "controls" and "|" in text)


def _marked_thread(lines: Lines, features: Features, looks: list[Look], markup: list[str], opening: int) -> Thread:
    """The lines whose markup says comment, cut into posts at the heads found among them."""
    marked = [index for index, role in enumerate(markup) if role == "comment"]
    # Where all of them stand above the main run, there is no text but theirs, and the run is a side column.
    marked = [index for index in marked if index > opening] or marked
    roles = {index: body_role(looks[index]) for index in marked}
    texts = [index for index in marked if roles[index] == "comment" and is_text(looks[index], lines.texts[index])]
    if not texts:
        return Thread(0, 0, (), dict.fromkeys(marked, "navigation"))
    if (footed := find_marked_feet(lines, features, marked)).posts:
        roles |= {index: role for index, role in footed.roles.items() if markup[index] == "comment"}
        return replace(footed, roles=roles)
    prose = features.prose
    heads = [
        head
        for head in find_heads(lines, looks, prose, marked[0] - 1)
        if markup[head.start] == "comment" and markup[head.end - 1] == "comment"
    ]
    if not heads and _are_terms(lines, looks, texts):
        return Thread(0, 0, (), dict.fromkeys(marked, "navigation"))
    if not heads:
        signed = find_signed_thread(lines, features, marked[0] - 1, named=True)
        for found in (signed, find_linked_thread(lines, features, marked[0] - 1, marked[-1] + 1)):
            if found.posts and all(markup[index] == "comment" for index in found.roles):
                return replace(found, roles=roles | found.roles, is_certain=True)
        return Thread(marked[0], marked[-1] + 1, (Post(texts[0], texts[0], marked[-1] + 1),), roles)
    thread = cut_at_heads(lines, looks, heads, [])
    above = [index for index in texts if index < heads[0].start]
    if not any(prose[index] and not speaks_of_comments(lines.texts[index]) for index in above):
        roles |= {index: "navigation" for index in marked if index < heads[0].start}
        above = []
    roles |= {index: role for index, role in thread.roles.items() if role and markup[index] == "comment"}
    first = (Post(above[0], above[0], heads[0].start),) if above else ()
    return Thread(above[0] if above else heads[0].start, thread.end, (*first, *thread.posts), roles)


def _are_terms(lines: Lines, looks: list[Look], texts: list[int]) -> bool:
    """Whether lines are the terms on which comments are taken: they speak of comments.

    Most of them do below a form, all of them below a heading of comments.
    """
    spoken = sum(speaks_of_comments(lines.texts[index]) for index in texts)
    above = looks[texts[0] - 1].kind
    return (above == "comment_form" and 2 * spoken >= len(texts)) or (above == "comments" and spoken == len(texts))
