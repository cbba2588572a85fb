"""Whose post an element is: boards say in its attributes who wrote it and when, whatever they show."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from tasks.clean.segments.dates import read_iso_time
from tasks.clean.segments.lines import Element, Lines, Owner
from tasks.clean.segments.looks import look_at
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.threads.authors import LONGEST_NAME, without_badges
from tasks.document import ROLES

OWNING = frozenset({"data-author", "data-username", "data-quotedata"})
"""Attributes of an element that is a post: who wrote it, or a JSON object that says so."""

MOST_AROUND = 60
"""Elements around a line that are looked at: the time stays linear however deep a page is nested."""

LONGEST_JSON, LONGEST_HEAD = 2000, 5
"""Characters of an attribute that are read as JSON, and words of a line that begins with the name of who wrote it."""

FEWEST_NAMED = 3
"""Names in elements of one form that show who wrote the posts."""

_USER_NAMES = frozenset({"username", "postername", "authorname", "membername", "postusername", "displayname"})
_USERS, _NAMES = frozenset({"user", "author", "poster", "member", "commenter"}), frozenset({"name", "nickname"})
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DASHES = " –—-·"
_BYLINE = TAG_BIT["class_byline"]

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

    Where no attribute tells any, they are told by names: each in an element called after users, one in each of the
    elements that come again. An element that holds main text as well as comments is the page's, or the opening post: it
    owns no comment.
    """

    def __init__(self, lines: Lines, roles: list[str]) -> None:
        self._lines = lines
        self._blocks: list[int] = []
        self._moments: dict[int, datetime] = {}
        self.are_sure = bool(lines.owners)
        self._owners = lines.owners or ({} if "comment" not in roles else find_named(lines))
        if not (self._owners and lines.tags and lines.parents):
            return
        blocks = [self._find(tag.block) for tag in lines.tags]
        main = {block for block, role in zip(blocks, roles, strict=True) if ROLES[role] == "main"}
        self._blocks = [0 if block in main else block for block in blocks]
        for index, text in sorted((lines.moments or {}).items()):
            if index < len(lines) and (moment := read_iso_time(text)) is not None:
                self._moments.setdefault(self._blocks[index], moment)

    def _find(self, block: int) -> int:
        """The innermost element with an owner around a block, 0 where there is none."""
        parents, owners = self._lines.parents or [], self._owners
        for _ in range(MOST_AROUND):
            if not block or block in owners:
                return block
            block = parents[block]
        return 0

    def of_line(self, index: int) -> Owner | None:
        """Who wrote the post in whose element a line stands, and when: as it says, else the first time in it."""
        block = self._blocks[index] if self._blocks else 0
        owner = self._owners.get(block)
        return owner and (owner if owner.posted_at else owner._replace(posted_at=self._moments.get(block)))

    def are_apart(self, index: int, after: int) -> bool:
        """Whether two lines stand in posts of their own."""
        first, second = (self._blocks[at] if self._blocks else 0 for at in (index, after))
        return 0 < first != second > 0

    def mark_heads(self, roles: list[str]) -> None:
        """Take the lines that show the name of who wrote a post out of the beginning of what it says, in place.

        Where names in elements of their own tell who did, wherever these stand.
        """
        begun: set[int] = set()
        for index, block in enumerate(self._blocks):
            if roles[index] != "comment" or (owner := self._owners.get(block)) is None:
                continue
            text = self._lines.texts[index]
            is_name = not self.are_sure and text.startswith(owner.name) and without_badges(text) == owner.name
            if is_name or (block not in begun and _shows(text, owner.name)):
                roles[index] = "comment_meta"
            else:
                begun.add(block)


def _shows(text: str, name: str) -> bool:
    """Whether a line is a name and little else, or the initial that stands for a picture, with the user's status."""
    words = text.split()
    if len(words) <= 2 and words[0] == name[:1].upper() and len(words[0]) < len(name):
        return True
    return (text == name or text.startswith(f"{name} ")) and len(words) <= LONGEST_HEAD and text[-1] not in ".!?,"


def find_named(lines: Lines) -> dict[int, Owner]:
    """The elements that hold one name each, of those that come again: the largest around it without another name."""
    tags, parents, elements = lines.tags, lines.parents, lines.elements
    if tags is None or parents is None or elements is None:
        return {}
    named: dict[tuple[int, int], list[int]] = {}
    for index, tag in enumerate(tags):
        if (rank := _rank(elements[tag.block], tag.own)) and _may_be_name(lines.texts[index]):
            named.setdefault((rank, tag.path), []).append(index)
    (_, _), found = max(named.items(), key=lambda item: (item[0][0], len(item[1])), default=((0, 0), []))
    if len(found) < FEWEST_NAMED:
        return {}
    chains = [_around(parents, tags[index].block) for index in found]
    counts = Counter(block for chain in chains for block in chain)
    names = [without_badges(lines.texts[index].strip(_DASHES)) for index in found]
    return {
        [block for block in chain if counts[block] == 1][-1]: Owner(name, None)
        for name, chain in zip(names, chains, strict=True)
        if counts[chain[0]] == 1
    }


def _around(parents: list[int], block: int) -> list[int]:
    chain = [block]
    while (block := parents[block]) and len(chain) < MOST_AROUND:
        chain.append(block)
    return chain


def _rank(element: Element, own: int) -> int:
    """How surely an element is called after users: 2 for the name of one, 1 for what may be anything of an author's."""
    names = " ".join(filter(None, (element[1], element[4]))) if len(element) > 1 else ""
    if names and _are_of_users(names):
        return 2
    return 1 if own & _BYLINE else 0


@lru_cache(maxsize=1 << 12)
def _are_of_users(names: str) -> bool:
    """Whether the class and the property of an element say that it is the name of a user; most come again."""
    words = {word.lower() for word in _NAME_WORD.findall(names)}
    return not words.isdisjoint(_USER_NAMES) or not (words.isdisjoint(_USERS) or words.isdisjoint(_NAMES))


def _may_be_name(text: str) -> bool:
    if len(text) > LONGEST_NAME or text.count(" ") >= LONGEST_HEAD or text[-1] in ".!?:,":
        return False
    return look_at(text).kind in {"name", "plain"}
