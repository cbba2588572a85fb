"""A run as the only writer of its `curated/`, its record and its report in `curated/runs/` whatever becomes of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from flows.engine import worker_was_killed
from flows.progress import Timed, Watcher
from flows.report.gathered import Gathered, Keep
from tasks.errors import StorageError, WinnowError
from tasks.publish.lock import writer_lock
from tasks.publish.runs import (
    RUNS,
    RunRecord,
    Status,
    close_dead_runs,
    new_run,
    published_by,
    read_record,
    write_record,
)
from tasks.publish.snapshot import current_id
from tasks.publish.unfinished import clear_unfinished


def run_recorded(
    flow: str,
    curated: Path,
    wait_seconds: float,
    asked: Mapping[str, Any],
    watcher: Watcher,
    work: Callable[[RunRecord, Watcher, Keep], RunRecord],
) -> RunRecord:
    """Hold the writer's lock, clear what killed runs left, do the `work`, write the record of its end and its report.

    `work` takes the record of the run at its start, whom to tell how it goes, and what to call with the examples of the
    report; it gives back the record of its end. `asked` is what the run was told: it stands in the record. What `work`
    raises is written into the record, and raised again. `StorageError` where only the record of the end has no room.
    """
    with writer_lock(curated, f"winnow {flow}", wait_seconds, lambda holder: watcher.say(f"waiting for {holder}")):
        for run_id in close_dead_runs(curated):
            watcher.say(f"run {run_id} was killed; what it finished is used again")
            _report_dead_run(curated, run_id)
        clear_unfinished(curated)
        record = new_run(flow, {name: _plain(value) for name, value in asked.items()})
        write_record(curated, record)
        timed, kept = Timed(watcher), [Gathered()]
        try:
            record = work(record, timed, kept.append)
        except BaseException as error:
            status: Status = "failed" if isinstance(error, Exception) else "interrupted"
            ended = record.ended(
                status, error=_told(error), snapshot=published_by(curated, record), steps=timed.steps()
            )
            with suppress(OSError):  # the disk that failed the run may fail its record; the next run closes it
                _write_end(curated, ended, kept[-1])
            raise
        try:
            return _write_end(curated, replace(record, steps=timed.steps()), kept[-1])
        except OSError as error:
            raise _cannot_record(curated, record, error) from error


def _cannot_record(curated: Path, record: RunRecord, error: OSError) -> StorageError:
    """What to say where all is done but the record of the end."""
    state = "all else is done"
    if record.snapshot is not None and record.snapshot == current_id(curated):
        state = f"snapshot {record.snapshot} is current, and {state}"
    return StorageError(
        problem=f"only the record of this run could not be written: {error.strerror or error}; {state}",
        hint="make room or mend the folder; the next run closes the record",
        path=os.fsdecode(error.filename or curated / RUNS),
    )


def _told(error: BaseException) -> str:
    """An error as the record has it: in the words that the command line has for it."""
    if isinstance(error, BrokenProcessPool):
        error = worker_was_killed()
    return str(error) if isinstance(error, WinnowError) else f"{type(error).__name__}: {error}"


def _write_end(curated: Path, record: RunRecord, gathered: Gathered) -> RunRecord:
    """Write the record of the end of a run, then its report; the record, with a warning where there is no report."""
    write_record(curated, record)
    try:
        from flows.report.write import write_report  # the templates take their time, and a plan needs none

        write_report(curated, record, gathered)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a report must not fail the run
        note = f"no report of this run was written: {type(error).__name__}: {error}"
        record = replace(record, warnings=[*record.warnings, note])
        with suppress(OSError):  # what had no room for a report may have none for this; the record is there without it
            write_record(curated, record)
    return record


def _report_dead_run(curated: Path, run_id: str) -> None:
    record = read_record(curated, run_id)
    if record is not None:
        _write_end(curated, record, Gathered())


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Path | date) else value
