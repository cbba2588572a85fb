"""Posts whose author's name a renderer glued to the end of the text: "We should sign him. MikeyG"."""

from __future__ import annotations

import re
from itertools import accumulate

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.threads.heads import is_text
from tasks.clean.segments.threads.posts import NO_THREAD, Cuts, Post, Thread

FEWEST, FEWEST_PEOPLE = 4, 2
"""Posts in a row that make a thread, and the people who wrote them: one of them more than once."""

BELOW = 2
"""Lines from the last post to the form for the next one, and from one name to the next."""

FEWEST_ABOVE = 40.0
"""Words of prose above the posts."""

_GLUED = re.compile(r".{12,}[.!?…]\s(?P<name>[^\W\d_][\w'’-]*(?:\s[\w'’-]+){0,3})", re.DOTALL)

LONGEST = 6_000
"""Characters of a post: longer paragraphs are none, and their end is not looked at."""


def find_glued_thread(lines: Lines, features: Features) -> Thread:
    """The posts below a text and right above a form, each of a line or two with a name behind what they say."""
    looks = features.looks
    forms = [at for at, look in enumerate(looks) if look.kind == "comment_form"]
    if not forms:
        return NO_THREAD
    worth = accumulate(count if flag else 0 for count, flag in zip(features.word_counts, features.prose, strict=True))
    begun = next((at for at, total in enumerate(worth) if total >= FEWEST_ABOVE), len(looks))
    forms = [at for at in forms if at > begun]
    for form, above in zip(forms, [begun, *forms], strict=False):
        feet = _find_feet(lines, form, above)
        names = [_name_of(lines, at) or "" for at in feet]
        if len(names) < FEWEST or not FEWEST_PEOPLE <= len(set(names)) < len(names):
            continue
        places = range(feet[0], feet[-1] + 1)
        if not all(is_text(looks[at], lines.texts[at]) for at in places):
            continue
        posts: list[Post] = []
        cuts: dict[int, Cuts] = {}
        start = places.start
        for foot, name in zip(feet, names, strict=True):
            length = len(lines.texts[foot])
            cuts[foot] = ((length - len(name) - 1, length, "comment_meta"),)
            posts.append(Post(start, start, foot + 1, name))
            start = foot + 1
        return Thread(places.start, start, tuple(posts), dict.fromkeys(places, "comment"), cuts, is_certain=True)
    return NO_THREAD


def _find_feet(lines: Lines, form: int, above: int) -> list[int]:
    """The lines above a form that end with a name, in order, with one other line between two of them at most.

    Lines up to number `above` are none.
    """
    feet: list[int] = []
    for at in range(form - 1, above, -1):
        if at < (feet[-1] if feet else form) - BELOW:
            break
        if _name_of(lines, at):
            feet.append(at)
    return feet[::-1]


def _name_of(lines: Lines, index: int) -> str | None:
    """The name behind the last sentence of a line, or None."""
    text = lines.texts[index]
    match = _GLUED.fullmatch(text) if len(text) <= LONGEST else None
    return match["name"] if match else None
