"""Heads of posts: lines with a name and a time, a number, points, or a user's card."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.posters import (
    are_behind,
    has_name_before,
    has_poster_before,
    is_joined_to_name,
    names_itself,
    start_of_byline,
    with_names,
)

OPENERS = frozenset({"time", "stamp", "says", "numbered", "scored", "initial"})
"""Kinds of lines that open or close a post."""

NAMED = frozenset({"stamp", "says", "scored"})
"""Kinds of lines that hold a name themselves: two of them are two heads."""

CARD = frozenset({"card", "rank"})

_HEADING = OPENERS | CARD | {"byline", "subject"}

SHORT_WORDS = CARD | {"controls", "share", "navigation", "number"}
"""Kinds of lines that are buttons and labels, and which people say as well: "Thanks!", "Yes", "+1"."""

GAP = 4
"""Lines between two parts of one head (name, rank, join date, time)."""

LONGEST = 24
"""Lines of one head: a long user's card."""

AROUND = 5
"""Times above one and below it that show the habit of a thread on a page with other times."""


class Head(NamedTuple):
    """The head of a post: lines `[start, end)`, the kinds of lines in it, and whether they form a user's card."""

    start: int
    end: int
    kinds: frozenset[str]
    card: bool


def may_have_heads(features: Features) -> bool:
    """Whether any line opens or closes a post; bylines may, and subjects above one."""
    return not features.kinds.isdisjoint(_HEADING)


def find_heads(lines: Lines, looks: list[Look], prose: list[float], opening: int) -> list[Head]:
    """All heads after line number `opening`, with the names before or after them and something to read behind them.

    Most pages put the name before the time, some behind it: the page's own habit decides what a lone name belongs to.
    """
    runs = _find_runs(lines, looks, prose, opening)
    led = [has_name_before(lines, looks, start, opening) for start, _ in runs]
    before = sum(led)
    after = sum(names_itself(looks, start, end) for start, end in runs)
    if not after and are_behind(lines, looks, runs, opening, before):
        before, after = 0, len(runs)
    heads: list[Head] = []
    for number, (start, end) in enumerate(runs):
        first, last = start, end
        is_posted = start - 1 > opening and has_poster_before(lines, looks, start)
        card = any(looks[at].kind in CARD for at in range(start, end))
        if is_posted:
            first = start - 1
        elif after > before:
            if not names_itself(looks, start, end) and end < len(looks) and looks[end].kind == "name":
                last = end + 1
        elif 2 * before >= len(runs) or card or _are_led(led[max(0, number - AROUND) : number + AROUND + 1]):
            first = with_names(lines, looks, start, opening, card=card)
        first -= first - 1 > opening and is_joined_to_name(lines, looks, first)
        kinds = frozenset(looks[at].kind for at in range(first, last))
        if not kinds & (NAMED | {"name"}):
            marked = start_of_byline(lines, looks, first, last, heads[-1].end if heads else opening + 1)
            kinds |= {looks[at].kind for at in range(marked, first)}
            card = card or not kinds.isdisjoint(CARD)
            first = marked
        if kinds & OPENERS or last - first >= 4:
            heads.append(Head(first, last, kinds, card))
    return _with_bodies(lines, looks, heads)


def _are_led(led: list[bool]) -> bool:
    """Whether nearly all times around one have a name above, whatever the habit of the rest of the page."""
    return len(led) > AROUND and 5 * sum(led) >= 4 * len(led)


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
            is_value = (
                kind == "name" and looks[end - 1].kind == "card" and looks[end - 1].cues and not lines.blanks[end]
            )
            if not is_value and (not last or end + 1 >= len(looks) or looks[end + 1].kind not in {"plain", "name"}):
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


def _with_bodies(lines: Lines, looks: list[Look], heads: list[Head]) -> list[Head]:
    limits = [*(head.start for head in heads[1:]), *(min(len(looks), head.end + 6) for head in heads[-1:])]
    bare = {
        head.start
        for head, limit in zip(heads, limits, strict=True)
        if not any(is_text(looks[index], lines.texts[index]) for index in range(head.end, limit))
    }
    if not bare:
        return heads
    around = Counter(lines.texts[at] for head in heads for at in {head.end, head.start - 1} if 0 <= at < len(lines))
    return [
        head
        for head, limit in zip(heads, limits, strict=True)
        if head.start not in bare or (head.end < limit and _is_short_word(lines, looks, head, around))
    ]


def _is_short_word(lines: Lines, looks: list[Look], head: Head, around: Counter[str]) -> bool:
    """Whether what stands below a name and a time is said by that user, "Thanks!", though buttons are called so.

    A button stands below other heads as well, or above.
    """
    is_signed = "name" in head.kinds and "time" in head.kinds
    return is_signed and looks[head.end].kind in SHORT_WORDS and around[lines.texts[head.end]] == 1


def is_text(look: Look, text: str) -> bool:
    """Whether a line could be what a post says."""
    return look.kind in {"plain", "name", "address", "byline", "caption", "greeting", "note"} and len(text) > 1
