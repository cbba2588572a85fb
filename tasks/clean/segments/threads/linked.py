"""Posts led by a name and the address of its owner's page, which a renderer kept: "* https://ada.example Ada".

So comment programs write the list that search machines see: no times, no buttons, names and texts alone.
"""

from __future__ import annotations

import re

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.heads import is_text
from tasks.clean.segments.threads.posts import NO_THREAD, Post, Thread, body_role

FEWEST, FEWEST_LINKED = 3, 2
"""Heads that make a thread, and those among them with an address."""

LONGEST_NAME = 5
"""Words of a name beside its address."""

LONGEST_POST = 60
"""Lines of one post."""

ENDS = frozenset({"related", "comment_form", "legal", "about", "advertisement"})
"""Kinds of lines that end the last post."""

_LINKED = re.compile(r"(?P<bullet>[*•·+-]\s)?https?://\S+\s+(?P<name>\S.{0,60})")
# A note on an address, or code around it: "https://ada.example/ (no leaks)", "https://ada.example/tool || tool".
_NO_NAME = re.compile(r"^[^\w@]|[|()\[\]{}<>=;]")
_BULLET = re.compile(r"[*•·+-]\s(?=\S)")


def find_linked_thread(lines: Lines, features: Features, opening: int, end: int | None = None) -> Thread:
    """The posts after line number `opening`, before `end`, below names with an address; none where such lines are few.

    Names without an address are heads too: of items of the same list where the addresses stand in items, else where
    they stand right above a text.
    """
    if "/" not in lines.text or "://" not in lines.text:
        return NO_THREAD
    looks = features.looks[:end]
    linked = {
        index: match
        for index in range(opening + 1, len(looks))
        if "://" in lines.texts[index]
        and (match := _LINKED.fullmatch(lines.texts[index]))
        and _is_name(looks[index], match["name"])
    }
    if not linked:
        return NO_THREAD
    bulleted = [match["bullet"] is not None for match in linked.values()]
    if any(bulleted) != all(bulleted):
        return NO_THREAD
    heads = _find_heads(lines, looks, opening, set(linked), bulleted=bulleted[0])
    if len(heads) < FEWEST or len(linked) < (1 if bulleted[0] else FEWEST_LINKED):
        return NO_THREAD
    posts: list[Post] = []
    roles: dict[int, str] = {}
    for head, after in zip(heads, [*heads[1:], len(looks)], strict=True):
        stop = next((at for at in range(head + 1, after) if looks[at].kind in ENDS), after)
        match = linked.get(head)
        name = match["name"] if match else _BULLET.sub("", lines.texts[head])
        posts.append(Post(head, head + 1, stop, name.strip()))
        roles |= {index: body_role(looks[index]) for index in range(head + 1, stop)}
        roles[head] = "comment_meta"
        if stop < after < len(looks):
            roles |= dict.fromkeys(range(stop, after), "navigation")
    return Thread(heads[0], posts[-1].end, tuple(posts), roles)


def _find_heads(lines: Lines, looks: list[Look], opening: int, linked: set[int], *, bulleted: bool) -> list[int]:
    """The names, with an address or without, that have a text below them; no further apart than a long post."""
    heads: list[int] = []
    last = max(linked)
    for index in range(opening + 1, len(looks) - 1):
        if looks[index].kind in ENDS and index > last:
            break
        has_bullet = _BULLET.match(lines.texts[index]) is not None
        is_head = index in linked or (
            looks[index].kind == "name" and has_bullet == bulleted and bool(heads or bulleted)
        )
        if not (is_head and is_text(looks[index + 1], lines.texts[index + 1])) or index + 1 in linked:
            continue
        if heads and index - heads[-1] > LONGEST_POST:
            if any(head in linked for head in heads):
                break
            heads = []
        heads.append(index)
    return heads


def _is_name(look: Look, name: str) -> bool:
    return len(name.split()) <= LONGEST_NAME and not look.ends_sentence and _NO_NAME.search(name) is None
