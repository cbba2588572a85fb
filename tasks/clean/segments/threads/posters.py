"""The names of who posted, beside the times: most pages put them above, some behind."""

from __future__ import annotations

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.threads.answers import is_answering
from tasks.clean.segments.threads.authors import read_name
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words

_BYLINE = TAG_BIT["class_byline"]
_BUTTONS = frozenset({"controls", "navigation", "number", "separator"})

LONGEST_BYLINE, LONGEST_ENTRY = 24, 8
"""Lines of a user's card, and words of one."""

GAP = 4
"""Lines between a user's card and the name above it."""

CARD_NAMES = 5
"""Lines before a card's rank: the user's name, and titles of the user's own."""

CARD_LINES = 6
"""Lines of a card in which its own gaps are looked for."""

FEWEST_BEHIND = 2
"""Times with a name behind them that show a page's habit."""

_BARS = frozenset("|/·•–—-")

LONGEST_JOINT, JOINTS = 3, 3
"""Characters of the word between a name and its time ("on"), and lines between them."""


def are_behind(lines: Lines, looks: list[Look], runs: list[tuple[int, int]], opening: int, before: int) -> bool:
    """Whether a name stands between most times and what is said then, and none above: what all have there is a link."""
    named = [
        end for _, end in runs if end + 1 < len(looks) and (looks[end].kind, looks[end + 1].kind) == ("name", "plain")
    ]
    if len(named) < FEWEST_BEHIND or 4 * len(named) < 3 * len(runs):
        return False
    labels = {lines.texts[start - 1] for start, _ in runs if start - 1 > opening}
    return 4 * before <= len(runs) or (before > FEWEST_BEHIND and len(labels) == 1)


def is_joined_to_name(lines: Lines, looks: list[Look], first: int) -> bool:
    """Whether the line above a head that begins with a name is "by" alone."""
    above = looks[first - 1]
    return looks[first].kind == "name" and above.kind == "byline" and above.cues != 0 and not lines.blanks[first]


def has_poster_before(lines: Lines, looks: list[Look], start: int) -> bool:
    """Whether the line right above a time is "Posted by Ada": "by Ada" alone stands above an article too."""
    if start < 1 or looks[start].kind != "time" or looks[start - 1].kind != "byline" or lines.blanks[start]:
        return False
    words = phrase_words(lines.texts[start - 1])[:2]
    return bool(load_vocabulary().phrases.get(" ".join(words), 0) & BIT["byline"])


def has_name_before(lines: Lines, looks: list[Look], start: int, opening: int) -> bool:
    """Whether the line above a head is a name, beyond a number and what joins it to its time."""
    at = start - 1
    if at > opening and looks[at].kind == "number":
        at -= 1
    at = _above_joints(lines, looks, at, opening)
    return at > opening and looks[at].kind == "name"


def _above_joints(lines: Lines, looks: list[Look], index: int, opening: int) -> int:
    """The name above what joins it to its time, of which a renderer made lines, or line number `index`.

    "Ada", ",", "on", "May 9, 2020": a comma, and a word that stands in dates; or its address, and a bar or a dash.
    """
    at = index
    if at > opening and not lines.blanks[at + 1]:
        if _is_joint(lines.texts[at]):
            at -= 1 + (at - 1 > opening and lines.texts[at - 1] == ",")
        elif lines.texts[at] in _BARS:
            at -= 1
            while at > max(opening, index - JOINTS) and looks[at].kind in {"address", "separator"}:
                at -= 1
    return at if opening < at < index and looks[at].kind == "name" else index


def _is_joint(text: str) -> bool:
    return len(text) <= LONGEST_JOINT and text.isalpha() and text.casefold() in load_vocabulary().time


def names_itself(looks: list[Look], start: int, end: int) -> bool:
    """Whether a name follows the time within the head, or right behind it with nothing but text after."""
    return looks[start].kind in {"time", "numbered"} and any(
        looks[at].kind == "name" for at in range(start + 1, min(len(looks), end))
    )


def with_names(lines: Lines, looks: list[Look], start: int, opening: int, *, card: bool) -> int:
    """The start of a head, with the name before it and, before a card, the user's own titles."""
    kind = looks[start].kind
    if (kind in {"says", "scored"} and looks[start].words > 1) or (
        kind == "stamp" and not card and read_name(lines.texts[start])[0]
    ):
        return start
    if has_name_before(lines, looks, start, opening) and looks[start - 1].kind == "number":
        return start - 2
    is_answer = start - 2 > opening and looks[start - 2].kind == looks[start - 1].kind == "name"
    if is_answer and is_answering(lines.texts[start - 1]):
        # "Ada", and below it "Replying to Grace"; where her name stands in the same line, that is the head's first.
        return start - 1 - (not lines.blanks[start - 1] and read_name(lines.texts[start - 1])[0] is None)
    if (above := _above_joints(lines, looks, start - 1, opening)) < start - 1:
        # "Posted by" on a line of its own, above the name.
        alone = above - 1 > opening and looks[above - 1].kind == "byline" and looks[above - 1].cues
        return above - 1 if alone and not lines.blanks[above] else above
    names = crossed = 0
    at = start
    allowed = CARD_NAMES if card else 1
    # The blank lines that a card has between its own lines set nothing apart.
    inside = max(lines.blanks[start + 1 : start + CARD_LINES], default=0) if card else 0
    while at > opening + 1 and names < allowed:
        # A card and the name above it may be set apart; beyond a second gap stands the post before.
        crossed += lines.blanks[at] > inside
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


def start_of_byline(lines: Lines, looks: list[Look], start: int, end: int, above: int) -> int:
    """The first line of what the markup calls an author's, above a head `[start, end)` of HTML, or line number `start`.

    Lines before number `above` belong to others, and one button may stand between. Where the markup calls so what is
    said, too, it tells nothing.
    """
    tags = lines.tags
    if tags is None or end >= len(tags) or tags[end].marks & _BYLINE:
        return start
    lowest = max(above, start - LONGEST_BYLINE)
    edge = start - 1 if start > lowest and looks[start - 1].kind in _BUTTONS else start
    first = edge
    while first > lowest and tags[first - 1].marks & _BYLINE and looks[first - 1].words <= LONGEST_ENTRY:
        first -= 1
    return first if any(looks[index].kind == "name" for index in range(first, edge)) else start
