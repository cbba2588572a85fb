"""Threads of as many posts as their heading says, down to the form for the next one: nothing else is made so.

They are known wherever the main text lies, and where there is none: comments on a picture, on a film.
"""

from __future__ import annotations

import re

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import SHORT, Look
from tasks.clean.segments.phrases import says_count
from tasks.clean.segments.threads.headed import cut_at_heads
from tasks.clean.segments.threads.heads import NAMED, Head, find_heads
from tasks.clean.segments.threads.posts import NO_THREAD, Thread
from tasks.clean.segments.threads.stamps import with_stamps
from tasks.clean.segments.threads.strangers import are_by_one, are_entries, are_titles
from tasks.clean.segments.vocabulary import load_vocabulary

MOST_TRIED = 8
"""Headings below which posts are looked for: the time stays linear on a page of nothing but headings."""

MANY, MOST_LOST = 6, 0.8
"""Posts that are many, and how many of them have kept their names and times at least."""

NEAR = 6
"""Lines from the heading to the first post."""


def find_told_thread(lines: Lines, features: Features) -> Thread:
    """The posts between a heading that gives their number and the form for the next; none where they are not as many.

    Each has a name and a time above it.
    """
    looks = features.looks
    if not features.kinds >= {"comments", "comment_form"}:
        return NO_THREAD
    form = max((at for at, look in enumerate(looks) if look.kind == "comment_form"), default=-1)
    headings = [at for at in range(form) if looks[at].kind == "comments" and _may_count(lines.texts[at])]
    if not headings:
        return NO_THREAD
    looks = with_stamps(lines, features)
    heads = find_heads(lines, looks, features.prose, headings[0])
    for heading in headings[-MOST_TRIED:]:
        below = [head for head in heads if head.start > heading]
        if not below or below[0].start > heading + NEAR:
            continue
        below = below[: count_told(lines, looks, below, heading)]
        if below and not (
            are_titles(lines, looks, below) or are_entries(lines, below) or are_by_one(lines, looks, below)
        ):
            return cut_at_heads(lines, looks, below, [])
    return NO_THREAD


def _may_count(text: str) -> bool:
    head = text[:SHORT]
    return any(map(str.isdigit, head)) or says_count(head, 1, load_vocabulary())


def count_told(lines: Lines, looks: list[Look], heads: list[Head], header: int) -> int:
    """How many of the heads stand above the form for a comment, where the heading says that many; else 0.

    Each of them has a name and a time. Of many posts a few may have lost theirs, and no form need stand below them.
    """
    if not heads:
        return 0
    form = next((at for at in range(heads[0].end, len(looks)) if looks[at].kind == "comment_form"), len(looks))
    above = [head for head in heads if head.start < form]
    named = sum(_is_named_and_timed(looks, head) for head in above)
    headings = [lines.texts[at][:SHORT] for at in range(max(header, 0), above[0].start) if looks[at].kind == "comments"]
    known = load_vocabulary()
    if any(says_count(heading, len(above), known) for heading in headings):
        return len(above) if named == len(above) and form < len(looks) else 0
    numbers = (int(digits) for heading in headings for digits in re.findall(r"\d{1,6}", heading))
    return (
        len(above)
        if any(number >= MANY and MOST_LOST * number <= named and len(above) <= number for number in numbers)
        else 0
    )


def _is_named_and_timed(looks: list[Look], head: Head) -> bool:
    is_named = bool(head.kinds & (NAMED | {"name"}))
    return is_named and any(look.has_ago or look.has_clock or look.has_date for look in looks[head.start : head.end])
