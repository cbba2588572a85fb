"""The flow `backfill`: days of some sources done over, also where nothing changed, by the same code as `ingest`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow

from flows.order import RunOrder
from flows.parameters import DEFAULTS, RUNNER, WAIT_SECONDS, Day, Megabytes, Reason, Seconds, SourceName, Workers
from flows.prefect_rooms import show_plan, take_in
from tasks.acquire.scope import Scope
from tasks.place import parse_place
from tasks.settings import Canonical, Settings


@flow(name="backfill", flow_run_name="backfill into {curated}", task_runner=RUNNER, persist_result=False)
def backfill(
    sources: frozenset[SourceName] = frozenset(),
    since: Day | None = None,
    until: Day | None = None,
    everything: bool = False,  # noqa: FBT001, FBT002 - switches in Prefect's form
    only_rejected: bool = False,  # noqa: FBT001, FBT002
    reasons: frozenset[Reason] = frozenset(),
    plan: bool = False,  # noqa: FBT001, FBT002
    raw: str = str(DEFAULTS.raw),
    curated: Path = DEFAULTS.curated,
    workers: Workers = DEFAULTS.workers,
    shard_mb: Megabytes = DEFAULTS.shard_mb,
    canonical: Canonical = DEFAULTS.canonical,
    wait_seconds: Seconds = WAIT_SECONDS,
    dask: str | None = DEFAULTS.dask,
) -> Any:
    """Do the raw files of some sources and days over, whether they changed or not, and publish one snapshot of it.

    Args:
        sources: The sources to do over; none named are all of them.
        since: The first day to do over.
        until: The last day to do over.
        everything: Do all sources and days over. Needed where neither sources nor days are named.
        only_rejected: Only raw files with records that were rejected.
        reasons: With only_rejected, only those rejected for one of these reasons; none named is any reason.
        plan: Only tell what the run would do; nothing is written.
        raw: The folder of the raw files, one folder a source in it, or s3://bucket/prefix. Nothing is written there.
        curated: The folder of the snapshots.
        workers: Worker processes. Each takes about 320 MB and five times the shard.
        shard_mb: Megabytes of raw files in one shard, the unit of work, at most. Larger ones cost memory.
        canonical: Which document of a cluster of duplicates stands in `documents`. Another one than before moves rows
            of the whole snapshot.
        wait_seconds: How long to wait for another run that writes to the same folder.
        dask: Address of a Dask scheduler, as tcp://HOST:8786. Its workers take the place of worker processes here.

    """
    settings = Settings(parse_place(raw), curated, workers, shard_mb, canonical, wait_seconds, dask=dask or None)
    scope = Scope(sources, since, until)
    order = RunOrder(settings, scope, reasons if only_rejected else None, is_everything=everything)
    return show_plan(order) if plan else take_in(order)


if __name__ == "__main__":
    backfill()
