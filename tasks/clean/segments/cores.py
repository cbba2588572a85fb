"""The main run of a document: the lines between which prose outweighs all else."""

from __future__ import annotations

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.markup.given_away import find_region
from tasks.clean.segments.markup.tags import Tags
from tasks.clean.segments.repeats import COST, is_template

WEIGHTS = {
    "related": -30.0,
    "comments": -40.0,
    "comment_form": -30.0,
    "legal": -20.0,
    "notice": -8.0,
    "about": -20.0,
    "share": -6.0,
    "controls": -8.0,
    "navigation": -6.0,
    "filed": -6.0,
    "card": -8.0,
    "rank": -6.0,
    "time": -4.0,
    "stamp": -4.0,
    "name": -3.0,
    "number": -2.0,
    "separator": -1.0,
    "plain": -1.5,
}
"""What a line that is no prose costs the run of main text that holds it, in words of prose."""

INLINE = frozenset({"caption", "pullquote"})
"""Roles that stand in the midst of main text and do not end a run of it."""

ANNOUNCED, MOST_ANNOUNCED = -0.5, 30
"""What a line of a list costs that a colon announces in plain text, and how many lines at most it announces."""

LEAST_SENTENCE = 3
"""Words of a sentence that is too short for prose, and costs nothing in plain text."""

_ITEMS = frozenset({"plain", "name"})
"""Kinds of lines that lists are made of."""

_LISTED = _ITEMS | {"number", "separator"}
"""Kinds of lines that do not end a list."""

_COLONS = (":", "：")

LONGEST_WEIGHT = 80.0
"""One endless paragraph is worth no more than this many words."""

ASIDE = 0.15
"""What a paragraph in a section of links or of the author is worth."""

INSIDE, OUTSIDE = 0.25, 0.3
"""How much of its cost a line keeps inside the element of the main content, and of its worth outside."""


def weigh(lines: Lines, features: Features, markup: list[str], sections: list[str]) -> list[float]:
    """What each line adds to a run of main text: prose its words, all else its cost (`WEIGHTS`)."""
    prose = features.prose
    words = features.word_counts
    tags = lines.tags
    region = find_region(lines, features, markup)
    has_source = lines.repeated_by_source is not None
    forgiven = _forgive(lines, features) if tags is None else {}
    weights: list[float] = []
    for index, kind in enumerate(features.line_kinds):
        role = markup[index]
        if role and role not in INLINE:
            weight = -12.0 if role == "comment" else -5.0
        elif prose[index]:
            weight = min(words[index], LONGEST_WEIGHT) * (ASIDE if sections[index] else 1.0)
        else:
            weight = forgiven.get(index, WEIGHTS.get(kind, -3.0))
        if has_source and is_template(lines, index):
            weight = min(weight, -COST)
        if tags is not None:
            weight = _weigh_tags(weight, tags[index], region, marked=role != "")
        weights.append(weight)
    return weights


def _forgive(lines: Lines, features: Features) -> dict[int, float]:
    """What lines of plain text cost that are no prose but part of it: the list that a colon announces, short sentences.

    Articles are full of both. Menus have neither, and without markup nothing else tells a list from a menu.
    """
    prose = features.prose
    words = features.word_counts
    costs: dict[int, float] = {}
    announced = 0
    looks, texts = features.looks, lines.texts
    for index, kind in enumerate(features.line_kinds):
        if prose[index]:
            announced = MOST_ANNOUNCED if texts[index].endswith(_COLONS) else 0
        elif kind in _ITEMS:
            if announced:
                costs[index] = ANNOUNCED
                announced -= 1
            elif kind == "plain" and looks[index].ends_sentence and words[index] >= LEAST_SENTENCE:
                costs[index] = 0.0
            if texts[index].endswith(_COLONS):
                announced = MOST_ANNOUNCED
        elif kind not in _LISTED:
            announced = 0
    return costs


def _weigh_tags(weight: float, tags: Tags, region: int, *, marked: bool) -> float:
    """A line's weight with its markup: links cost, headings do not, and the content element forgives."""
    if weight < 0 and not marked:
        weight = -0.5 if tags.heading else weight - 3 * (tags.link > 0.8)
    elif tags.link > 0.6:
        weight = min(weight, -4.0)
    if region:
        inside = tags.marks & region
        weight *= (INSIDE if weight < 0 else 1.0) if inside else (1.0 if weight < 0 else OUTSIDE)
    return weight


def find_core(weights: list[float], end: int, start: int = 0) -> tuple[int, int]:
    """The run of lines in `[start, end)` with the greatest sum of weights (maximum subarray, Kadane)."""
    best, total = 0.0, 0.0
    core, since = (-1, -1), start
    for index in range(start, end):
        if total <= 0:
            total, since = 0.0, index
        total += weights[index]
        if total > best:
            best, core = total, (since, index)
    return core
