"""The flow `ingest`: whatever is new, changed or gone in `raw/` becomes the next snapshot of `curated/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow

from flows.order import RunOrder
from flows.parameters import DEFAULTS, RUNNER, WAIT_SECONDS, Megabytes, Seconds, SourceName, Workers
from flows.prefect_rooms import show_plan, take_in
from tasks.place import parse_place
from tasks.settings import Canonical, Settings


@flow(name="ingest", flow_run_name="ingest into {curated}", task_runner=RUNNER, persist_result=False)
def ingest(
    plan: bool = False,  # noqa: FBT001, FBT002 - a switch in Prefect's form
    accepted: frozenset[SourceName] = frozenset(),
    raw: str = str(DEFAULTS.raw),
    curated: Path = DEFAULTS.curated,
    workers: Workers = DEFAULTS.workers,
    shard_mb: Megabytes = DEFAULTS.shard_mb,
    canonical: Canonical = DEFAULTS.canonical,
    wait_seconds: Seconds = WAIT_SECONDS,
    dask: str | None = DEFAULTS.dask,
) -> Any:
    """Take in whatever is new, changed or gone in raw/, and publish one snapshot if anything is.

    Args:
        plan: Only tell what the run would do; nothing is written.
        accepted: Sources whose held records, or withdrawals, a person has looked at and accepts.
        raw: The folder of the raw files, one folder a source in it, or s3://bucket/prefix. Nothing is written there.
        curated: The folder of the snapshots.
        workers: Worker processes. Each takes about 320 MB and five times the shard.
        shard_mb: Megabytes of raw files in one shard, the unit of work, at most. Larger ones cost memory.
        canonical: Which document of a cluster of duplicates stands in `documents`. Another one than before moves rows
            of the whole snapshot.
        wait_seconds: How long to wait for another run that writes to the same folder.
        dask: Address of a Dask scheduler, as tcp://HOST:8786. Its workers take the place of worker processes here.

    """
    order = RunOrder(
        Settings(parse_place(raw), curated, workers, shard_mb, canonical, wait_seconds, accepted, dask or None)
    )
    return show_plan(order) if plan else take_in(order)


if __name__ == "__main__":
    ingest()
