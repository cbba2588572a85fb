"""`winnow report`: where the report of a run lies."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path

import click

from flows.commands.options import as_json, curated, messages, output
from flows.report.gathered import Gathered
from tasks.errors import StorageError, UsageError
from tasks.publish.runs import RUNS, RunRecord, read_record, read_records, report_path
from tasks.settings import folder_options

_NAMED = 5
"""So many runs are named where several match, the last ones."""


@click.command(short_help="Show where the report of a run lies.")
@click.argument("run", required=False)
@click.option("--open", "is_opened", is_flag=True, help="Open it in a browser.")
@curated
@as_json
def report(run: str | None, is_opened: bool, curated: Path, is_json: bool) -> None:
    """Print the path of the report of RUN, a page for a browser: the last run's, or of the run whose id starts so.

    Each run writes its report. Where one is missing it is made again from the record of the run, without examples:
    those are there only while a run is at work.

    \b
    Examples:
      winnow report --open
      winnow report 20261120T04
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    from flows.report.write import write_report

    record = _find_run(curated, run)
    path = report_path(curated, record.run_id)
    is_made = not path.exists()
    if is_made:
        try:
            write_report(curated, record, Gathered())
        except OSError as error:
            problem = f"the report of {record.run_id} is missing and cannot be written: {error.strerror}"
            raise StorageError(problem=problem, hint="mend the folder", path=str(path)) from error
        messages().print("it was missing, and was made from the record of the run: no examples")
    if is_json:
        facts = {"run_id": record.run_id, "status": record.status, "report": str(path), "is_made_again": is_made}
        output().print_json(json.dumps(facts))
    else:
        click.echo(path)
    if is_opened and not webbrowser.open(path.resolve().as_uri()):
        messages().print("no browser was found: open it by hand")


def _find_run(curated: Path, wanted: str | None) -> RunRecord:
    """The run whose id starts so, or the last one; `UsageError` where there is none, or more than one."""
    folders = folder_options(curated=curated)
    if wanted is None:
        last = read_records(curated, 1)
        if not last:
            raise UsageError(problem=f"there are no runs in {curated}", hint=f"run `winnow ingest{folders}` first")
        return last[0]
    names = sorted(
        (path.stem for path in (curated / RUNS).glob("*.json") if path.stem.startswith(wanted)), reverse=True
    )
    found = [record for record in (read_record(curated, name) for name in names) if record is not None]
    if len(found) == 1:
        return found[0]
    more = f" and {len(found) - _NAMED} before them" if len(found) > _NAMED else ""
    named = f"name one of: {', '.join(record.run_id for record in found[:_NAMED])}{more}"
    hint = named if found else f"see `winnow status{folders}`"
    raise UsageError(problem=f"{len(found) or 'no'} runs match {wanted!r}", hint=hint)
