"""`winnow status`: what is published, what the last runs did, who is writing."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.accounts import OUTCOMES
from flows.commands.options import Whole, as_json, folders, output
from flows.plan import Plan
from flows.plan_view import print_troubles
from flows.state import State, look
from flows.summary import print_findings
from flows.tables import plain_table, print_whole
from flows.words import count_of
from tasks.errors import UsageError
from tasks.place import Place
from tasks.publish.snapshot import Snapshot
from tasks.schema import VERSION
from tasks.settings import Settings, folder_options

_WAITING = {"stale": "to be cleaned again", "gone": "gone from it", "settling": "changed just now"}
"""Kinds of files that do not say by their names what they wait for."""


@click.command(short_help="Show what is published, what waits, the last runs.")
@folders
@click.option("--runs", type=Whole(min=0), default=5, show_default=True, help="Show so many of the last runs.")
@as_json
def status(raw: Place, curated: Path, runs: int, is_json: bool) -> None:
    """Show what is published, what waits in raw/, what is held and why, what an older version made, and the last runs.

    Alarms are those of the last ingest. Changes nothing.
    """
    if curated.exists() and not curated.is_dir():
        raise UsageError(problem=f"{curated} is no folder", hint="choose another with --curated or WINNOW_CURATED")
    state = look(Settings(raw=raw, curated=curated), runs)
    console = output()
    if is_json:
        console.print_json(json.dumps(state.as_json()))
        return
    if state.snapshot is None:
        words = f"nothing is published in {curated} yet: run `winnow ingest{folder_options(raw, curated)}`"
        console.print(words, markup=False, soft_wrap=True)
    else:
        _print_snapshot(console, state.snapshot)
    console.print(_waiting_line(state.waiting))
    if isinstance(state.plan, Plan):
        print_troubles(console, state.plan)
    if state.judged is not None:
        print_findings(console, state.judged, "alarm")
    _print_held(console, state)
    _print_outdated(console, state)
    if state.writer:
        console.print(f"[yellow]being written by {escape(state.writer)}[/]")
    if state.runs:
        print_whole(console, _runs_table(state))
        last = state.runs[0]
        if last.status == "failed" and last.error:
            console.print(f"[red]the last run failed:[/] {escape(last.error)}", soft_wrap=True)


def _print_snapshot(console: Console, snapshot: Snapshot) -> None:
    totals = snapshot.totals
    counts = f"{count_of(totals['documents'], 'document')}, {count_of(totals['duplicates'], 'duplicate')}"
    console.print(f"[bold]{escape(snapshot.id)}[/] is current: {counts}")
    documents, duplicates = (count_of(totals.get(name, 0), name[:-1]) for name in ("documents", "duplicates"))
    ends = " + ".join([documents, duplicates, *(f"{totals.get(name, 0)} {name}" for name in ("rejected", "held"))])
    console.print(f"records: {totals['read']} read = {ends}")
    if snapshot.schema_version < VERSION:
        console.print(
            f"schema version {snapshot.schema_version}: the next run that publishes gives it the columns of {VERSION}"
        )


def _waiting_line(waiting: dict[str, int] | str) -> str:
    if isinstance(waiting, str):
        return f"[red]raw/ cannot be read:[/] {escape(waiting)}"
    shown = ", ".join(f"{count} {_WAITING.get(name, name)}" for name, count in waiting.items() if count)
    return f"files waiting in raw/: {shown or 'none'}"


def _print_held(console: Console, state: State) -> None:
    for held in state.held:
        records = f"{count_of(held.records, 'record')} in {count_of(held.files, 'file')}"
        what = records if held.files else "documents whose raw files are gone are not withdrawn"
        console.print(f"[red]held:[/] {escape(held.source)}: {what}", highlight=False)
        for finding in held.findings:
            console.print(f"  {escape(finding)}", highlight=False, soft_wrap=True)
        console.print(
            f"  if that is right: winnow accept {escape(held.source + state.folders)}", highlight=False, soft_wrap=True
        )


def _print_outdated(console: Console, state: State) -> None:
    if not state.outdated:
        return
    files = sum(one.files for one in state.outdated)
    console.print(f"{count_of(files, 'file')} cleaned by an older version; to bring their rows up to date:")
    for one in state.outdated:
        console.print(f"  {escape(one.command)}", highlight=False, soft_wrap=True)
    if len(state.outdated) > 1:
        in_one_go = f"winnow backfill --all{state.folders}"
        console.print(
            f"  or in one go, with all that is up to date: {escape(in_one_go)}", highlight=False, soft_wrap=True
        )


def _runs_table(state: State) -> Table:
    """The last runs. One that its record has at work while nobody writes was killed: the next run will close it."""
    table = plain_table("last runs")
    for name in ("run", "flow", "status", "seconds", *OUTCOMES):
        table.add_column(name, justify="right" if name in (*OUTCOMES, "seconds") else "left")
    for record in state.runs:
        counts = (str(record.records.get(name, 0) or "·") for name in OUTCOMES)
        status = "killed" if record.status == "running" and state.writer is None else record.status
        seconds = f"{record.duration:.1f}" if record.ended_at else "·"
        table.add_row(record.run_id, record.flow, status, seconds, *counts)
    return table
