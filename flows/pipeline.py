"""The way through, from raw files to a published snapshot, whoever calls the rooms: Prefect, or nobody but us."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.progress import Watcher
from flows.rooms import Rooms, load_standing
from flows.run import Run
from tasks.errors import UsageError, WinnowError
from tasks.publish.lock import writer_lock
from tasks.publish.runs import RunRecord, Status, close_dead_runs, new_run, published_by, write_record
from tasks.publish.snapshot import clear_staging
from tasks.settings import Settings


def ingest(settings: Settings, rooms: Rooms, watcher: Watcher) -> RunRecord:
    """Take in whatever is new, changed or gone in `raw/`, and publish a snapshot if anything is.

    The record of the run is in `curated/runs/` from its start on, whatever becomes of it. `WinnowError` where the run
    cannot go on: then the snapshot before is current.
    """
    _check_folders(settings)
    with writer_lock(
        settings.curated, "winnow ingest", settings.wait_seconds, lambda holder: watcher.say(f"waiting for {holder}")
    ):
        for run_id in close_dead_runs(settings.curated):
            watcher.say(f"run {run_id} was killed; what it finished is used again")
        clear_staging(settings.curated)
        record = new_run("ingest", {name: _plain(value) for name, value in asdict(settings).items()})
        write_record(settings.curated, record)
        try:
            record = Run(settings, rooms, watcher, record, load_standing(settings.curated)).go()
        except BaseException as error:
            text = str(error) if isinstance(error, WinnowError) else f"{type(error).__name__}: {error}"
            status: Status = "failed" if isinstance(error, Exception) else "interrupted"
            ended = record.ended(status, error=text, snapshot=published_by(settings.curated, record))
            with suppress(OSError):  # the disk that failed the run may fail its record; the next run closes it
                write_record(settings.curated, ended)
            raise
        write_record(settings.curated, record)
        return record


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


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Path) else value
