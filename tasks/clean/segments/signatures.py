"""What users have below each of their posts, a motto or what they own: no part of what a post says."""

from __future__ import annotations

import re

from tasks.clean.segments.heads import is_text
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.tags import TAG_BIT

MOST_LINES, LONGEST = 8, 30
"""Lines below the rule that boards set above a signature, and words of each."""

_RULE = re.compile(r"[_]{6,}|[-–—]{8,}|--")
_SIGNATURE = TAG_BIT["class_signature"]


def find_below_post(lines: Lines, looks: list[Look], body: int, stop: int) -> range:
    """The lines of a signature at the end of what a post says, lines `[body, stop)`, which says something above it.

    The markup names it, or a rule of underlines or dashes, as boards draw it, stands above it.
    """
    tags = lines.tags
    for index in range(body + 1, stop):
        is_named = tags is not None and bool(tags[index].marks & _SIGNATURE)
        is_rule = looks[index].kind == "separator" and _RULE.fullmatch(lines.texts[index]) is not None
        if not (is_named or is_rule) or not any(is_text(looks[at], lines.texts[at]) for at in range(body, index)):
            continue
        rest = range(index, stop)
        if is_named and tags is not None:
            end = next((at for at in rest if not tags[at].marks & _SIGNATURE), stop)
            return range(index, end)
        said = [at for at in rest if is_text(looks[at], lines.texts[at])]
        if len(said) <= MOST_LINES and all(looks[at].words <= LONGEST for at in said):
            return rest
    return range(0)
