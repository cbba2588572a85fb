"""Heads of posts: lines with a name and a time, a number, points, or a user's card."""

from __future__ import annotations

from typing import NamedTuple

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words

OPENERS = frozenset({"time", "stamp", "says", "numbered", "scored", "initial"})
"""Kinds of lines that open or close a post."""

NAMED = frozenset({"stamp", "says", "scored"})
"""Kinds of lines that hold a name themselves: two of them are two heads."""

CARD = frozenset({"card", "rank"})

GAP = 4
"""Lines between two parts of one head (name, rank, join date, time)."""

LONGEST = 24
"""Lines of one head: a long user's card."""

CARD_NAMES = 5
"""Lines before a card's rank: the user's name, and titles of the user's own."""


FEWEST_BEHIND = 2
"""Times with a name behind them that show a page's habit."""

LONGEST_JOINT, JOINTS = 3, 3
"""Characters of the word between a name and its time ("on"), and lines between them."""


class Head(NamedTuple):
    """The head of a post: lines `[start, end)`, the kinds of lines in it, and whether they form a user's card."""

    start: int
    end: int
    kinds: frozenset[str]
    card: bool


def find_heads(lines: Lines, looks: list[Look], prose: list[float], opening: int) -> list[Head]:
    """All heads after line number `opening`, with the names before or after them and something to read behind them.

    Most pages put the name before the time, some behind it: the page's own habit decides what a lone name belongs to.
    """
    runs = _find_runs(lines, looks, prose, opening)
    before = sum(_has_name_before(lines, looks, start, opening) for start, _ in runs)
    after = sum(_names_itself(looks, start, end) for start, end in runs)
    if not after and _name_behind(lines, looks, runs, opening, before):
        before, after = 0, len(runs)
    heads: list[Head] = []
    for start, end in runs:
        first, last = start, end
        is_posted = start - 1 > opening and _has_poster_before(lines, looks, start)
        card = any(looks[at].kind in CARD for at in range(start, end))
        if is_posted:
            first = start - 1
        elif after > before:
            if not _names_itself(looks, start, end) and end < len(looks) and looks[end].kind == "name":
                last = end + 1
        elif 2 * before >= len(runs) or card:
            first = _with_names(lines, looks, start, opening, card=card)
        first -= first - 1 > opening and _is_joined_to_name(lines, looks, first)
        kinds = frozenset(looks[at].kind for at in range(first, last))
        if kinds & OPENERS or last - first >= 4:
            heads.append(Head(first, last, kinds, card))
    return _with_bodies(lines, looks, heads)


def _is_joined_to_name(lines: Lines, looks: list[Look], first: int) -> bool:
    """Whether the line above a head that begins with a name is "by" alone."""
    above = looks[first - 1]
    return looks[first].kind == "name" and above.kind == "byline" and above.cues != 0 and not lines.blanks[first]


def _name_behind(lines: Lines, looks: list[Look], runs: list[tuple[int, int]], opening: int, before: int) -> bool:
    """Whether a name stands between most times and what is said then, and none above: what all have there is a link."""
    named = [
        end for _, end in runs if end + 1 < len(looks) and (looks[end].kind, looks[end + 1].kind) == ("name", "plain")
    ]
    if len(named) < FEWEST_BEHIND or 4 * len(named) < 3 * len(runs):
        return False
    labels = {lines.texts[start - 1] for start, _ in runs if start - 1 > opening}
    return not before or (before > FEWEST_BEHIND and len(labels) == 1)


def _find_runs(lines: Lines, looks: list[Look], prose: list[float], opening: int) -> list[tuple[int, int]]:
    """Runs of lines `[start, end)` that make a head, without the names around them."""
    runs: list[tuple[int, int]] = []
    index = opening + 1
    while index < len(looks):
        if looks[index].kind in OPENERS or looks[index].kind in CARD:
            end = _end_of_run(lines, looks, prose, index)
            runs.append((index, end))
            index = end + _quotes(looks, index, end)
        else:
            index += 1
    return runs


def _end_of_run(lines: Lines, looks: list[Look], prose: list[float], start: int) -> int:
    end = start + 1
    named = looks[start].kind in NAMED
    while end < len(looks) and end - start < LONGEST:
        kind = looks[end].kind
        # Below "Ada says:" a line that begins with the day holds the time and no second name.
        dated = kind == "stamp" and looks[end - 1].kind == "says" and lines.texts[end][0].isdigit()
        # Below "Ada says:" a time is that of the same post, however far a renderer has set them apart.
        apart = lines.blanks[end] > 2 and not (kind == "time" and looks[end - 1].kind == "says")
        if apart or prose[end] or (named and kind in NAMED and not dated) or _quotes(looks, start, end):
            break
        # The hour of the text itself above the first post, which has one of its own.
        if kind == "stamp" and looks[end].has_clock and looks[start].kind == "time" and looks[start].has_clock:
            break
        in_head = kind in OPENERS or kind in CARD or kind in {"number", "separator", "subject"}
        if not in_head and not (kind in {"name", "navigation", "plain"} and _goes_on(looks, prose, end)):
            # The last value of a card, a place say, stands between its numbers and the text.
            last = kind == "name" and looks[end - 1].kind == "number" and not lines.blanks[end]
            if not last or end + 1 >= len(looks) or looks[end + 1].kind not in {"plain", "name"}:
                break
        named = named or kind in NAMED
        end += 1
    return end


def _quotes(looks: list[Look], start: int, end: int) -> bool:
    """Whether the post of a user's card begins, at line `end`, with whom it quotes ("Ada said:")."""
    return end < len(looks) and looks[end].kind == "says" and any(looks[at].kind in CARD for at in range(start, end))


def _goes_on(looks: list[Look], prose: list[float], index: int) -> bool:
    """Whether more of the head follows within a few lines: a name alone may already be the post."""
    if looks[index].kind == "plain" and (looks[index].words > 5 or looks[index].ends_sentence):
        return False
    for after in range(index + 1, min(len(looks), index + GAP)):
        kind = looks[after].kind
        if prose[after] or kind in {"controls", "share"}:
            return False
        if kind in OPENERS or kind in CARD:
            if looks[index].kind == "plain":
                return kind == "card" and after == index + 1
            return looks[index].kind != "navigation" or after == index + 1
    return False


def _has_poster_before(lines: Lines, looks: list[Look], start: int) -> bool:
    """Whether the line right above a time is "Posted by Ada": "by Ada" alone stands above an article too."""
    if start < 1 or looks[start].kind != "time" or looks[start - 1].kind != "byline" or lines.blanks[start]:
        return False
    words = phrase_words(lines.texts[start - 1])[:2]
    return bool(load_vocabulary().phrases.get(" ".join(words), 0) & BIT["byline"])


def _has_name_before(lines: Lines, looks: list[Look], start: int, opening: int) -> bool:
    at = start - 1
    if at > opening and looks[at].kind == "number":
        at -= 1
    at = _above_joints(lines, looks, at, opening)
    return at > opening and looks[at].kind == "name"


def _above_joints(lines: Lines, looks: list[Look], index: int, opening: int) -> int:
    """The name above what joins it to its time, of which a renderer made lines, or line number `index`.

    "Ada", ",", "on", "May 9, 2020": a comma, and a word that stands in dates; or the name's address, and a bar.
    """
    at = index
    if at > opening and not lines.blanks[at + 1]:
        if _is_joint(lines.texts[at]):
            at -= 1 + (at - 1 > opening and lines.texts[at - 1] == ",")
        elif lines.texts[at] == "|":
            at -= 1
            while at > max(opening, index - JOINTS) and looks[at].kind in {"address", "separator"}:
                at -= 1
    return at if opening < at < index and looks[at].kind == "name" else index


def _is_joint(text: str) -> bool:
    return len(text) <= LONGEST_JOINT and text.isalpha() and text.casefold() in load_vocabulary().time


def _names_itself(looks: list[Look], start: int, end: int) -> bool:
    """Whether a name follows the time within the head, or right behind it with nothing but text after."""
    return looks[start].kind in {"time", "numbered"} and any(
        looks[at].kind == "name" for at in range(start + 1, min(len(looks), end))
    )


def _with_names(lines: Lines, looks: list[Look], start: int, opening: int, *, card: bool) -> int:
    """The start of a head, with the name before it and, before a card, the user's own titles."""
    kind = looks[start].kind
    if (kind in {"says", "scored"} and looks[start].words > 1) or (kind == "stamp" and not card):
        return start
    if _has_name_before(lines, looks, start, opening) and looks[start - 1].kind == "number":
        return start - 2
    if (above := _above_joints(lines, looks, start - 1, opening)) < start - 1:
        # "Posted by" on a line of its own, above the name.
        alone = above - 1 > opening and looks[above - 1].kind == "byline" and looks[above - 1].cues
        return above - 1 if alone and not lines.blanks[above] else above
    names = crossed = 0
    at = start
    allowed = CARD_NAMES if card else 1
    while at > opening + 1 and names < allowed:
        # A card and the name above it may be set apart; beyond a second gap stands the post before.
        crossed += lines.blanks[at] > 0
        at -= 1
        if crossed > 1:
            break
        if _is_name(looks[at], card=card):
            names += 1
            start = at
        elif not (card and looks[at].kind == "separator" and start - at < GAP):
            break
    return start


def _is_name(look: Look, *, card: bool) -> bool:
    if look.kind == "name":
        return True
    return card and look.kind in {"plain", "rank"} and look.words <= 8 and not look.ends_sentence


def _with_bodies(lines: Lines, looks: list[Look], heads: list[Head]) -> list[Head]:
    kept: list[Head] = []
    for number, head in enumerate(heads):
        limit = heads[number + 1].start if number + 1 < len(heads) else min(len(looks), head.end + 6)
        if any(is_text(looks[index], lines.texts[index]) for index in range(head.end, limit)):
            kept.append(head)
    return kept


def is_text(look: Look, text: str) -> bool:
    """Whether a line could be what a post says."""
    return look.kind in {"plain", "name", "address", "byline", "caption", "greeting", "note"} and len(text) > 1
