"""Whose post an element is: boards say in its attributes who wrote it and when, whatever they show."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from tasks.clean.segments.authors import LONGEST_NAME
from tasks.clean.segments.dates import read_iso_time
from tasks.clean.segments.lines import Lines, Owner
from tasks.document import ROLES

OWNING = frozenset({"data-author", "data-username", "data-quotedata"})
"""Attributes of an element that is a post: who wrote it, or a JSON object that says so."""

MOST_AROUND = 60
"""Elements around a line that are looked at: the time stays linear however deep a page is nested."""

LONGEST_JSON, LONGEST_HEAD = 2000, 5
"""Characters of an attribute that are read as JSON, and words of a line that begins with the name of who wrote it."""

MILLISECONDS, LONGEST_STAMP = 11, 15
"""Digits from which the seconds since 1970 are thousandths, and digits of these at most."""

FIRST, LAST = 315_532_800, 4_102_444_800
"""The seconds at which 1980 and 2100 begin: before and after nobody posts."""


def read_owner(get: Callable[[str], str | None]) -> Owner | None:
    """Read the attributes of an element that may be a post."""
    name, stamp = get("data-author") or get("data-username"), get("data-timestamp")
    if not name and (quoted := get("data-quotedata")) and len(quoted) <= LONGEST_JSON:
        try:
            said = json.loads(quoted)
        except (ValueError, RecursionError):
            return None
        if isinstance(said, dict):
            name, stamp = said.get("username"), str(said.get("timestamp"))
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
        return None
    return Owner(" ".join(name.split()), _read_stamp(stamp or ""))


def _read_stamp(text: str) -> datetime | None:
    if not (text.isascii() and text.isdecimal()):
        return read_iso_time(text) if text else None
    seconds = int(text[:LONGEST_STAMP]) / (1000 if len(text) >= MILLISECONDS else 1)
    return datetime.fromtimestamp(seconds, UTC) if FIRST <= seconds < LAST and len(text) <= LONGEST_STAMP else None


class Owners:
    """The owners of the lines of a document, by the innermost element that has one.

    An element that holds main text as well as comments is the page's, or the opening post: it owns no comment.
    """

    def __init__(self, lines: Lines, roles: list[str]) -> None:
        self._lines = lines
        self._blocks: list[int] = []
        if lines.owners and lines.tags and lines.parents:
            self._blocks = [self._find(tag.block) for tag in lines.tags]
        main = {block for block, role in zip(self._blocks, roles, strict=False) if ROLES[role] == "main"}
        self._blocks = [0 if block in main else block for block in self._blocks]
        self._moments: dict[int, datetime] = {}
        for index, text in sorted((lines.moments or {}).items()) if self._blocks else ():
            if index < len(lines) and (moment := read_iso_time(text)) is not None:
                self._moments.setdefault(self._blocks[index], moment)

    def _find(self, block: int) -> int:
        """The innermost element with an owner around a block, 0 where there is none."""
        parents, owners = self._lines.parents or [], self._lines.owners or {}
        for _ in range(MOST_AROUND):
            if not block or block in owners:
                return block
            block = parents[block]
        return 0

    def of_line(self, index: int) -> Owner | None:
        """Who wrote the post in whose element a line stands, and when: as it says, else the first time in it."""
        block = self._blocks[index] if self._blocks else 0
        owner = (self._lines.owners or {}).get(block)
        return owner and (owner if owner.posted_at else owner._replace(posted_at=self._moments.get(block)))

    def are_apart(self, index: int, after: int) -> bool:
        """Whether two lines stand in posts of their own."""
        first, second = (self._blocks[at] if self._blocks else 0 for at in (index, after))
        return 0 < first != second > 0

    def mark_heads(self, roles: list[str]) -> None:
        """Take the lines that show the name of who wrote a post out of the beginning of what it says, in place."""
        begun: set[int] = set()
        for index, block in enumerate(self._blocks):
            if roles[index] != "comment" or block in begun or (owner := self.of_line(index)) is None:
                continue
            if owner.name and _shows(self._lines.texts[index], owner.name):
                roles[index] = "comment_meta"
            else:
                begun.add(block)


def _shows(text: str, name: str) -> bool:
    """Whether a line is a name and little else, or the initial that stands for a picture, with the user's status."""
    words = text.split()
    if len(words) <= 2 and words[0] == name[:1].upper() and len(words[0]) < len(name):
        return True
    return (text == name or text.startswith(f"{name} ")) and len(words) <= LONGEST_HEAD and text[-1] not in ".!?,"
