"""Heads of posts: lines with a name and a time, a number, points, or a user's card."""

from __future__ import annotations

from typing import NamedTuple

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import SHORT, Look
from tasks.clean.segments.vocabulary import load_vocabulary, phrase_words

OPENERS = frozenset({"time", "stamp", "says", "numbered", "scored", "initial"})
"""Kinds of lines that open or close a post."""

CARD = frozenset({"card", "rank"})

GAP = 4
"""Lines between two parts of one head (name, rank, join date, time)."""

INITIALS = 6
"""Lone letters that are users' initials; fewer may be the drop caps of an article."""

LONGEST = 24
"""Lines of one head: a long user's card."""


class Head(NamedTuple):
    """The head of a post: lines `[start, end)`, the kinds of lines in it, and whether they form a user's card."""

    start: int
    end: int
    kinds: frozenset[str]
    card: bool


def find_heads(lines: Lines, looks: list[Look], prose: list[float], opening: int) -> list[Head]:
    """All heads after line number `opening`, with the names before them and something to read behind them."""
    heads: list[Head] = []
    index = opening + 1
    while index < len(looks):
        if looks[index].kind not in OPENERS and looks[index].kind not in CARD:
            index += 1
            continue
        end = _end_of_head(lines, looks, prose, index)
        card = any(looks[at].kind in CARD for at in range(index, end))
        start = _with_names(looks, index, opening, card=card)
        kinds = frozenset(looks[at].kind for at in range(start, end))
        if kinds & OPENERS or end - start >= 4:
            heads.append(Head(start, end, kinds, card))
        index = end
    return _with_bodies(lines, looks, heads)


def _end_of_head(lines: Lines, looks: list[Look], prose: list[float], start: int) -> int:
    end = start + 1
    while end < len(looks) and end - start < LONGEST:
        kind = looks[end].kind
        if lines.blanks[end] > 2 or prose[end]:
            break
        in_head = kind in OPENERS or kind in CARD or kind in {"number", "separator"}
        if not in_head and not (kind in {"name", "navigation"} and _goes_on(looks, prose, end)):
            # The last value of a card, a place say, stands between its numbers and the text.
            last = kind == "name" and looks[end - 1].kind == "number" and not lines.blanks[end]
            if not last or end + 1 >= len(looks) or looks[end + 1].kind not in {"plain", "name"}:
                break
        end += 1
    return end


def _goes_on(looks: list[Look], prose: list[float], index: int) -> bool:
    """Whether more of the head follows within a few lines: a name alone may already be the post."""
    for after in range(index + 1, min(len(looks), index + GAP)):
        if prose[after]:
            return False
        if looks[after].kind in OPENERS or looks[after].kind == "card":
            return looks[index].kind != "navigation" or after == index + 1
    return False


def _with_names(looks: list[Look], start: int, opening: int, *, card: bool) -> int:
    """The start of a head, with the name before it and, before a card, the user's own title."""
    if looks[start].kind in {"says", "scored"} or (looks[start].kind == "stamp" and not card):
        return start
    for _ in range(2 if card else 1):
        if start > opening + 1 and _is_name(looks[start - 1]):
            start -= 1
    return start


def _is_name(look: Look) -> bool:
    return look.kind == "name" or (look.kind in {"plain", "rank"} and look.words <= 5 and not look.ends_sentence)


def _with_bodies(lines: Lines, looks: list[Look], heads: list[Head]) -> list[Head]:
    kept: list[Head] = []
    for number, head in enumerate(heads):
        limit = heads[number + 1].start if number + 1 < len(heads) else min(len(looks), head.end + 6)
        if any(is_text(looks[index], lines.texts[index]) for index in range(head.end, limit)):
            kept.append(head)
    return kept


def is_text(look: Look, text: str) -> bool:
    """Whether a line could be what a post says."""
    return look.kind in {"plain", "name", "address", "byline", "caption", "greeting"} and len(text) > 3


def weigh_heads(lines: Lines, looks: list[Look], heads: list[Head]) -> float:
    """The evidence that heads are those of posts and not dates beside links: about 1 for each good one."""
    total = 0.0
    initials = sum("initial" in head.kinds for head in heads)
    for number, head in enumerate(heads[:12]):
        limit = heads[number + 1].start if number + 1 < len(heads) else min(len(looks), head.end + 8)
        timed = any(looks[index].has_ago or looks[index].has_clock for index in range(head.start, head.end))
        known = head.kinds & {"numbered", "card", "scored"} or (head.card and "time" in head.kinds)
        score = 1.5 if "says" in head.kinds else 1.0 if known or timed else 0.0
        buttons = any(looks[index].kind == "controls" for index in range(head.start, limit))
        if buttons or _has_buttons(lines.texts[head.start]):
            score += 0.75
        if "initial" in head.kinds and initials >= INITIALS:
            score = score or 0.4
        total += score or 0.3 * any(looks[index].has_date for index in range(head.start, head.end))
    return total


def _has_buttons(text: str) -> bool:
    """Whether a head line ends with buttons: "Ada on May 9, 2021 | parent | next"."""
    _, _, tail = text[:SHORT].partition("|")
    words = phrase_words(tail)
    return bool(words) and load_vocabulary().buttons.issuperset(words)
