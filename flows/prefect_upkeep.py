"""Upkeep as Prefect tasks, each step a task run, and what it did as artifacts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from prefect.artifacts import create_table_artifact
from prefect.states import Completed, Failed
from prefect.utilities.annotations import quote

from flows import upkeep
from flows.interrupt import interruptible
from flows.prefect_artifacts import Artifacts
from flows.prefect_rooms import Logged, leaving_no_process
from flows.progress import current_watcher
from flows.summary import summarize
from flows.upkeep_plan import UpkeepOrder, plan_upkeep
from flows.upkeep_view import plan_rows
from tasks.dedupe.task import keep_index_task
from tasks.publish.task import clear_task, expire_task, merge_task

ARTIFACT = "winnow-maintain"
"""The key of the artifacts of such runs."""


def show_plan(order: UpkeepOrder) -> Any:
    """Tell what upkeep would do, in an artifact, and do nothing: the state that the flow run ends in."""
    plan = plan_upkeep(order, datetime.now(UTC))
    rows = plan_rows(plan)
    create_table_artifact(key=f"{ARTIFACT}-plan", table=rows, description="what would be done; nothing was written")
    return Completed(message="a plan only: " + "; ".join(row["what"] for row in rows))


def keep_up(order: UpkeepOrder) -> Any:
    """Do what there is to do as a flow: the state that the flow run ends in."""
    watcher, artifacts = current_watcher() or Logged(), Artifacts(ARTIFACT)
    steps = upkeep.Steps(
        expire=_called_as_is(expire_task),
        merge=_called_as_is(merge_task),
        index=_called_as_is(keep_index_task),
        clear=_called_as_is(clear_task),
    )
    with leaving_no_process(), interruptible():
        record = watcher.record = upkeep.maintain(order, steps, watcher)
    artifacts.conclude(record, order.curated)
    state = Failed if record.status == "failed" else Completed
    return state(message=f"{record.status}: {summarize(record)}")


def _called_as_is(task: Callable[..., Any]) -> Callable[..., Any]:
    """The task, its arguments handed on without Prefect looking into them."""

    def call(*arguments: Any, **named: Any) -> Any:
        return task(*map(quote, arguments), **{name: quote(value) for name, value in named.items()})

    return call
