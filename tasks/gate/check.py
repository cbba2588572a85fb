"""A check of the gate: what it looks at, and what it may find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tasks.acquire.source import SourceSettings
from tasks.tally import DayTally, FileTally


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run did: its raw files, its days (with duplicates), and the rows that wait to be published.

    `rows` counts the rows of the finished shards by dataset. `withdrawals` has, for each source that would lose
    documents, how many it would lose and how many it has.
    """

    files: tuple[FileTally, ...]
    days: tuple[DayTally, ...]
    rows: Mapping[str, int]
    withdrawals: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. A breach holds its source, or everything where it names none; an alarm only tells.

    `value` and `limit` are the measured number and the one it was held against.
    """

    check: str
    is_breach: bool
    message: str
    source: str | None = None
    day: str | None = None
    value: float | None = None
    limit: float | None = None


class Check(Protocol):
    """One question to a run. A check is a module with this one function."""

    def look(self, evidence: Evidence, settings: Mapping[str, SourceSettings]) -> list[Finding]:
        """What is wrong, or an empty list."""
        ...
