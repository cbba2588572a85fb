"""Letters of readers: posts that end with a name and a place, as newspapers print them: "Ada Lovell, Whitby"."""

from __future__ import annotations

import re
from itertools import pairwise

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.heads import is_text
from tasks.clean.segments.threads.posts import NO_THREAD, TAIL, Post, Thread, body_role

FEWEST, FEWEST_ANNOUNCED = 4, 2
"""Letters that make a thread, and below a heading of comments or above one that asks for more."""

LONGEST_LETTER = 24
"""Lines of one letter."""

LONGEST_SIGNATURE, LONGEST_PART = 70, 4
"""Characters of a signature, words of one part of it."""

NEAR = 6
"""Lines from the heading of comments to the first letter."""

BELOW = 2
"""Lines from the last letter to the heading that asks for another one."""

FEWEST_ABOVE, LOOKED_BEHIND = 40.0, 4
"""Words of prose above the letters, lines behind the last one without any."""

_SIGNING = frozenset({"name", "plain"})
_COMMA = re.compile(r"[,،、，]")


def find_signed_thread(lines: Lines, features: Features, opening: int, *, named: bool = False) -> Thread:
    """The letters after line number `opening`, each up to its signature; none where they are few or far between.

    Where no heading of comments stands above the first one, and they are not `named` comments by the markup, it is the
    paragraph above its signature.
    """
    looks = features.looks
    prose = features.prose
    feet = [
        index
        for index in range(opening + 1, len(looks))
        if prose[index - 1] and not prose[index] and _is_signature(lines.texts[index], looks[index])
    ]
    if len(feet) < FEWEST_ANNOUNCED or len(feet := _longest_run(feet)) < FEWEST_ANNOUNCED:
        return NO_THREAD
    above = range(feet[0] - 1, max(opening, feet[0] - LONGEST_LETTER), -1)
    first = next((index + 1 for index in above if not is_text(looks[index], lines.texts[index])), feet[0] - 1)
    headings = range(max(opening, first - NEAR), first)
    announced = named or any(looks[index].kind == "comments" for index in headings)
    start = first if announced else feet[0] - 1
    below = looks[feet[-1] + 1 : feet[-1] + 1 + BELOW]
    invited = any(look.kind in {"comments", "comment_form"} for look in below)
    fewest = FEWEST_ANNOUNCED if invited else FEWEST
    if not announced and (len(feet) < fewest or not _follow_text(lines, features, feet, start)):
        return NO_THREAD
    roles = {index: body_role(looks[index]) for index in range(start, feet[-1] + 1)}
    roles |= dict.fromkeys(feet, "comment_meta")
    posts: list[Post] = []
    for foot in feet:
        posts.append(Post(start, start, foot + 1, _COMMA.split(lines.texts[foot])[0].strip(" -–—")))
        start = foot + 1
    return Thread(posts[0].start, start, tuple(posts), roles, is_certain=invited and len(feet) >= FEWEST)


def _follow_text(lines: Lines, features: Features, feet: list[int], start: int) -> bool:
    """Whether letters stand below a text, with little else between them and none behind: else they are headings."""
    looks = features.looks
    prose = features.prose
    words = features.word_counts
    above = sum(words[index] for index in range(start) if prose[index])
    names = sum(looks[index].kind == "name" for index in range(feet[0], feet[-1])) - len(feet)
    behind = range(feet[-1] + 1, min(len(looks), feet[-1] + 1 + LOOKED_BEHIND))
    over = next(
        (index for index in behind if looks[index].kind in TAIL or looks[index].kind == "comments"), behind.stop
    )
    people = {lines.texts[foot] for foot in feet}
    return (
        above >= FEWEST_ABOVE
        and 2 * names <= len(feet)
        and 2 * len(people) > len(feet)
        and not any(prose[index] for index in range(behind.start, over))
    )


def _is_signature(text: str, look: Look) -> bool:
    """Whether a line below a paragraph is a name and a place."""
    if look.kind not in _SIGNING or look.ends_sentence:
        return False
    if len(text) > LONGEST_SIGNATURE or look.has_date or look.has_clock or any(map(str.isdigit, text)):
        return False
    name, *places = [part.strip(" -–—") for part in _COMMA.split(text)]
    return (
        bool(name)
        and 1 <= len(places) <= LONGEST_PART
        and bool(places[0])  # "Yours truly," ends a letter that is quoted
        and all(
            len(part.split()) <= LONGEST_PART and not part.endswith((":", ";", "?", "!")) for part in (name, *places)
        )
    )


def _longest_run(feet: list[int]) -> list[int]:
    """The longest run of signatures that have no more than one letter between them."""
    runs: list[list[int]] = [feet[:1]]
    for before, foot in pairwise(feet):
        if foot - before > LONGEST_LETTER:
            runs.append([])
        runs[-1].append(foot)
    return max(runs, key=len)
