"""The rooms as a run calls them, and what stood before the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from tasks.acquire.survey import Survey, SurveyOrder
from tasks.clean.finished import ShardResult
from tasks.clean.order import ShardOrder
from tasks.dedupe.options import Options
from tasks.dedupe.resolve import IndexPlace, Resolution
from tasks.gate import Evidence, Finding
from tasks.parts import PlacedPart, read_rows
from tasks.publish.changes import Delta, Keys
from tasks.publish.current import load_published
from tasks.publish.snapshot import Snapshot
from tasks.schema import INPUTS

T = TypeVar("T")


class Rooms(Protocol):
    """The rooms as a run calls them: as Prefect tasks, or directly."""

    def acquire(self, order: SurveyOrder, ledger: pa.Table | None) -> Survey:
        """Survey `raw/`."""
        ...

    def clean(self, orders: Sequence[ShardOrder], done: Callable[[ShardResult], None]) -> None:
        """Clean all shards, and call `done` with each result, in any order but one at a time."""
        ...

    def dedupe(
        self,
        standing: Sequence[PlacedPart],
        leaving: Keys,
        fresh: Sequence[PlacedPart],
        options: Options,
        index: IndexPlace,
        report: Callable[[int], None],
    ) -> Resolution:
        """Cluster what lives after the run."""
        ...

    def gate(self, evidence: Evidence, survey: Survey) -> list[Finding]:
        """Judge whether the run is fit to publish."""
        ...

    def publish(
        self, curated: Path, parent: Snapshot | None, delta: Delta, snapshot_id: str, facts: dict[str, Any]
    ) -> Snapshot:
        """Publish the next snapshot."""
        ...

    def beside(self, work: Callable[[], T]) -> Callable[[], T]:
        """Have a worker do something while the run goes on; what is given back waits for what comes of it."""
        ...


@dataclass(frozen=True)
class Standing:
    """What was published before the run: the snapshot and its ledger, both None before the first one."""

    snapshot: Snapshot | None
    ledger: pa.Table | None

    def parts_of(self, dataset: str) -> list[PlacedPart]:
        """The parts of one dataset."""
        return self.snapshot.parts_of(dataset) if self.snapshot else []


def load_standing(curated: Path) -> Standing:
    """What is published now. `StorageError` where that cannot be told."""
    snapshot = load_published(curated)
    return Standing(snapshot, read_rows(snapshot.parts_of("inputs"), INPUTS) if snapshot else None)
