"""The rooms as Prefect tasks: each shard is a task run, and what a run did is told in artifacts."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import pyarrow as pa
from prefect import get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.utilities.annotations import quote
from rich.console import Console

from flows import pipeline
from flows.engine import Engine, hand_out, start_engine
from flows.interrupt import end_within, interruptible
from flows.order import RunOrder
from flows.plan import make_plan
from flows.plan_view import plan_rows, sum_up
from flows.prefect_artifacts import Artifacts
from flows.progress import Watcher, current_watcher
from flows.summary import summarize, summarize_findings
from tasks.acquire.survey import Survey, SurveyOrder
from tasks.acquire.task import survey_task
from tasks.clean.finished import ShardResult
from tasks.clean.order import ShardOrder
from tasks.clean.task import clean_task
from tasks.dedupe.index import Crew
from tasks.dedupe.options import Options
from tasks.dedupe.resolve import IndexPlace, Resolution
from tasks.dedupe.task import resolve_task
from tasks.gate import Evidence, Finding
from tasks.gate.task import judge_task
from tasks.parts import PlacedPart
from tasks.publish.changes import Delta, Keys
from tasks.publish.snapshot import Snapshot
from tasks.publish.task import publish_task
from tasks.settings import Settings

T = TypeVar("T")

LINGER_SECONDS = 300.0
"""How long a process that a Prefect worker started may try to tell how it ended. Prefect gives up on the final state
after some 150 s; the events of the task runs, of which each costs seconds with a server that is gone, are cut off."""


def show_plan(order: RunOrder) -> Any:
    """Tell what the run would do, in an artifact, and do nothing: the state that the flow run ends in."""
    pipeline.check_order(order)
    plan = make_plan(order)
    create_table_artifact(key=f"{_key(order)}-plan", table=plan_rows(plan), description=sum_up(plan))
    return Completed(message=f"a plan only: {sum_up(plan)}")


def take_in(order: RunOrder) -> Any:
    """Run the whole way as a flow: the state that the flow run ends in."""
    watcher, artifacts = current_watcher() or Logged(), Artifacts(_key(order))
    with leaving_no_process(), interruptible(), start_engine(order.settings, watcher.say) as engine:
        rooms = PrefectRooms(engine, order.settings, artifacts)
        record = watcher.record = pipeline.take_in(order, rooms, watcher)
    artifacts.conclude(record, order.settings.curated)
    state = Completed if record.status in ("published", "nothing_new") else Failed
    found = f"; {summarize_findings(record)}" if record.findings else ""
    return state(message=f"{record.status}: {summarize(record)}{found}")


@contextmanager
def leaving_no_process() -> Iterator[None]:
    """See to it that a process which a Prefect worker started for this flow run alone ends soon after the work."""
    is_own = os.environ.get("PREFECT__FLOW_RUN_ID") == str(flow_run.id)
    if is_own:
        _outlive_worker()
    try:
        yield
    finally:
        if is_own:
            end_within(LINGER_SECONDS, 1)


def _outlive_worker() -> None:
    """Let the run go on where the worker that read its log is gone: rich would end the process at the next line."""
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", ()):
            console = getattr(handler, "console", None)
            if isinstance(console, Console):
                vars(console)["on_broken_pipe"] = partial(setattr, console, "quiet", True)  # noqa: FBT003


def _key(order: RunOrder) -> str:
    """The key of the artifacts of such runs."""
    return f"winnow-{order.flow}"


class PrefectRooms:
    """Calls each room's door; each shard is a task run, which hands it to the executor.

    Arguments go as they are: Prefect would else walk through all of them in search of futures.
    """

    def __init__(self, engine: Engine, settings: Settings, artifacts: Artifacts) -> None:
        self._engine, self._settings, self._artifacts = engine, settings, artifacts

    def acquire(self, order: SurveyOrder, ledger: pa.Table | None) -> Survey:
        """Survey `raw/`."""
        return survey_task(_as_is(order), _as_is(ledger))

    def clean(self, orders: Sequence[ShardOrder], done: Callable[[ShardResult], None]) -> None:
        """Clean all shards, as workers are free.

        No more are handed to Prefect than the workers have use for: whoever cancels the run need not wait for thousands
        of task runs to fail one by one.
        """

        def submit(order: ShardOrder, number: int) -> PrefectFuture[ShardResult]:
            name = f"{order.shard.source} {number}/{len(orders)}"
            return clean_task.submit(name, _as_is(order), _as_is(self._engine.executor))

        for taken, (future, _) in enumerate(hand_out(orders, submit, self._engine.lanes), 1):
            done(future.result())
            self._artifacts.advance(taken, len(orders))

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
        crew = Crew(self._engine.executor, self._engine.ranges)
        return resolve_task(
            _as_is(standing),
            _as_is(leaving),
            _as_is(fresh),
            _as_is(options),
            _as_is(index),
            _as_is(report),
            _as_is(crew),
        )

    def gate(self, evidence: Evidence, survey: Survey) -> list[Finding]:
        """Judge whether the run is fit to publish."""
        return judge_task(_as_is(evidence), _as_is(survey.settings))

    def publish(
        self, curated: Path, parent: Snapshot | None, delta: Delta, snapshot_id: str, facts: dict[str, Any]
    ) -> Snapshot:
        """Publish the next snapshot."""
        sources = {source for source, _ in delta.touched}
        return publish_task(
            self._settings.raw, sources, curated, _as_is(parent), _as_is(delta), snapshot_id, _as_is(facts)
        )

    def beside(self, work: Callable[[], T]) -> Callable[[], T]:
        """Have a worker do something while the run goes on; it is no task run."""
        return self._engine.executor.submit(work).result


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
