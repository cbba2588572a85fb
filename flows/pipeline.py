"""The way through, from raw files to a published snapshot, whoever calls the rooms: Prefect, or nobody but us."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from flows.order import RunOrder
from flows.progress import Watcher
from flows.recorded import run_recorded
from flows.rooms import Rooms, load_standing
from flows.run import Run
from tasks.acquire.inventory import list_sources
from tasks.acquire.scope import Scope
from tasks.errors import UsageError
from tasks.objects import refuse_address
from tasks.publish.contract import REASONS
from tasks.publish.runs import RunRecord
from tasks.publish.snapshot import CURRENT, SNAPSHOTS, load_current
from tasks.publish.storage import follow
from tasks.settings import Settings


def take_in(order: RunOrder, rooms: Rooms, watcher: Watcher) -> RunRecord:
    """Take in what the order asks for, and publish a snapshot if anything of it is other than it was.

    The record of the run is in `curated/runs/` from its start on, whatever becomes of it. `WinnowError` where the run
    cannot go on: then the snapshot before is current.
    """
    check_order(order)
    settings = order.settings if order.settings.dask is None else order.settings.for_all_hosts()
    order = replace(order, settings=settings)
    return run_recorded(
        order.flow,
        settings.curated,
        settings.wait_seconds,
        order.asked,
        watcher,
        lambda record, timed, keep: Run(order, rooms, timed, record, load_standing(settings.curated), keep).go(),
    )


def check_order(order: RunOrder) -> None:
    """`UsageError` where the order cannot be meant so: folders in one another, days in reverse, unknown sources."""
    _check_folders(order.settings)
    scope = order.scope
    if scope is None:
        return
    check_sources(order.settings, scope.sources)
    if order.flow == "backfill" and scope == Scope() and not order.is_everything:
        raise UsageError(
            problem="a backfill without source and days would do everything over",
            hint="name some with --source, --since and --until, or say --all",
        )
    if scope != Scope() and order.is_everything:
        raise UsageError(
            problem="everything over, and only some sources or days, cannot both be meant",
            hint="leave out --all, or --source, --since and --until",
        )
    if scope.since and scope.until and scope.since > scope.until:
        raise UsageError(
            problem=f"no day lies between {scope.since} and {scope.until}", hint="the first day comes first: swap them"
        )
    unknown = sorted((order.reasons or frozenset()) - REASONS.keys())
    if unknown:
        raise UsageError(problem=f"there is no reason {unknown[0]!r}", hint=f"one of: {', '.join(sorted(REASONS))}")


def check_sources(settings: Settings, wanted: Collection[str]) -> None:
    """`UsageError` where a source is neither in `raw/` nor in what is published; it names those that are.

    `SourceError` where `raw/` is missing or empty.
    """
    in_raw = list_sources(settings.raw)
    if not wanted:
        return
    snapshot = load_current(settings.curated)
    known = {*in_raw, *(part.source for part in (snapshot.parts if snapshot else ()))}
    for source in sorted(wanted):
        if source not in known:
            near = difflib.get_close_matches(source, known, 1)
            hint = f"did you mean {near[0]}? There are: " if near else "there are: "
            raise UsageError(problem=f"there is no source {source!r}", hint=hint + ", ".join(sorted(known)))


def _check_folders(settings: Settings) -> None:
    refuse_address(str(settings.curated))
    curated = follow(settings.curated)
    raw = follow(settings.raw) if isinstance(settings.raw, Path) else None
    if raw is not None and (raw == curated or raw in curated.parents or curated in raw.parents):
        raise UsageError(
            problem=f"raw/ and curated/ must lie apart, not {settings.raw} and {settings.curated}",
            hint="choose others with --raw and --curated",
        )
    if raw is not None and (raw / CURRENT).is_symlink() and (raw / SNAPSHOTS).is_dir():
        raise UsageError(
            problem=f"{settings.raw} holds snapshots: it is a curated/, not a raw/", hint="choose another with --raw"
        )
    try:
        str(curated).encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            problem=f"the path {curated} is not UTF-8: no reader of Parquet could open what is published there",
            hint="choose another --curated",
        ) from error
