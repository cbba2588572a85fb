"""A short entry of a blog or a gallery: the columns beside it say more than it does, and are not the page's text."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.titles import find_known_title

MOST_BESIDE = 200.0
"""Words of the densest prose above which it is the text, wherever the title stands."""

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


class Entry(NamedTuple):
    """The line of the title, the first and last line of what it says, and those of the column that holds both."""

    title: int
    core: tuple[int, int]
    column: tuple[int, int]


def find_entry(lines: Lines, features: Features, core: tuple[int, int], title: str | None) -> Entry | None:
    """The entry below the heading that says the known title, where the densest prose `core` is none of it.

    The largest element around that heading without any of this prose is its column, if what stands below entries is in
    it, too. In the head of an article, which also lies apart from its text, nothing but who and when comes first.
    """
    if not title or not lines.tags or not lines.parents or core[0] < 0:
        return None
    if sum(features.word_counts[core[0] : core[1] + 1]) >= MOST_BESIDE or features.kinds.isdisjoint(BELOW):
        return None
    heading = find_known_title(lines, title, len(lines))
    if heading < 0 or core[0] <= heading <= core[1] or not lines.tags[heading].heading:
        return None
    column = _find_column(lines, core, heading)
    kinds = features.line_kinds[heading + 1 : column[1] + 1]
    if BELOW.isdisjoint(kinds):
        return None
    start = heading + 1 + sum(1 for _ in takewhile(HEADS.__contains__, kinds))
    end = start + sum(1 for _ in takewhile(lambda kind: kind not in ENDS, kinds[start - heading - 1 :]))
    return Entry(heading, (start, end - 1), column) if end > start else None


def mark_beside(sections: list[str], entry: Entry) -> None:
    """Take what stands outside the column of an entry for other things, where nothing else is known of it; in place."""
    first, last = entry.column
    for index, role in enumerate(sections):
        if not role and not first <= index <= last:
            sections[index] = "related"


def mark_entry(hints: list[str], entry: Entry) -> None:
    """Take the lines of an entry for text; in place."""
    for index in range(entry.core[0], entry.core[1] + 1):
        if hints[index] in MISTAKEN:
            hints[index] = "body"


def _find_column(lines: Lines, core: tuple[int, int], heading: int) -> tuple[int, int]:
    """The first and last line in the largest element around the heading that has no line of the core."""
    blocks = [tag.block for tag in lines.tags or []]
    parents = lines.parents or []
    first, last, block, end = heading, heading, blocks[heading], 0
    for _ in range(MOST_AROUND):
        end = _find_end(parents, block, max(end, block + 1))
        if any(block <= inner < end for inner in blocks[core[0] : core[1] + 1]):
            break
        while first > 0 and block <= blocks[first - 1] < end:
            first -= 1
        while last + 1 < len(blocks) and block <= blocks[last + 1] < end:
            last += 1
        if parents[block] == block:
            break
        block = parents[block]
    return first, last


def _find_end(parents: list[int], block: int, start: int) -> int:
    """The number after the last element inside a block, `start` or later: they are numbered in document order."""
    return next((at for at in range(start, len(parents)) if parents[at] < block), len(parents))
