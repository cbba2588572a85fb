"""Scope: which raw files are to be done over, whether anything of them changed or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from tasks.acquire.ledger import Difference, HashedFile


@dataclass(frozen=True, slots=True)
class Scope:
    """The raw files of some sources that hold records of some days.

    No `sources` are all of them. `since` and `until` are the first and the last day, both with it; None is no bound.
    `only` are the raw paths to choose among; None is all of them.
    """

    sources: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    only: frozenset[str] | None = None

    @property
    def has_days(self) -> bool:
        """Whether days bound it."""
        return self.since is not None or self.until is not None

    def covers(self, raw_path: str, days: Collection[str]) -> bool:
        """Whether it holds a raw file with records of these days (`YYYY-MM-DD`).

        Without days nobody knows yet which ones the file has: then it is in no scope that days bound.
        """
        if self.sources and raw_path.partition("/")[0] not in self.sources:
            return False
        if self.only is not None and raw_path not in self.only:
            return False
        since = self.since.isoformat() if self.since else ""
        until = self.until.isoformat() if self.until else "9999-12-31"
        return not self.has_days or any(since <= day <= until for day in days)


def restrict(difference: Difference, ledger: pa.Table | None, scope: Scope) -> Difference:
    """Only what lies in the scope: of that, files that are as they were are stale too; of all else nothing is done.

    `ledger` has the columns of `schema.INPUTS`. A moved file is in the scope with either of its two paths.
    """
    known = _days_by_path(ledger)
    own = {item.file.raw_path: item.file.day for item in (*difference.new, *difference.held)}

    def covers(path: str, day: str | None = None) -> bool:
        return scope.covers(path, {*known.get(path, ()), *filter(None, [day])})

    moved = [(old, new) for old, new in difference.moved if covers(old) or covers(new, own.get(new))]
    drawn = {path for pair in moved for path in pair}

    def holds(item: HashedFile) -> bool:
        return item.file.raw_path in drawn or covers(item.file.raw_path, item.file.day)

    again = [item for item in (*difference.unchanged, *difference.held) if holds(item)]
    stale = [*(item for item in difference.stale if holds(item)), *again]
    return replace(
        difference,
        new=tuple(filter(holds, difference.new)),
        changed=tuple(filter(holds, difference.changed)),
        stale=tuple(sorted(stale, key=lambda item: item.file.raw_path)),
        held=tuple(item for item in difference.held if not holds(item)),
        unchanged=tuple(item for item in difference.unchanged if not holds(item)),
        gone=tuple(path for path in difference.gone if path in drawn or covers(path)),
        moved=tuple(moved),
    )


def count_outside(whole: Difference, restricted: Difference) -> int:
    """How many new, changed, stale and gone files a restriction left for the next ingest."""
    inside = {item.file.raw_path for item in (*restricted.new, *restricted.changed, *restricted.stale)}
    todo = [item.file.raw_path for item in (*whole.new, *whole.changed, *whole.stale)]
    return sum(path not in inside for path in todo) + len(whole.gone) - len(restricted.gone)


def _days_by_path(ledger: pa.Table | None) -> Mapping[str, set[str]]:
    days: defaultdict[str, set[str]] = defaultdict(set)
    if ledger is not None:
        paths, lists, own = (ledger[name].to_pylist() for name in ("raw_path", "days", "day"))
        for path, several, day in zip(paths, lists, own, strict=True):
            days[path] |= {*several, *([day] if not several else ())}
    return days
