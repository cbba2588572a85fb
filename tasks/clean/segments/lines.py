"""Text to lines: what the segmenter works on, whether it came as plain text or as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tasks.clean.segments.markup.tags import Tags

Element = tuple[str | None, ...]
"""A tag and, where it has attributes: class, id, role, itemprop, style, "hidden"."""


class Owner(NamedTuple):
    """Who wrote a post, and when, as the attributes of its element say; no time where they give none."""

    name: str
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one text that hold more than white space, column by column.

    `texts` are without white space at either end: renderers indent replies, and an indent must not be mistaken for
    a reply. `starts` and `ends` are where these stripped texts lie in `text`, in code points; `blanks` counts the
    blank lines before each. `tags` has what the markup says of each line, or is None for plain text; `parents` then
    has for each block element, by its number, the number of the one around it (of the outermost its own), `elements`
    what it is, and `owners` of some who wrote the post that it is; `moments` has by the number of a line the time that
    an attribute gives beside what it shows, `depths` how deep the element that begins there says it is nested.
    `repeated_by_source` is the share of the source's pages on which each line stands, or None where that is not known.
    Where columns stand side by side, each line is a piece of one in the text, those of a column follow each other, and
    `order` has the place of each piece in the text; else it is None. In a text that is not wide no two blanks follow
    each other.
    """

    text: str
    texts: list[str]
    starts: list[int]
    ends: list[int]
    blanks: list[int]
    tags: list[Tags] | None = None
    repeated_by_source: list[float] | None = None
    parents: list[int] | None = None
    order: list[int] | None = None
    elements: list[Element] | None = None
    moments: dict[int, str] | None = None
    depths: dict[int, str] | None = None
    owners: dict[int, Owner] | None = None
    is_wide: bool = True

    def __len__(self) -> int:
        """How many lines hold text."""
        return len(self.texts)


def split_lines(text: str) -> Lines:
    r"""Split a text at its line feeds and keep the lines that hold more than white space.

    Only U+000A ends a line. Other controls that Python counts as white space (form feed, U+0085, U+2028) stay inside.
    """
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    blanks: list[int] = []
    at = blank = 0
    for line in text.split("\n"):
        content = line.strip()
        if content:
            start = at if line[0] == content[0] else at + len(line) - len(line.lstrip())
            texts.append(content)
            starts.append(start)
            ends.append(start + len(content))
            blanks.append(blank)
            blank = 0
        else:
            blank += 1
        at += len(line) + 1
    return Lines(text, texts, starts, ends, blanks, is_wide="  " in text)


def find_block_ends(parents: list[int]) -> list[int]:
    """For each block the number after its last descendant: blocks are numbered in document order."""
    ends = list(range(1, len(parents) + 1))
    for block in range(len(parents) - 1, 0, -1):
        above = parents[block]
        ends[above] = max(ends[above], ends[block])
    return ends


def join_lines(texts: list[str], blanks: list[int], tags: list[Tags] | None, parents: list[int] | None) -> Lines:
    """Put lines together to the text in which they lie, with the blank lines before each; none before the first."""
    starts: list[int] = []
    ends: list[int] = []
    parts: list[str] = []
    at = 0
    for text, blank in zip(texts, blanks, strict=True):
        gap = "" if not parts else "\n" * (blank + 1)
        at += len(gap)
        parts.append(gap + text)
        starts.append(at)
        at += len(text)
        ends.append(at)
    return Lines("".join(parts), texts, starts, ends, blanks, tags, parents=parents)
