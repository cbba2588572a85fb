"""The flow `ingest`: whatever is new, changed or gone in `raw/` becomes the next snapshot of `curated/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.order import RunOrder
from flows.prefect_rooms import show_plan, take_in
from tasks.settings import Canonical, Settings

_DEFAULTS = Settings()

_RUNNER: Any = ThreadPoolTaskRunner(max_workers=_DEFAULTS.workers)


@flow(
    name="ingest",
    flow_run_name="ingest into {curated}",
    task_runner=_RUNNER,
    persist_result=False,
)
def ingest(
    raw: Path = _DEFAULTS.raw,
    curated: Path = _DEFAULTS.curated,
    workers: int = _DEFAULTS.workers,
    shard_mb: float = _DEFAULTS.shard_mb,
    canonical: Canonical = "earliest",
    wait_seconds: float = 0.0,
    accepted: frozenset[str] = frozenset(),
    plan: bool = False,  # noqa: FBT001, FBT002 - a switch in Prefect's form
) -> Any:
    """Take in whatever is new, changed or gone in raw/, and publish one snapshot if anything is.

    Args:
        raw: The folder with the raw files, one folder a source in it. Never written to.
        curated: The folder of the snapshots.
        workers: Worker processes.
        shard_mb: Megabytes of raw files in one shard, the unit of work.
        canonical: Which document of a cluster of duplicates stands in `documents`.
        wait_seconds: How long to wait for another run that writes to the same folder.
        accepted: Sources whose held records, or withdrawals, a person has accepted.
        plan: Only tell what the run would do.

    """
    order = RunOrder(Settings(raw, curated, workers, shard_mb, canonical, wait_seconds, accepted))
    return show_plan(order) if plan else take_in(order)


if __name__ == "__main__":
    ingest()
