"""Write the report of a run beside its record."""

from __future__ import annotations

from pathlib import Path

from flows.pages.render import render
from flows.report.gathered import Gathered
from flows.report.limits import LIMITS, MOST_BYTES
from flows.report.sources import RUNS_BEFORE
from flows.report.view import view_run
from tasks.parts import write_whole
from tasks.publish.runs import RunRecord, read_records, report_path
from tasks.publish.snapshot import load_current
from tasks.publish.standing import count_days


def render_report(curated: Path, record: RunRecord, gathered: Gathered) -> bytes:
    """The page: at most `MOST_BYTES`, whatever the run. With the history that `curated` has of the sources."""
    standing, before = {}, []
    if record.sources:
        standing = count_days(load_current(curated))
        earlier = [one for one in read_records(curated, RUNS_BEFORE) if one.run_id < record.run_id]
        before = [one for one in earlier if one.flow == "ingest"]
    page = b""
    for limits in LIMITS:
        page = render(
            "report_page.html", title=_title(record), **view_run(record, gathered, standing, before, limits)
        ).encode()
        if len(page) <= MOST_BYTES:
            break
    return page


def write_report(curated: Path, record: RunRecord, gathered: Gathered) -> Path:
    """Write the report of a run, in the place of an earlier one; the path."""
    path = report_path(curated, record.run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, render_report(curated, record, gathered))
    return path


def _title(record: RunRecord) -> str:
    return f"{record.flow} {record.started_at[:16].replace('T', ' ')}: {record.status.replace('_', ' ')}"
