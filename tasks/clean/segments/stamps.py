"""Bylines that open posts: an article has one or two, a thread has many."""

from __future__ import annotations

from tasks.clean.segments.features import Features
from tasks.clean.segments.looks import Look
from tasks.clean.segments.vocabulary import BIT

FEWEST_BYLINES, LONGEST_BYLINE = 3, 6
"""Bylines with an hour that open posts, and words of one below a subject."""


def with_stamps(features: Features) -> list[Look]:
    """The looks of lines with bylines that hold an hour, or stand below a subject, as stamps, where there are several.

    An article has one or two.
    """
    looks = features.looks
    if features.kinds.isdisjoint({"byline", "subject"}):
        return looks
    timed = {
        index
        for index, look in enumerate(looks)
        if (look.kind == "byline" and (look.has_clock or look.has_ago)) or _is_below_subject(looks, index)
    }
    if len(timed) < FEWEST_BYLINES:
        return looks
    return [look._replace(kind="stamp") if index in timed else look for index, look in enumerate(looks)]


def _is_below_subject(looks: list[Look], index: int) -> bool:
    """Whether a line right below a subject begins with "by": that it says a name, in lower case too, is certain."""
    look = looks[index]
    return (
        index > 0
        and looks[index - 1].kind == "subject"
        and bool(look.opens & BIT["byline"])
        and look.kind in {"byline", "name", "plain"}
        and look.words <= LONGEST_BYLINE
        and not look.ends_sentence
    )
