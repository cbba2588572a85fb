"""What an archive is: a stream of members, read in the order in which they lie there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from tasks.acquire.inventory import Trouble
from tasks.acquire.stream import Chunks, Damage, Stream

Meter = Callable[[Chunks], Chunks]
"""Counts what decompression gives, and ends it with a `Damage` where it becomes too much."""

_DRIVE = re.compile(rb"[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name as it stands in the archive, where it starts there, and its content or why it has none."""

    name: bytes
    offset: int
    content: Stream | Trouble


class Archive(Protocol):
    """One format. An archive is a module with these three names."""

    NAME: str

    def sniff(self, head: bytes) -> bool:
        """Whether this is the format of a stream with this head."""
        ...

    def read_members(self, stream: Stream, meter: Meter) -> Iterator[Member | Damage]:
        """Give the members one by one, read forwards: nothing is unpacked to disk, and nothing is looked up.

        A member's content is to be read before the next is asked for; what is left of it is passed over. Folders are no
        members. Where the archive is broken a `Damage` comes instead, with its offset in the archive, and the next
        member that can be found after it.
        """
        ...


def tidy_name(name: bytes) -> bytes:
    """The name without empty and `.` parts."""
    return b"/".join(part for part in name.split(b"/") if part not in (b"", b".")) if not is_unsafe(name) else name


def is_unsafe(name: bytes) -> bool:
    """Whether a name would lead out of the folder into which a careless program unpacks it."""
    if name.startswith((b"/", b"\\")) or _DRIVE.match(name):
        return True
    return b".." in name.replace(b"\\", b"/").split(b"/")


def is_left_out(name: bytes) -> bool:
    """Whether a member is no raw file: dotfiles, unfinished ones, and what macOS adds to an archive."""
    parts = name.split(b"/")
    return parts[0] == b"__MACOSX" or any(
        part.startswith(b".") or part.lower().endswith((b".part", b".tmp")) for part in parts
    )
