"""A raw file, and what an inventory of them holds, wherever they lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import pyarrow as pa

from tasks.acquire.profile import PROFILE_FILE
from tasks.acquire.source import SETTINGS_FILE
from tasks.errors import SourceError
from tasks.objects import SCHEME
from tasks.place import Place, State, place_at

WITHDRAWN_FILE = "withdrawn.txt"

_UNFINISHED = (".part", ".tmp")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something among the raw files has no content: a code of `REASONS` and the particulars."""

    reason: str
    detail: str


class RawFile(NamedTuple):
    """A file below `raw/<source>/`: a tuple, as a million of them may be made and sent to workers.

    `raw_path` is its name for people and tables (see `paths`), `location` the one to open. `bytes`, `modified_ns` and
    `changed_ns` (of content or inode) are as of the inventory. Of an object `changed_ns` is a number made of its ETag,
    and `modified_ns` is 0 where it is too young to be told by its time. Where `trouble` is set there is nothing to
    open: the file is read as one rejected record.
    """

    source: str
    raw_path: str
    location: str
    day: str | None
    bytes: int
    modified_ns: int
    changed_ns: int
    trouble: Trouble | None = None

    @property
    def path(self) -> Place:
        """The place to open. It is made when asked for: of most files, nothing but the name is ever needed."""
        return place_at(self.location)

    @property
    def to_open(self) -> Place | str:
        """What opens it in the least time: of thousands of small files, making a `Path` takes as long as to read."""
        return self.path if self.is_object else self.location

    def look(self) -> State:
        """What is known of it now. `OSError` where it cannot be told."""
        return self.path.stat() if self.is_object else os.stat(self.location)  # noqa: PTH116 - see `to_open`

    @property
    def is_object(self) -> bool:
        """Whether it lies in object storage."""
        return self.location.startswith(SCHEME)

    def looks_like(self, size: int, modified_ns: int, changed_ns: int) -> bool:
        """Whether this is how it looked at the inventory. Of an object size and ETag say it all."""
        if self.is_object:
            return (size, changed_ns) == (self.bytes, self.changed_ns)
        return (size, modified_ns, changed_ns) == (self.bytes, self.modified_ns, self.changed_ns)

    def is_still(self, state: State) -> bool:
        """Whether nobody wrote to it since the inventory, as a state of its path tells."""
        if self.is_object:
            return self.looks_like(state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        return (state.st_size, state.st_mtime_ns) == (self.bytes, self.modified_ns)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should know, and that stops nothing: where, and what."""

    raw_path: str
    problem: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """All raw files, in the order of their paths.

    `untouched` are the raw paths of those that look as they should, of which nothing else is known. `waiting` are
    those that changed too lately to be read. `stopped` are sources that could not be listed, with the reason: nothing
    may be concluded from the absence of their files.
    """

    files: tuple[RawFile, ...]
    untouched: pa.Array = field(default_factory=partial(pa.array, [], pa.string()))
    waiting: tuple[RawFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    stopped: Mapping[str, SourceError] = field(default_factory=dict)

    def lying(self) -> dict[str, RawFile]:
        """The files by their raw paths, those that wait too; but not what is untouched."""
        return {file.raw_path: file for file in (*self.files, *self.waiting)}


def is_left_out(name: str, *, is_top: bool) -> bool:
    """Whether a file or folder of this name is passed over; `is_top` is at the top of its source."""
    if name.startswith(".") or name.lower().endswith(_UNFINISHED):
        return True
    return is_top and (name in (SETTINGS_FILE, PROFILE_FILE) or name.startswith("README"))
