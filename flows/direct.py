"""The rooms called directly, without Prefect: the same functions, in the same order, on the same workers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.engine import hand_out
from flows.rooms import T
from tasks import gate
from tasks.acquire.survey import Survey, SurveyOrder, survey
from tasks.clean.finished import ShardResult, read_result
from tasks.clean.order import ShardOrder, carry_out
from tasks.dedupe.index import Crew
from tasks.dedupe.options import Options
from tasks.dedupe.resolve import IndexPlace, Resolution, resolve
from tasks.gate import Evidence, Finding
from tasks.parts import PlacedPart
from tasks.publish.changes import Delta, Keys
from tasks.publish.commit import publish_delta
from tasks.publish.snapshot import Snapshot


class DirectRooms:
    """Calls each room's function; shards go to the executor, and so do the ranges of an index that is cut."""

    def __init__(self, executor: Executor, lanes: Callable[[], int] = lambda: sys.maxsize, ranges: int = 1) -> None:
        self._executor, self._lanes, self._crew = executor, lanes, Crew(executor, ranges)

    def acquire(self, order: SurveyOrder, ledger: pa.Table | None) -> Survey:
        """Survey `raw/`."""
        return survey(order, ledger)

    def clean(self, orders: Sequence[ShardOrder], done: Callable[[ShardResult], None]) -> None:
        """Clean all shards, as workers are free."""
        for future, order in hand_out(orders, lambda order, _: self._executor.submit(carry_out, order), self._lanes):
            done(read_result(order.folder, reused=future.result()))

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
        return resolve(standing, leaving, fresh, options, index, report, self._crew)

    def gate(self, evidence: Evidence, survey: Survey) -> list[Finding]:
        """Judge whether the run is fit to publish."""
        return gate.judge(evidence, survey.settings)

    def publish(
        self, curated: Path, parent: Snapshot | None, delta: Delta, snapshot_id: str, facts: dict[str, Any]
    ) -> Snapshot:
        """Publish the next snapshot."""
        return publish_delta(curated, parent, delta, snapshot_id=snapshot_id, facts=facts)

    def beside(self, work: Callable[[], T]) -> Callable[[], T]:
        """Have a worker do something while the run goes on."""
        return self._executor.submit(work).result
