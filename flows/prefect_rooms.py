"""The rooms as Prefect tasks: each shard is a task run, and what a run did is told in artifacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import pyarrow as pa
from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.futures import as_completed
from prefect.states import Completed, Failed
from prefect.utilities.annotations import quote

from flows import pipeline
from flows.engine import worker_pool
from flows.interrupt import interruptible
from flows.order import RunOrder
from flows.plan import make_plan
from flows.plan_view import plan_rows, sum_up
from flows.progress import Watcher, current_watcher
from flows.summary import outcome_rows, summarize
from tasks.acquire.survey import Survey, SurveyOrder
from tasks.acquire.task import survey_task
from tasks.clean.shard import ShardOrder, ShardResult
from tasks.clean.task import clean_task
from tasks.dedupe.options import Options
from tasks.dedupe.resolve import IndexPlace, Resolution
from tasks.dedupe.task import resolve_task
from tasks.gate import Evidence, Finding
from tasks.gate.task import judge_task
from tasks.parts import PlacedPart
from tasks.publish.changes import Delta, Keys
from tasks.publish.snapshot import Snapshot
from tasks.publish.task import publish_task

T = TypeVar("T")

ARTIFACT = "winnow-ingest"
"""The key under which each run's table stands in Prefect."""


def show_plan(order: RunOrder) -> Any:
    """Tell what the run would do, in an artifact, and do nothing: the state that the flow run ends in."""
    pipeline.check_order(order)
    plan = make_plan(order)
    create_table_artifact(key=f"{ARTIFACT}-plan", table=plan_rows(plan), description=sum_up(plan))
    return Completed(message=f"a plan only: {sum_up(plan)}")


def take_in(order: RunOrder) -> Any:
    """Run the whole way as a flow: the state that the flow run ends in."""
    watcher = current_watcher() or Logged()
    with interruptible(), worker_pool(order.settings.workers) as executor:
        record = watcher.record = pipeline.take_in(order, PrefectRooms(executor), watcher)
    create_table_artifact(key=ARTIFACT, table=outcome_rows(record), description=summarize(record))
    state = Completed if record.status in ("published", "nothing_new") else Failed
    return state(message=f"{record.status}: {summarize(record)}")


class PrefectRooms:
    """Calls each room's door; each shard is a task run, which hands it to the executor.

    Arguments go as they are: Prefect would else walk through all of them in search of futures.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def acquire(self, order: SurveyOrder, ledger: pa.Table | None) -> Survey:
        """Survey `raw/`."""
        return survey_task(_as_is(order), _as_is(ledger))

    def clean(self, orders: Sequence[ShardOrder], done: Callable[[ShardResult], None]) -> None:
        """Clean all shards, as workers are free."""
        progress = create_progress_artifact(progress=0.0, key=f"{ARTIFACT}-progress", description="shards cleaned")
        futures = [
            clean_task.submit(f"{order.shard.source} {number}/{len(orders)}", _as_is(order), _as_is(self._executor))
            for number, order in enumerate(orders, 1)
        ]
        for number, future in enumerate(as_completed(futures), 1):
            done(future.result())
            if isinstance(progress, UUID):
                update_progress_artifact(artifact_id=progress, progress=100.0 * number / len(orders))

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
        return resolve_task(
            _as_is(standing), _as_is(leaving), _as_is(fresh), _as_is(options), _as_is(index), _as_is(report)
        )

    def gate(self, evidence: Evidence, survey: Survey) -> list[Finding]:
        """Judge whether the run is fit to publish."""
        return judge_task(_as_is(evidence), _as_is(survey.settings))

    def publish(
        self, curated: Path, parent: Snapshot | None, delta: Delta, snapshot_id: str, facts: dict[str, Any]
    ) -> Snapshot:
        """Publish the next snapshot."""
        return publish_task(curated, _as_is(parent), _as_is(delta), snapshot_id=snapshot_id, facts=_as_is(facts))


def _as_is(value: T) -> T:
    """Mark an argument so that Prefect hands it on without looking into it."""
    return cast(T, quote(value))


class Logged(Watcher):
    """Tells Prefect's log of the run, where nobody sits at a terminal."""

    def say(self, message: str) -> None:
        """Log the message."""
        get_run_logger().info(message)

    def stage(self, name: str, total: int, unit: str) -> None:
        """Log that the stage starts."""
        get_run_logger().info("%s: %d %s", name, total, unit)

    def advance(self, done: int, detail: str = "") -> None:
        """Say nothing: the task runs show it."""
