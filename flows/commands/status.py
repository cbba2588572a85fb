"""`winnow status`: what is published, what the last runs did, who is writing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from flows.accounts import OUTCOMES
from flows.commands.options import as_json, folders, output
from tasks.acquire.survey import SurveyOrder, survey
from tasks.acquire.withdrawals import load_withdrawals
from tasks.errors import SourceError
from tasks.parts import read_rows
from tasks.publish.lock import describe_holder
from tasks.publish.runs import RunRecord, read_records
from tasks.publish.snapshot import Snapshot, load_current
from tasks.schema import INPUTS
from tasks.settings import Settings

SHOWN_RUNS = 5


@click.command(short_help="Show what is published, what waits, the last runs.")
@folders
@as_json
def status(raw: Path, curated: Path, is_json: bool) -> None:
    """Show what is published, what waits in raw/, and the last runs. Changes nothing."""
    snapshot = load_current(curated)
    waiting = _waiting(raw, curated, snapshot)
    records = read_records(curated, SHOWN_RUNS)
    holder = describe_holder(curated)
    if is_json:
        facts = {
            "snapshot": snapshot.id if snapshot else None,
            "totals": snapshot.totals if snapshot else {},
            "waiting": waiting,
            "writer": holder,
            "runs": [asdict(record) for record in records],
        }
        output().print_json(json.dumps(facts))
        return
    console = output()
    if snapshot is None:
        console.print(f"nothing is published in {escape(str(curated))} yet: run `winnow ingest`", soft_wrap=True)
    else:
        totals = snapshot.totals
        counts = f"{totals['documents']} documents, {totals['duplicates']} duplicates"
        console.print(f"[bold]{escape(snapshot.id)}[/] is current: {counts}")
        ends = " + ".join(f"{totals.get(name, 0)} {name}" for name in OUTCOMES[1:])
        console.print(f"records: {totals['read']} read = {ends}")
    console.print(_waiting_line(waiting))
    if holder:
        console.print(f"[yellow]being written by {escape(holder)}[/]")
    if records:
        console.print(_runs_table(records))


def _waiting(raw: Path, curated: Path, snapshot: Snapshot | None) -> dict[str, int] | str:
    """What the next ingest would find, by kind; a message where `raw/` cannot be looked through."""
    settings = Settings(raw=raw, curated=curated)
    ledger = read_rows(snapshot.parts_of("inputs"), INPUTS) if snapshot else None
    try:
        difference = survey(SurveyOrder(raw, settings.work, settings.shard_bytes, ""), ledger).difference
        withdrawals = load_withdrawals(raw).fingerprint()
    except SourceError as error:
        return str(error)
    is_other = snapshot is not None and snapshot.settings.get("withdrawn") != withdrawals
    counts = {name: len(getattr(difference, name)) for name in ("new", "changed", "stale", "gone", "held")}
    return {**counts, "withdrawn.txt": int(is_other)}


def _waiting_line(waiting: dict[str, int] | str) -> str:
    if isinstance(waiting, str):
        return f"[red]raw/ cannot be read:[/] {escape(waiting)}"
    shown = ", ".join(f"{count} {name}" for name, count in waiting.items() if count)
    return f"files waiting in raw/: {shown or 'none'}"


def _runs_table(records: list[RunRecord]) -> Table:
    table = Table(title="last runs", title_justify="left", box=None, pad_edge=False, header_style="dim")
    for name in ("run", "flow", "status", "seconds", *OUTCOMES):
        table.add_column(name, justify="right" if name in (*OUTCOMES, "seconds") else "left", no_wrap=name == "run")
    for record in records:
        counts = (str(record.records.get(name, 0) or "·") for name in OUTCOMES)
        table.add_row(record.run_id, record.flow, record.status, f"{record.duration:.1f}", *counts)
    return table
