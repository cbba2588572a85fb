"""The shape of a document: where its main text lies, its title, its thread, and what stands out inside."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.clean.segments.bare import add_remark
from tasks.clean.segments.features import Features
from tasks.clean.segments.hints import find_hints
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.markup import read_markup
from tasks.clean.segments.posts import NO_THREAD, Thread
from tasks.clean.segments.threads import find_thread
from tasks.clean.segments.titles import find_title

WEIGHTS = {
    "related": -30.0,
    "comments": -40.0,
    "comment_form": -30.0,
    "legal": -20.0,
    "about": -20.0,
    "share": -6.0,
    "controls": -8.0,
    "navigation": -6.0,
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

LONGEST_WEIGHT = 80.0
"""One endless paragraph is worth no more than this many words."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the whole document says about its lines.

    `core` is the densest run of prose `[first, last]` in line numbers, `(-1, -1)` where there is none; `title` is a
    line number or -1; `hints` has for each line the role that the structure gives away, or "".
    """

    core: tuple[int, int]
    title: int
    thread: Thread
    hints: list[str]


def lay_out(lines: Lines, features: Features, title: str | None = None) -> Layout:
    """Read the structure of one document; `title` is what is known of its title from elsewhere."""
    if not len(lines):
        return Layout((-1, -1), -1, NO_THREAD, [])
    markup = read_markup(lines, features)
    weights = weigh(lines, features, markup)
    core = find_core(weights, len(lines))
    heading = find_title(lines, features, core, title)
    opening = _opening(features, core, heading)
    thread = find_thread(lines, features, opening, markup) if opening >= 0 else NO_THREAD
    if thread.posts:
        core = find_core(weights, thread.start, core[0] if core[0] < thread.start else 0)
    hints = find_hints(lines, features, markup, core, heading, thread)
    thread = add_remark(lines, features, thread, hints, core[0])
    for index, role in thread.roles.items():
        hints[index] = role
    if heading >= 0:
        hints[heading] = "title"
    return Layout(core, heading, thread, hints)


def weigh(lines: Lines, features: Features, markup: list[str]) -> list[float]:
    """What each line adds to a run of main text: prose its words, all else its cost (`WEIGHTS`)."""
    prose = features.column("prose")
    words = features.column("words")
    tags = lines.tags
    weights: list[float] = []
    for index, look in enumerate(features.looks):
        if markup[index] and markup[index] not in INLINE:
            weight = -12.0 if markup[index] == "comment" else -5.0
        elif prose[index]:
            weight = min(words[index], LONGEST_WEIGHT)
        else:
            weight = WEIGHTS.get(look.kind, -3.0)
        if tags is not None and weight < 0 and not markup[index]:
            weight = -0.5 if tags[index].heading else weight - 3 * (tags[index].link > 0.8)
        elif tags is not None and tags[index].link > 0.6:
            weight = min(weight, -4.0)
        weights.append(weight)
    return weights


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


def _opening(features: Features, core: tuple[int, int], title: int) -> int:
    """The line where the main text is certain to have begun: posts are looked for after it."""
    first = max(core[0], title + 1)
    prose = features.column("prose")
    for index in range(max(first, 0), len(prose)):
        if prose[index]:
            return index
    return title
