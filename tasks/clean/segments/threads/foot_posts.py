"""Posts that are signed at their foot, cut out of a thread: their text, their author, what readers remark on them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.clean.segments.dates import read_time
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.authors import read_name
from tasks.clean.segments.threads.heads import is_text
from tasks.clean.segments.threads.nesting import are_held_with_text
from tasks.clean.segments.threads.posts import Post, Thread, body_role
from tasks.clean.segments.threads.remarks import cut_signature, find_signature, read_remark
from tasks.clean.segments.vocabulary import BIT

TIMED = frozenset({"time", "stamp", "byline", "date"})
"""Kinds of lines that can be a foot."""

CARD_LINES = 6
"""Lines below a foot, at most, with the user's name and what is counted of the user: points, badges."""

LONGEST_COUNTS, LEAST_COUNTED = 14, 0.4
"""Words of such a line, and the share of them that have digits."""

FEWEST_CERTAIN = 3
"""Feet that say "Comment #3" themselves, of a thread that is nothing else."""

LONGEST_ITEM = 7
"""Words of an item that is a number and a name: "3. Ada of the hill"."""

LONGEST_DASHED = 6
"""Words of a dash and a name."""

_DASHED = re.compile(r"[–—-]\s(\S.{0,40})")
_ITEM = re.compile(r"\d{1,4}[.)]\s")


@dataclass(frozen=True, slots=True)
class _Habit:
    """Where a page puts the name: above what the post says, below its time or right above; else in that line."""

    leads: bool
    follows: bool
    signs: bool = False


def is_timed(look: Look) -> bool:
    """Whether a line holds a time and little else."""
    return look.kind in TIMED and (look.has_ago or look.has_clock or look.has_date)


def names_poster(looks: list[Look], index: int) -> bool:
    """Whether a line is a name below "Posted by" alone."""
    above = index - 1
    return looks[index].kind == "name" and above >= 0 and looks[above].kind == "byline" and bool(looks[above].cues)


def start_of_foot(lines: Lines, looks: list[Look], foot: int, first: int) -> int:
    """The first line of a foot of which a renderer made lines: "Posted by", the name, a bar, the time.

    Or the name, the name once more behind a dash, and the time in one or two forms.
    """
    above = foot - 1
    while above > first and looks[above].kind in {"separator", "time"} and not _DASHED.match(lines.texts[above]):
        above -= 1
    if above > first and looks[above].words <= LONGEST_DASHED and (match := _DASHED.match(lines.texts[above])):
        return above - (above - 1 > first and lines.texts[above - 1] == match[1])
    return above - 1 if above - 1 > first and names_poster(looks, above) else foot


def end_of_card(lines: Lines, looks: list[Look], foot: int, stop: int) -> int:
    """The first line behind a foot, the name below it and what is counted of the user: "3 gold badges"."""
    index = foot + 1
    while index < min(stop, foot + 1 + CARD_LINES) and (
        looks[index].kind in {"card", "rank", "number"}
        or (looks[index].kind == "name" and (index == foot + 1 or looks[index].counts))
        or (looks[index].kind == "plain" and _counts(lines.texts[index]))
    ):
        index += 1
    return index


def _counts(text: str) -> bool:
    """Whether a line counts what a user has: "1,204 3 3 gold badges 12 12 silver badges", also without spaces."""
    words = text.split()
    numbers = sum(any(map(str.isdigit, word)) for word in words)
    return text[0].isdigit() and len(words) <= LONGEST_COUNTS and LEAST_COUNTED * len(words) <= numbers


def _leads(lines: Lines, looks: list[Look], index: int) -> bool:
    """Whether a line is the name above what a post says: alone, with "said", or as an item with its number."""
    look = looks[index]
    is_item = _ITEM.match(lines.texts[index]) is not None and look.words <= LONGEST_ITEM and not look.ends_sentence
    return look.kind in {"name", "says"} or (is_item and look.kind == "plain")


def _find_habit(lines: Lines, looks: list[Look], feet: list[int], start: int, stop: int) -> _Habit:
    named = sum(
        bool(looks[foot].opens & BIT["byline"]) and read_name(lines.texts[foot])[0] is not None for foot in feet
    )
    if 2 * named > len(feet):
        return _Habit(leads=False, follows=False)
    said = [index for index in range(start + 1, feet[0]) if is_text(looks[index], lines.texts[index])]
    above = sum(looks[foot - 1].kind == "name" for foot in feet)
    if 2 * above > len(feet) and are_held_with_text(lines, feet):
        return _Habit(leads=False, follows=False, signs=True)
    leads = len(said) > 0 and said[0] == start + 1 and _leads(lines, looks, start)
    last = feet[-1] + 1
    return _Habit(leads, not leads and last < stop and looks[last].kind == "name")


def read_thread(lines: Lines, looks: list[Look], feet: list[int], heading: int, stop: int) -> Thread:
    """Cut the lines behind the heading into posts, each up to its foot with what follows of its user."""
    start = next(
        index for index in range(heading + 1, feet[0] + 1)
        if index == feet[0] or looks[index].kind == "says" or is_text(looks[index], lines.texts[index])
    )  # fmt: skip
    habit = _find_habit(lines, looks, feet, start, stop)
    roles: dict[int, str] = {}
    posts: list[Post] = []
    opener = _read_opening(lines, looks, heading, roles, posts) if habit.follows else None
    first = start
    for foot in feet:
        end = end_of_card(lines, looks, foot, stop) if habit.follows else foot + 1
        author = _read_author(lines, looks, foot, first, habit)
        body = first + 1 if habit.leads and _leads(lines, looks, first) else first
        for index in range(first, end):
            roles[index] = body_role(looks[index])
            if looks[index].kind == "related" or _is_mentioned(looks[index]):
                roles[index] = "comment"
        roles |= dict.fromkeys(range(first, body), "comment_meta")
        foot_start = start_of_foot(lines, looks, foot, first)
        if habit.signs and first < foot - 1 and looks[foot - 1].kind == "name":
            foot_start = min(foot_start, foot - 1)
        roles |= dict.fromkeys(range(foot_start, min(foot + 2, end)), "comment_meta")
        named = (at for at in range(foot_start, foot) if not looks[at].cues)
        author = author or next((name for at in named if (name := read_name(lines.texts[at])[0])), None)
        roles |= dict.fromkeys(range(foot + 2, end), "user_card")
        parent = len(posts)
        posts.append(Post(first, body, end, author, read_time(lines.texts[foot])))
        first = _read_remarks(lines, looks, range(end, stop), parent, roles, posts)
    cuts = {post.start: cut_signature(lines.texts[post.start]) for post in posts if post.is_signed}
    counted = sum(bool(looks[foot].heads & BIT["comments"]) for foot in feet)
    is_certain = FEWEST_CERTAIN <= counted == len(feet)
    return Thread(posts[0].start, first, tuple(posts), roles, cuts, opener, is_certain=is_certain)


def _is_mentioned(look: Look) -> bool:
    """Whether a line has a time that the post above its foot speaks of."""
    return look.kind == "stamp" and not look.opens & BIT["byline"]


def _read_author(lines: Lines, looks: list[Look], foot: int, first: int, habit: _Habit) -> str | None:
    if habit.leads and _leads(lines, looks, first):
        return read_name(lines.texts[first])[0]
    if habit.follows and foot + 1 < len(looks) and looks[foot + 1].kind == "name":
        return read_name(lines.texts[foot + 1])[0]
    return read_name(lines.texts[foot])[0]


def _read_remarks(
    lines: Lines, looks: list[Look], places: range, parent: int | None, roles: dict[int, str], posts: list[Post]
) -> int:
    """Add the remarks below a post, each a line with its signature; the first line behind them.

    A number beside a remark is how many readers liked it.
    """
    end = places.start
    for index in places:
        if find_signature(lines.texts[index]):
            posts.append(read_remark(lines.texts[index], index, parent))
            for at in range(end, index):
                roles[at] = "navigation"
            roles[index] = "comment"
            end = index + 1
        elif looks[index].kind != "number":
            break
    return end


def _read_opening(
    lines: Lines, looks: list[Look], heading: int, roles: dict[int, str], posts: list[Post]
) -> str | None:
    """Find the foot of the opening post above the heading, and the remarks below it; the name that the foot gives."""
    for foot in range(heading - 1, -1, -1):
        if find_signature(lines.texts[foot]):
            continue
        if looks[foot].kind == "plain" and not looks[foot].counts and not _counts(lines.texts[foot]):
            return None
        if is_timed(looks[foot]) and looks[foot + 1].kind == "name":
            end = end_of_card(lines, looks, foot, heading)
            roles |= {foot: "date"} | dict.fromkeys(range(foot + 1, end), "user_card")
            _read_remarks(lines, looks, range(end, heading), None, roles, posts)
            return read_name(lines.texts[foot + 1])[0]
    return None
