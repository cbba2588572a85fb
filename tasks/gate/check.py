"""A check of the gate: what it looks at, and what it may find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pyarrow as pa

from tasks.acquire.source import SourceSettings
from tasks.tally import DayTally, FileTally

Partition = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run did, and what stood before it.

    - `today`: the UTC date of the run. Checks have no clock.
    - `files`, `days`: the raw files that were read, and their records by source and day, with duplicates.
    - `rows`: the rows that wait to be published, by dataset. `schemas`: the Arrow schemas of their parts, each with its
      dataset and one part that has it.
    - `withdrawals`: for each source that would lose documents, how many it would lose and how many it has.
    - `standing`: what the snapshot before the run has of each source by day; `characters` and `withdrawn` are counted
      for the days that checks compare, and 0 for all others. `staying`: what remains of it on the days of the run.
    - `arrived`: how many records each day of a source has after the run, whether published or held.
    - `clusters`: the canonicals of clusters grown past all sense, with the number of their documents.
    - `damaged`: days of which a part could not be read, and why. `standing` counts them from the manifest.
    - `returned`: for each source the new documents whose text was withdrawn under another id.
    """

    today: date
    files: tuple[FileTally, ...] = ()
    days: tuple[DayTally, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    schemas: tuple[tuple[str, pa.Schema, str], ...] = ()
    withdrawals: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    standing: Mapping[str, Mapping[str, DayTally]] = field(default_factory=dict)
    staying: Mapping[Partition, DayTally] = field(default_factory=dict)
    arrived: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    clusters: Mapping[str, int] = field(default_factory=dict)
    damaged: Mapping[Partition, str] = field(default_factory=dict)
    returned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
        """What is wrong, or an empty list.

        `settings` has every source that is in order; of the others nothing changes in the run.
        """
        ...
