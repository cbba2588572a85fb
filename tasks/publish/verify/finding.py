"""What verification finds: what is wrong, where, and what kind of thing to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Check = Literal["link", "manifest", "folder", "part", "pieces", "documents", "accounts", "raw", "index", "unchecked"]

Remedy = Literal["backfill", "restore", "remove", "ingest", "maintain", "update", "none"]
"""`backfill` makes the partition anew from its raw files; `restore` goes back to an older snapshot; `remove` is for a
person to do; `ingest` and `maintain` mend it when they run next; `update` wants a newer Winnow."""

Partition = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    `place` is a path below `curated/`, a raw path, or a partition of a dataset. `partition` is the one to make anew
    where the remedy is a backfill. `is_damage` tells what is wrong from what is only worth knowing. `way_out` says in
    words what to do, once all is known.
    """

    check: Check
    place: str
    problem: str
    remedy: Remedy = "none"
    partition: Partition | None = None
    is_damage: bool = True
    way_out: str = ""


SHOWN = 3
"""So many examples are named of what is wrong in the same way at one place."""


def name_some(names: Sequence[str], count: int) -> str:
    """Some of so many things by name.

    >>> name_some(["a", "b"], 2)
    'a, b'
    >>> name_some(["a", "b", "c", "d"], 9)
    'a, b, c and 6 more'
    """
    shown = names[:SHOWN]
    return ", ".join(shown) + (f" and {count - len(shown)} more" if count > len(shown) else "")
