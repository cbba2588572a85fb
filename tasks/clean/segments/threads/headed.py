"""Posts cut at their heads: from each head that opens one to the next."""

from __future__ import annotations

from collections import Counter

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.heads import CARD, NAMED, OPENERS, Head
from tasks.clean.segments.threads.posts import FRAME, TAIL, Post, Thread, body_role, head_role
from tasks.clean.segments.threads.signatures import find_below_post

FAR = 20
"""Lines behind a form for a comment that belong to no post."""

FEWEST_BUTTONS, MOST_WITH_BUTTON, LONGEST_BUTTON = 3, 0.75, 4
"""Posts that have a line in common that is a button, their share of all posts, and its words at most."""

RIGHTS, FEWEST_SAID = frozenset({"about", "legal"}), 8
"""Kinds of lines of a page's foot that a sentence in a post may be taken for, and the words of such a sentence."""

RARE = 4
"""One head of so many is rare: the date of the entry itself above the posts, a time that a post speaks of."""


def cut_at_heads(lines: Lines, looks: list[Look], heads: list[Head], markup: list[str]) -> Thread:
    """Cut the lines from the first head on into posts, and give each line its role.

    Lines whose markup says menu, side column or footer keep the role it gives.
    """
    leaders = _find_leaders(looks, heads)
    posts: list[Post] = []
    roles: dict[int, str] = {}
    for number, head in enumerate(leaders):
        last = number + 1 == len(leaders)
        limit = len(looks) if last else leaders[number + 1].start
        framed = [bool(markup) and markup[index] in FRAME for index in range(head.end, limit)]
        said = framed.index(False) if False in framed else 0
        stop = next(
            (
                index
                for at, index in enumerate(range(head.end, limit))
                if _ends_post(looks[index], last=last)
                or (last and ((framed[at] and at > said) or _is_over(lines, looks, index, head.end)))
            ),
            limit,
        )
        stop = _end_of_text(looks, head.end, stop) if last else stop
        posts.append(Post(head.start, head.end, stop))
        over = len(posts) > 1 and not last and stop < limit - FAR and looks[stop].kind == "comment_form"
        names = [index for index in range(head.start, head.end) if looks[index].kind in {"name", "plain"}]
        for index in range(head.start, head.end):
            roles[index] = head_role(looks[index], card=head.card, first=index in {head.start, *names[:1]})
        if (day := _day_of_post(lines, looks, head)) >= 0:
            roles[day] = "comment_meta"
        for index in range(head.end, stop):
            roles[index] = markup[index] if markup and markup[index] in FRAME else body_role(looks[index])
        for index in find_below_post(lines, looks, head.end, stop):
            roles[index] = "user_card" if roles[index] == "comment" else roles[index]
        if over:
            break
    for index in _find_buttons(lines, looks, posts, roles):
        roles[index] = "navigation"
    return Thread(leaders[0].start, posts[-1].end, tuple(posts), roles)


def _day_of_post(lines: Lines, looks: list[Look], head: Head) -> int:
    """The line with the day of a post below its user's card, or -1: days in cards are those of joining.

    "Joined", "Mar 3, 2012", "Messages", "1,204", "Mar 2, 2019", "#2". That of the post has an attribute with the time,
    or the number of the post below it, or the card says the day of joining itself.
    """
    if not head.card:
        return -1
    days = [at for at in range(head.start, head.end) if looks[at].kind == "time" or is_dated_card(looks[at])]
    last = days[-1] if days else -1
    if last < 0 or looks[last].kind != "time" or (looks[last - 1].kind == "card" and looks[last - 1].cues):
        return -1
    is_numbered = last + 1 < head.end and looks[last + 1].kind == "numbered"
    if is_numbered or last in (lines.moments or {}):
        return last
    is_joined = is_dated_card(looks[days[0]]) or looks[days[0] - 1].kind == "card"
    return last if len(days) > 1 and is_joined else -1


def is_dated_card(look: Look) -> bool:
    """Whether a line is a label of a card with its day: "Joined: Mar 3, 2012"."""
    return look.kind == "card" and look.has_date


def _find_buttons(lines: Lines, looks: list[Look], posts: list[Post], roles: dict[int, str]) -> list[int]:
    """The short lines of what posts say that nearly all of them have: buttons in words that no list knows."""
    short = [
        {
            lines.texts[index]: index
            for index in range(post.body, post.end)
            if roles.get(index) == "comment" and looks[index].words <= LONGEST_BUTTON and looks[index].kind != "byline"
        }
        for post in posts
    ]
    counts = Counter(text for found in short for text in found)
    fewest = max(FEWEST_BUTTONS, MOST_WITH_BUTTON * len(posts))
    return [index for found in short for text, index in found.items() if counts[text] >= fewest]


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


def _find_leaders(looks: list[Look], heads: list[Head]) -> list[Head]:
    """The heads that open posts: those like the first one, or like most where hardly any is like the first.

    Where each has its subject above, one with a name and a time is like one with a name alone.
    """
    openers = OPENERS | CARD
    titled = _is_titled(looks, heads[0])
    alike = [head for head in heads if head.kinds & heads[0].kinds & openers or (titled and _is_titled(looks, head))]
    ((kinds, count),) = Counter(head.kinds & openers for head in heads).most_common(1)
    if RARE * len(alike) > len(heads) or RARE * count < (RARE - 1) * len(heads):
        return alike
    first = next(number for number, head in enumerate(heads) if head.kinds & kinds)
    return [head for head in heads[first:] if head.kinds & (kinds | OPENERS)]


def _is_titled(looks: list[Look], head: Head) -> bool:
    """Whether a head with a name stands right below the subject of its post."""
    return bool(head.kinds & NAMED) and head.start > 0 and looks[head.start - 1].kind == "subject"


def _ends_post(look: Look, *, last: bool) -> bool:
    """Whether a line cannot be part of a post.

    A sentence that speaks of rights or cookies can, where another post follows.
    """
    is_said = not last and look.kind in RIGHTS and look.ends_sentence and look.words >= FEWEST_SAID
    return look.kind in TAIL and not is_said
