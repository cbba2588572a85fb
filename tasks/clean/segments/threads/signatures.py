"""What users have below each of their posts, a motto or what they own: no part of what a post says."""

from __future__ import annotations

import re

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.threads.heads import is_text

MOST_LINES, LONGEST = 8, 30
"""Lines below the rule that boards set above a signature, and words of each."""

_RULE = re.compile(r"[_]{6,}|[-–—]{8,}|--")
_SIGNATURE = TAG_BIT["class_signature"]


def find_below_post(lines: Lines, looks: list[Look], body: int, stop: int) -> range:
    """The lines of a signature at the end of what a post says, lines `[body, stop)`, which says something above it.

    The markup names it, or a rule of underlines or dashes, as boards draw it, stands above it.
    """
    first = next((at for at in range(body, stop) if is_text(looks[at], lines.texts[at])), stop)
    tags = lines.tags
    if tags is not None:
        named = next((at for at in range(first + 1, stop) if tags[at].marks & _SIGNATURE), stop)
        if named < stop and not tags[first].marks & _SIGNATURE:
            return range(named, next((at for at in range(named, stop) if not tags[at].marks & _SIGNATURE), stop))
    lowest, said = stop, 0
    while lowest > first + 1:
        if is_text(looks[lowest - 1], lines.texts[lowest - 1]):
            said += 1
            if said > MOST_LINES or looks[lowest - 1].words > LONGEST:
                break
        lowest -= 1
    rules = (at for at in range(lowest, stop) if looks[at].kind == "separator" and _RULE.fullmatch(lines.texts[at]))
    return range(next(rules, stop), stop)
