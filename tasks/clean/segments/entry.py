"""The column of a short entry, of a blog or a gallery: what stands beside it may say more, and is none of its text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, takewhile
from typing import NamedTuple

from tasks.clean.segments.cores import find_core
from tasks.clean.segments.features import Features
from tasks.clean.segments.known_title import find_known_title
from tasks.clean.segments.lines import Lines, find_block_ends

LONGEST_ENTRY, MOST_BEHIND = 200.0, 400.0
"""Words of the densest prose above which it is the text, wherever it stands, and of all prose behind a form."""

NEAR, MOST_TOLD = 5, 12
"""Lines within which a form says a second time that it is one, and those of an entry told by its place at most."""

MOST_AROUND = 60
"""Elements around the title that are looked at: the time stays linear however deep a page is nested."""

BELOW = frozenset({"comments", "comment_form"})
"""Kinds of lines that stand below an entry: what readers said, and the form for it."""

ENDS = BELOW | {"share", "controls", "navigation", "filed"}
"""Kinds of lines that no entry has in its midst."""

HEADS = frozenset({"byline", "date", "time", "stamp", "number", "separator"})
"""Kinds of lines that may stand between a title and its entry."""

MISTAKEN = frozenset({"", "byline", "caption", "pullquote"})
"""Roles that lines of an entry are taken for: so short they are."""

Span = tuple[int, int]
"""The first and the last of some lines."""


class Entry(NamedTuple):
    """The line of the title (-1: not known), those of what it says, and those of the column that holds both.

    `is_told` where they are told by their place alone, and not by their prose.
    """

    title: int
    core: Span
    column: Span
    is_told: bool


def find_entry(lines: Lines, features: Features, core: Span, title: str | None) -> Entry | None:
    """The entry below the heading that says the known title, and its column, where the densest prose `core` is short.

    A column ends with what stands below entries. Where the largest element around the heading without any of that prose
    has such lines, and in front of them more than who and when, it is the column, and the prose stands beside it. Else
    it is the least element with the heading, the prose below it and such lines behind that.
    """
    if not title or not lines.tags or core[0] < 0 or features.kinds.isdisjoint(BELOW):
        return None
    if sum(features.word_counts[core[0] : core[1] + 1]) >= LONGEST_ENTRY:
        return None
    heading = find_known_title(lines, title, len(lines))
    if heading < 0 or core[0] <= heading <= core[1] or not lines.tags[heading].heading:
        return None
    apart, whole = (heading, heading), (0, len(lines) - 1)
    for column in _columns(lines, heading):
        if column[1] < core[0] or core[1] < column[0]:
            apart = column
        elif (entry := _read_entry(features.line_kinds, heading, apart[1])) is not None:
            return Entry(heading, entry, apart, is_told=True)
        elif column == whole:
            break
        elif heading < core[0] and core[1] < column[1] and not BELOW.isdisjoint(_between(features, core[1], column[1])):
            return Entry(heading, core, column, is_told=False)
    return None


def find_above_form(lines: Lines, features: Features, weights: list[float], core: Span) -> Entry | None:
    """The entry of a plain text above the form for comments, where the densest prose `core` is short and behind it.

    Nothing shows columns there, but no text goes on behind such a form. `weights` are those of lines for the core.
    """
    kinds, words, prose = features.line_kinds, features.word_counts, features.prose
    if lines.tags is not None or core[0] < 0 or "comment_form" not in features.kinds:
        return None
    form = _find_form(kinds)
    if not 0 < form < core[0] or sum(words[core[0] : core[1] + 1]) >= LONGEST_ENTRY:
        return None
    if sum(count for count, flag in zip(words[form:], prose[form:], strict=True) if flag) >= MOST_BEHIND:
        return None
    above, column = find_core(weights, form), (0, form - 1)
    if above[0] >= 0:
        return Entry(-1, above, column, is_told=False)
    end = next(at for at, kind in enumerate(kinds) if kind in BELOW)
    told = takewhile(lambda kind: kind == "plain" or kind in HEADS, reversed(kinds[max(0, end - MOST_TOLD) : end]))
    length = sum(1 for _ in told)
    return Entry(-1, (end - length, end - 1), column, is_told=True) if length else None


def _find_form(kinds: list[str]) -> int:
    """The first line of a form for comments that says so twice, as a link to one does not; or -1."""
    lines = [at for at, kind in enumerate(kinds) if kind == "comment_form"]
    return next((at for at, after in pairwise(lines) if after - at <= NEAR), -1)


def mark_beside(sections: list[str], entry: Entry) -> None:
    """Take what stands outside the column of an entry for other things, where nothing else is known of it; in place."""
    first, last = entry.column
    for index, role in enumerate(sections):
        if not role and not first <= index <= last:
            sections[index] = "related"


def mark_entry(hints: list[str], entry: Entry, markup: list[str]) -> None:
    """Take the lines of an entry that is told by its place for text, where `markup` does not say more; in place."""
    for index in range(entry.core[0], entry.core[1] + 1):
        if entry.is_told and hints[index] in MISTAKEN and not markup[index]:
            hints[index] = "body"


def mark_below(hints: list[str], kinds: list[str], entry: Entry) -> None:
    """Take the furniture behind an entry, in its column, for such, where nothing else is known of it; in place."""
    for index in range(entry.core[1] + 1, entry.column[1] + 1):
        if not hints[index] and kinds[index] in ENDS:
            hints[index] = "navigation"


def _between(features: Features, before: int, last: int) -> list[str]:
    return features.line_kinds[before + 1 : last + 1]


def _read_entry(kinds: list[str], heading: int, last: int) -> Span | None:
    """The lines below a heading up to what ends them, if that and what stands below entries comes before the last."""
    below = kinds[heading + 1 : last + 1]
    if BELOW.isdisjoint(below):
        return None
    start = sum(1 for _ in takewhile(HEADS.__contains__, below))
    length = sum(1 for _ in takewhile(lambda kind: kind not in ENDS, below[start:]))
    return (heading + 1 + start, heading + start + length) if length else None


def _columns(lines: Lines, heading: int) -> Iterator[Span]:
    """The lines of each element around a line, from the innermost outwards."""
    blocks = [tag.block for tag in lines.tags or []]
    parents = lines.parents or []
    ends = find_block_ends(parents)
    first, last, block = heading, heading, blocks[heading]
    for _ in range(MOST_AROUND):
        end = ends[block]
        while first > 0 and block <= blocks[first - 1] < end:
            first -= 1
        while last + 1 < len(blocks) and block <= blocks[last + 1] < end:
            last += 1
        yield first, last
        if parents[block] == block:
            return
        block = parents[block]
