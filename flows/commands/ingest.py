"""`winnow ingest`: take in whatever is new, changed or gone in `raw/`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from flows.commands.options import as_json, folders, load, messages, output
from flows.engine import worker_pool
from flows.interrupt import interruptible
from flows.progress import Bars, Lines, Watcher, watching
from flows.summary import print_summary
from tasks.acquire.inventory import list_sources
from tasks.publish.runs import RunRecord
from tasks.settings import Canonical, Settings


@click.command(short_help="Take in what is new, changed or gone in raw/.")
@folders
@load
@click.option(
    "--canonical",
    type=click.Choice(["earliest", "newest", "longest"]),
    default="earliest",
    envvar="WINNOW_CANONICAL",
    show_envvar=True,
    show_default=True,
    help="Which document of a cluster of duplicates stands in `documents`.",
)
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for another run that writes to the same folder.",
)
@click.option("--direct", is_flag=True, help="Run without Prefect: same work, no server, no task runs to look at.")
@click.option("--fail-on-rejected", is_flag=True, help="Exit with 1 if any record of this run was rejected.")
@as_json
def ingest(
    raw: Path,
    curated: Path,
    workers: int,
    shard_mb: float,
    canonical: Canonical,
    wait_seconds: float,
    direct: bool,
    fail_on_rejected: bool,
    is_json: bool,
) -> None:
    """Take in whatever is new, changed or gone in raw/, and publish one snapshot if anything is.

    Running it again is free: where nothing is new, nothing is done. A run that was killed is simply run again.

    \b
    Examples:
      winnow ingest                          the folders raw/ and curated/ of this folder
      winnow ingest --direct --workers 1     without Prefect, on one core
      winnow ingest --wait 600               wait for a run that is under way

    Exit status: 0 done, 1 something was held or a source failed, 2 wrong use.
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    settings = Settings(raw, curated, workers, shard_mb, canonical, wait_seconds)
    list_sources(raw)  # a wrong folder is known before Prefect has started
    console = messages()
    with interruptible(), _watcher(is_json) as watcher:
        record = _run_direct(settings, watcher) if direct else _run_flow(settings, watcher)
    if is_json:
        output().print_json(json.dumps(asdict(record)))
    else:
        print_summary(console, record, str(curated))
    is_failed = record.status not in ("published", "nothing_new") or (
        fail_on_rejected and record.records.get("rejected")
    )
    sys.exit(1 if is_failed else 0)


def _run_direct(settings: Settings, watcher: Watcher) -> RunRecord:
    from flows.direct import DirectRooms
    from flows.pipeline import ingest as run_pipeline

    with worker_pool(settings.workers) as executor:
        return run_pipeline(settings, DirectRooms(executor), watcher)


def _run_flow(settings: Settings, watcher: Watcher) -> RunRecord:
    """Run the Prefect flow here, on the configured API or a server of our own."""
    for name, value in {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}.items():
        os.environ.setdefault(name, value)
    from flows.server import prefect_api

    with prefect_api(watcher.say):
        from prefect.task_runners import ThreadPoolTaskRunner

        from flows.ingest import ingest as flow

        runner: Any = ThreadPoolTaskRunner(max_workers=settings.workers)
        with watching(watcher):
            state: Any = flow.with_options(task_runner=runner)(**asdict(settings), return_state=True)
    if watcher.record is None:
        state.result()  # raises what ended the run
        raise RuntimeError(f"the flow ended as {state.name} without a record: {state.message}")
    return watcher.record


@contextmanager
def _watcher(is_quiet: bool) -> Iterator[Watcher]:
    console = messages()
    if is_quiet:
        yield Watcher()
    elif console.is_terminal:
        with Bars(console) as bars:
            yield bars
    else:
        yield Lines(console)
