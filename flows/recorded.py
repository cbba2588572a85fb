"""A run as the only writer of its `curated/`, its record in `curated/runs/` whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from flows.progress import Watcher
from tasks.errors import WinnowError
from tasks.publish.lock import writer_lock
from tasks.publish.runs import RunRecord, Status, close_dead_runs, new_run, published_by, write_record
from tasks.publish.snapshot import clear_unfinished


def run_recorded(
    flow: str,
    curated: Path,
    wait_seconds: float,
    asked: Mapping[str, Any],
    watcher: Watcher,
    work: Callable[[RunRecord], RunRecord],
) -> RunRecord:
    """Hold the writer's lock, clear what killed runs left, do the `work`, and write the record of its end.

    `work` takes the record of the run at its start and gives back that of its end. `asked` is what the run was told:
    it stands in the record. What `work` raises is written into the record, and raised again.
    """
    with writer_lock(curated, f"winnow {flow}", wait_seconds, lambda holder: watcher.say(f"waiting for {holder}")):
        for run_id in close_dead_runs(curated):
            watcher.say(f"run {run_id} was killed; what it finished is used again")
        clear_unfinished(curated)
        record = new_run(flow, {name: _plain(value) for name, value in asked.items()})
        write_record(curated, record)
        try:
            record = work(record)
        except BaseException as error:
            text = str(error) if isinstance(error, WinnowError) else f"{type(error).__name__}: {error}"
            status: Status = "failed" if isinstance(error, Exception) else "interrupted"
            ended = record.ended(status, error=text, snapshot=published_by(curated, record))
            with suppress(OSError):  # the disk that failed the run may fail its record; the next run closes it
                write_record(curated, ended)
            raise
        write_record(curated, record)
        return record


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Path | date) else value
