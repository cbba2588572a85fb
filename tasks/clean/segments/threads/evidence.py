"""How sure it is that heads are those of posts, and not dates beside links."""

from __future__ import annotations

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import SHORT, Look
from tasks.clean.segments.threads.heads import NAMED, Head
from tasks.clean.segments.vocabulary import load_vocabulary, phrase_words

COUNTED = 12
"""Heads that are weighed: more of the same prove no more."""

BARE = 0.3
"""What a date or time alone says for a post."""

MOST_BARE = 2.0
"""What all of them say: entries of a journal and lists of news have dates too, and no heading of comments above."""

INITIALS = 6
"""Lone letters that are users' initials; fewer may be the drop caps of an article."""

_NAMING = NAMED | {"name", "card", "byline"}


def _has_clock(lines: Lines, looks: list[Look], index: int) -> bool:
    """Whether a line shows an hour, or says one in its markup."""
    return looks[index].has_ago or looks[index].has_clock or ":" in (lines.moments or {}).get(index, "")


def weigh_heads(lines: Lines, looks: list[Look], heads: list[Head]) -> float:
    """The evidence for posts: about 1 for each head with a speaker, a number or a clock time, more with buttons."""
    total = bare = 0.0
    initials = sum("initial" in head.kinds for head in heads)
    posted = any(_is_posted(looks, head) for head in heads[:COUNTED])
    for number, head in enumerate(heads[:COUNTED]):
        limit = heads[number + 1].start if number + 1 < len(heads) else min(len(looks), head.end + 8)
        timed = any(_has_clock(lines, looks, index) for index in range(head.start, head.end))
        numbered = "numbered" in head.kinds or any(looks[index].has_number for index in range(head.start, head.end))
        signs = timed + numbered + ("scored" in head.kinds)
        # phpBB puts the subject of a reply above its head, others into it.
        signs += "subject" in head.kinds or (head.start > 0 and looks[head.start - 1].kind == "subject")
        # A card alone, "Location: Lisbon", may be that of a product or a fair; so may one with a day.
        signs += posted and ("card" in head.kinds or (head.card and "time" in head.kinds))
        score = 1.5 if "says" in head.kinds else 0.5 + 0.5 * signs if signs else 0.0
        buttons = any(looks[index].kind == "controls" for index in range(head.start, limit))
        if buttons or _has_buttons(lines.texts[head.start]):
            score += 0.75
        elif not (head.kinds & _NAMING or head.card or numbered):
            # A bare time, without a name or buttons, divides many things.
            score = min(score, BARE)
        if "initial" in head.kinds and initials >= INITIALS:
            score = score or 0.4
        if score > BARE:
            total += score
        else:
            bare += score or BARE * any(looks[index].has_date for index in range(head.start, head.end))
    return total + min(MOST_BARE, bare)


def _is_posted(looks: list[Look], head: Head) -> bool:
    """Whether a head says at what hour or as which number its post was written, who speaks, or a rank."""
    lines = looks[head.start : head.end]
    return bool(head.kinds & {"says", "scored", "numbered", "rank"}) or any(
        look.has_ago or look.has_clock or look.has_number for look in lines
    )


def _has_buttons(text: str) -> bool:
    """Whether a head line ends with buttons: "Ada on May 9, 2021 | parent | next"."""
    _, _, tail = text[:SHORT].partition("|")
    words = phrase_words(tail)
    return bool(words) and load_vocabulary().buttons.issuperset(words)
