"""Threads whose posts are signed at their foot: who wrote a post, or when, stands below what it says.

So do boxes of answers, many comment widgets and older blog programs. A time between two posts looks alike at a head and
at a foot; what tells them apart are the ends: text stands before the first foot, and none behind the last one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import SHORT, Look
from tasks.clean.segments.threads.foot_posts import (
    FEWEST_CERTAIN,
    end_of_card,
    is_timed,
    read_thread,
    start_of_foot,
)
from tasks.clean.segments.threads.glued import find_glued_thread
from tasks.clean.segments.threads.heads import is_text
from tasks.clean.segments.threads.nesting import are_held_with_text
from tasks.clean.segments.threads.posts import FRAME, NO_THREAD, TAIL, Thread
from tasks.clean.segments.threads.remarks import find_signature
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words

LOOKED_BEHIND = 4
"""Lines behind the last foot in which no text stands: a page goes on with buttons, links and its own headings."""

FEWEST_WORDS = 3
"""Words before the first foot, at least: fewer are a button."""

LONGEST_HEADING = 8
"""Words of a heading of comments."""

FEWEST_ABOVE = 12.0
"""Words of prose above the heading: there is something that is commented on."""

MUCH_LONGER, LONG_POST = 4.0, 60.0
"""How much longer the first post may be than the longest other one, and what any may be, in words."""

FEWEST_ASKED = 3
"""How often a line asks for a comment that is a button of each post."""

NEAR = 8
"""Lines to the next foot of a thread that goes on."""

MOST_BETWEEN = 14
"""Lines that are no prose between two feet, unless there is as much prose: more are a form, or a side column."""

OPENING = frozenset({"says", "name", "numbered", "card", "rank"})
"""Kinds of lines above a time that make it part of a head."""

MOST_TRIED = 8
"""Headings below which posts are looked for: the time stays linear on a page of nothing but headings."""


def find_feet(lines: Lines, features: Features, markup: list[str]) -> Thread:
    """The posts below a heading of comments or answers that are signed at their foot; none where heads lead them.

    Where there is no such heading, those above a form that end with their author's name.

    `markup` is the role that the markup gives each line, "" where it gives none.
    """
    looks = features.looks
    if features.kinds.isdisjoint({"comments", "comment_form"}):
        return NO_THREAD
    headings = [index for index, look in enumerate(looks) if look.kind == "comments" and look.words <= LONGEST_HEADING]
    if not headings:
        return find_glued_thread(lines, features)
    worth = [words if flag else 0.0 for words, flag in zip(features.word_counts, features.prose, strict=True)]
    # Of a link to the comments and their heading, which say the same, the last is the heading.
    last = {lines.texts[index]: index for index in headings}
    above, tried = 0.0, 0
    for at, heading in enumerate(headings):
        above += sum(worth[headings[at - 1] if at else 0 : heading])
        following = headings[at + 1] if at + 1 < len(headings) else len(looks)
        is_link = last[lines.texts[heading]] > heading
        if is_link or above < FEWEST_ABOVE or not any(map(is_timed, looks[heading + 1 : following])):
            continue
        tried += 1
        stop = _find_stop(lines, looks, heading + 1)
        places = [index for index in range(heading + 1, stop) if not markup or markup[index] not in FRAME]
        feet = _without_lists(_find_alike(lines, looks, places), worth)
        is_near = len(feet) > 0 and feet[0] < following and _are_posts(lines, looks, worth, feet, heading)
        if is_near and _are_feet(lines, looks, feet, heading + 1, stop):
            thread = read_thread(lines, looks, feet, heading, stop)
            framed = {index: role for index, role in enumerate(markup) if role in FRAME and index in thread.roles}
            return replace(thread, roles=thread.roles | framed)
        if tried == MOST_TRIED:
            break
    return find_glued_thread(lines, features)


def _are_posts(lines: Lines, looks: list[Look], worth: list[float], feet: list[int], heading: int) -> bool:
    """Whether what the feet part could be posts: not an article that its date follows, below a link to its comments."""
    sizes = [sum(worth[left + 1 : right]) for left, right in pairwise([heading, *feet])]
    if len(feet) == 1:
        return "1" in re.findall(r"\d+", lines.texts[heading])
    if _is_list(worth, heading, feet[0]):
        return False
    between = sum(looks[index].kind == "comments" for index in range(feet[0], feet[-1] + 1))
    if 2 * between >= len(feet):
        return False  # each has its own number of comments: they are teasers
    return sizes[0] <= MUCH_LONGER * max(sizes[1:]) + LONG_POST


def _is_list(worth: list[float], left: int, right: int) -> bool:
    """Whether a list or a form stands between two lines, and no post."""
    empty = sum(value == 0 for value in worth[left + 1 : right])
    return empty > MOST_BETWEEN and 2 * empty > right - left


def _without_lists(feet: list[int], worth: list[float]) -> list[int]:
    """The feet without the last ones above which stands no post."""
    last = len(feet)
    while last > 1 and _is_list(worth, feet[last - 2], feet[last - 1]):
        last -= 1
    return feet[:last]


def find_marked_feet(lines: Lines, features: Features, marked: list[int]) -> Thread:
    """The same among the lines that the markup calls comments, `marked` in order."""
    looks = features.looks
    feet = _find_alike(lines, looks, marked)
    stop = min(marked[-1] + 1, _find_stop(lines, looks, marked[0]))
    feet = [foot for foot in feet if foot < stop]
    if len(feet) < 2 or not _are_feet(lines, looks, feet, marked[0], stop):
        return NO_THREAD
    return read_thread(lines, looks, feet, marked[0] - 1, stop)


def _find_stop(lines: Lines, looks: list[Look], start: int) -> int:
    """Where the thread ends: at a heading of other things, or at the form, unless it stands before the first post.

    A line that speaks of rights or cookies may be what a post says, where another foot is near, and so may one that
    begins like such a heading, where that foot is like the one above. A line that asks for a comment and stands below
    each post, the opening one too, is its button.
    """
    asked = Counter(text for text, look in zip(lines.texts, looks, strict=True) if look.kind == "comment_form")
    timed: Look | None = None
    for index in range(start, len(looks)):
        kind = looks[index].kind
        timed = looks[index] if is_timed(looks[index]) else timed
        is_button = asked[lines.texts[index]] >= FEWEST_ASKED
        after = next(filter(is_timed, looks[index + 1 : index + NEAR]), None) if kind == "related" else None
        if timed and after and _are_alike(timed, after):
            continue
        if kind == "related" or (kind == "comment_form" and timed and not is_button):
            return index
        if kind in TAIL and kind != "comment_form" and not any(map(is_timed, looks[index + 1 : index + NEAR])):
            return index
    return len(looks)


def _find_alike(lines: Lines, looks: list[Look], places: list[int]) -> list[int]:
    """The lines with a time, those that are alike as most are: with an hour, a day alone, or how long ago it was.

    Of several without text between them, when the post was edited and when written say, the last one counts.
    """
    timed = [index for index in places if is_timed(looks[index]) and not find_signature(lines.texts[index])]
    numbered = [index for index in timed if looks[index].heads & BIT["comments"]]
    if len(numbered) >= FEWEST_CERTAIN and 2 * len(numbered) > len(timed):
        timed = numbered  # "Comment #3 - Posted by Ada": who posted the entry itself is no comment's foot
    parts = [_time_parts(looks[index]) for index in timed]
    most = max(parts, key=Counter(parts).__getitem__, default="")
    alike = [index for index, part in zip(timed, parts, strict=True) if part == most]
    return [
        index
        for index, after in pairwise([*alike, len(looks)])
        if after == len(looks) or _holds_text(lines, looks, index + 1, after)
    ]


def _are_alike(look: Look, other: Look) -> bool:
    """Whether two lines with a time are feet of the same form, each with "posted by" and the hour."""
    return (
        look.kind == other.kind
        and bool(look.opens & other.opens & BIT["byline"])
        and _time_parts(look) == _time_parts(other) == "hour"
    )


def _time_parts(look: Look) -> str:
    if look.has_ago:
        return "ago"
    return "hour" if look.has_clock else "day"


def _are_feet(lines: Lines, looks: list[Look], feet: list[int], start: int, stop: int) -> bool:
    """Whether every line with a time closes a post, and none opens one."""
    before = range(start, start_of_foot(lines, looks, feet[0], start))
    if sum(looks[index].words for index in before if is_text(looks[index], lines.texts[index])) < FEWEST_WORDS:
        return False
    if are_held_with_text(lines, feet):
        return True
    # A name, "Ada said:" or a user's card right above a time is the head of what follows.
    if 2 * sum(_is_led(lines, looks, foot) for foot in feet) > len(feet):
        return False
    # Blank lines, where the text has them between all posts, say what a line belongs to; those of HTML are paragraphs'.
    above = sum(lines.blanks[start_of_foot(lines, looks, foot, before)] > 0 for before, foot in pairwise(feet))
    below = sum(lines.blanks[_behind_marks(looks, foot)] > 0 for foot in feet[:-1])
    between = len(feet) - 1
    if lines.tags is None and between and max(above, below) == between and 2 * min(above, below) <= between:
        return below == between
    end = end_of_card(lines, looks, feet[-1], stop)
    rest = range(end, min(stop, end + LOOKED_BEHIND))
    said = [index for index in rest if looks[index].kind == "plain" and not find_signature(lines.texts[index])]
    # Right above the form stand the terms on which comments are taken.
    is_invited = stop < len(looks) and looks[stop].kind == "comment_form"
    return not said or (is_invited and said == [stop - 1] and speaks_of_comments(lines.texts[stop - 1]))


def _behind_marks(looks: list[Look], foot: int) -> int:
    """The first line behind a foot, and behind the marks of which a renderer made lines: "[", "#", "]"."""
    return next((at for at in range(foot + 1, len(looks)) if looks[at].kind != "separator"), foot)


def speaks_of_comments(text: str) -> bool:
    """Whether the head of a line has a word for comments."""
    phrases = load_vocabulary().phrases
    return any(phrases.get(word, 0) & BIT["comments"] for word in phrase_words(text[:SHORT]))


def _is_led(lines: Lines, looks: list[Look], foot: int) -> bool:
    """Whether a head's first part stands above a line with a time, beyond marks that stand alone.

    "Posted by", with the name below it, is part of the foot, and so is a name behind a dash.
    """
    if start_of_foot(lines, looks, foot, 0) < foot:
        return False
    above = foot - 1
    while above > 0 and looks[above].kind == "separator":
        above -= 1
    return looks[above].kind in OPENING


def _holds_text(lines: Lines, looks: list[Look], start: int, end: int) -> bool:
    return any(is_text(looks[index], lines.texts[index]) for index in range(start, end))
