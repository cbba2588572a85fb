"""The way through, from raw files to a published snapshot, whoever calls the rooms: Prefect, or nobody but us."""

from __future__ import annotations

from dataclasses import asdict

from flows.progress import Watcher
from flows.recorded import run_recorded
from flows.rooms import Rooms, load_standing
from flows.run import Run
from tasks.errors import UsageError
from tasks.publish.runs import RunRecord
from tasks.settings import Settings


def ingest(settings: Settings, rooms: Rooms, watcher: Watcher) -> RunRecord:
    """Take in whatever is new, changed or gone in `raw/`, and publish a snapshot if anything is.

    The record of the run is in `curated/runs/` from its start on, whatever becomes of it. `WinnowError` where the run
    cannot go on: then the snapshot before is current.
    """
    _check_folders(settings)
    return run_recorded(
        "ingest",
        settings.curated,
        settings.wait_seconds,
        asdict(settings),
        watcher,
        lambda record: Run(settings, rooms, watcher, record, load_standing(settings.curated)).go(),
    )


def _check_folders(settings: Settings) -> None:
    raw, curated = settings.raw.resolve(), settings.curated.resolve()
    if raw == curated or raw in curated.parents or curated in raw.parents:
        raise UsageError(
            problem=f"raw/ and curated/ must lie apart, not {settings.raw} and {settings.curated}",
            hint="choose others with --raw and --curated",
        )
    try:
        str(curated).encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            problem=f"the path {curated} is not UTF-8: no reader of Parquet could open what is published there",
            hint="choose another --curated",
        ) from error
