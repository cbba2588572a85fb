"""Bylines that open posts: an article has one or two, a thread has many."""

from __future__ import annotations

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.vocabulary import BIT

FEWEST_BYLINES, LONGEST_BYLINE = 3, 6
"""Bylines with an hour that open posts, and words of one below a subject."""

FEWEST_OUTSIDE = 3
"""Times outside code: pages that are set in <pre> as a whole have none."""

_CODE, _CARD = TAG_BIT["pre"], TAG_BIT["class_card"]
_IN_CARD = frozenset({"card", "rank", "time", "number"})
_TIMES, _BEHIND = frozenset({"time", "stamp"}), frozenset({"", "controls", "share", "navigation"})
_TIMED = frozenset({"time", "stamp", "byline"})


def with_stamps(lines: Lines, features: Features) -> list[Look]:
    """The looks of lines with bylines that hold an hour, or stand below a subject, as stamps, where there are several.

    An article has one or two. What a program wrote into its log opens no post: in HTML it stands among code.
    """
    looks = _without_forms(lines, _without_code(lines, features.looks))
    if not features.kinds.isdisjoint({"card", "comments"}):
        looks = _by_neighbours(looks)
    if "initial" in features.kinds:
        looks = _without_drop_caps(lines, looks)
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


def _without_code(lines: Lines, looks: list[Look]) -> list[Look]:
    """The looks of lines with those of code that hold a time as plain ones, where other lines hold times too."""
    tags = lines.tags
    if tags is None:
        return looks
    timed = {index for index, look in enumerate(looks) if look.kind in _TIMED}
    code = {index for index in timed if tags[index].marks & _CODE}
    if not code or len(timed) - len(code) < FEWEST_OUTSIDE:
        return looks
    return [look._replace(kind="plain") if index in code else look for index, look in enumerate(looks)]


def _without_drop_caps(lines: Lines, looks: list[Look]) -> list[Look]:
    """The looks of letters that open a paragraph as plain ones, "T" and "he keeper is old", with those right above."""
    opening = {
        index
        for index, below in enumerate(lines.texts[1:])
        if looks[index].kind == "initial" and looks[index + 1].kind == "plain" and below[0].islower()
    }
    opening |= {index - 1 for index in opening if index > 0 and looks[index - 1].kind == "initial"}
    return [look._replace(kind="plain") if index in opening else look for index, look in enumerate(looks)]


def _without_forms(lines: Lines, looks: list[Look]) -> list[Look]:
    """The looks of lines in what the markup names users' cards: "Name" is a label there, and of no form."""
    tags = lines.tags
    if tags is None or not any(
        look.kind == "comment_form" and tag.marks & _CARD for look, tag in zip(looks, tags, strict=True)
    ):
        return looks
    return [
        look._replace(kind="card") if look.kind == "comment_form" and tag.marks & _CARD else look
        for look, tag in zip(looks, tags, strict=True)
    ]


def _by_neighbours(looks: list[Look]) -> list[Look]:
    """The looks of lines that are words of users' cards, or would be elsewhere.

    "Beiträge" is the heading of comments, and on a card that of a number; "Danke" is one, too, and what somebody says
    right below a time.
    """
    found = list(looks)
    for index, look in enumerate(looks):
        if look.kind not in {"card", "comments"}:
            continue
        above = found[index - 1].kind if index else ""
        below = looks[index + 1].kind if index + 1 < len(looks) else ""
        if look.kind == "comments" and look.cues & BIT["card"] and below == "number" and above in _IN_CARD:
            found[index] = look._replace(kind="card")
        elif look.kind == "card" and not look.has_number and look.words <= 2 and above in _TIMES and below in _BEHIND:
            found[index] = look._replace(kind="plain")
    return found


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
