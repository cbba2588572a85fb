"""A plan in words: one sentence, rows for Prefect's table, and what a person sees in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.plan import KINDS, Plan, SourcePlan
from flows.tables import plain_table, print_whole
from flows.words import count_of, format_bytes, format_seconds

_SHOWN_WARNINGS = 10


def sum_up(plan: Plan) -> str:
    """The plan in one sentence."""
    flow = f"{plan.flow} with {', '.join(plan.accepted)} accepted" if plan.accepted else plan.flow
    if plan.is_empty:
        return f"{flow} would find nothing to do"
    to_read = sum(plan.files[kind] for kind in KINDS if kind != "gone")
    parts = [f"{count_of(to_read, 'file')} to read, {format_bytes(plan.bytes)}"]
    if plan.records is not None:
        parts.append(f"about {count_of(plan.records, 'record')}")
    if plan.files["gone"]:
        parts.append(f"{count_of(plan.files['gone'], 'file')} gone")
    if plan.partitions or not plan.is_whole:
        least = "at least " if plan.is_whole else ""
        parts.append(f"{least}{count_of(plan.partitions, 'partition')} with other rows")
    if plan.seconds is not None:
        parts.append(f"about {format_seconds(plan.seconds)}, after the last runs")
    return f"{flow} would do: " + ", ".join(parts)


def plan_rows(plan: Plan) -> list[dict[str, Any]]:
    """One row for each source that would be touched, for Prefect's table."""
    return [
        {
            "source": name,
            **source.files,
            "bytes": source.bytes,
            "records": source.records if source.records is not None else "unknown",
            "days": _days(source),
        }
        for name, source in plan.sources.items()
    ]


def print_plan(console: Console, plan: Plan) -> None:
    """Print what the run would do, and that nothing was done."""
    if plan.sources:
        print_whole(console, _table(plan))
    console.print(f"[bold]{escape(sum_up(plan))}[/]", highlight=False)
    if plan.finished_shards:
        console.print(
            f"{plan.finished_shards} of {count_of(plan.shards, 'shard')} were finished by a run that was killed"
        )
    if plan.is_whole:
        console.print("withdrawn.txt or --canonical are not as before: rows of any source may change", highlight=False)
    for number, words in (
        (plan.outside, "beyond this scope changed as well: `winnow ingest` takes them in"),
        (plan.held, "held by the gate: `winnow status` says why, and what takes them in"),
        (plan.waiting, "changed just now, left for a later run"),
    ):
        if number:
            console.print(f"{count_of(number, 'file')} {words}", highlight=False)
    print_troubles(console, plan)
    console.print("[dim]this is a plan: nothing was written[/]")


def print_troubles(console: Console, plan: Plan) -> None:
    """Print which sources an ingest would leave alone, and what else is not as it should be in `raw/`."""
    for source, error in plan.stopped.items():
        console.print(f"[red]stopped:[/] {escape(source)}: {escape(error)}", highlight=False, soft_wrap=True)
    for warning in plan.warnings[:_SHOWN_WARNINGS]:
        console.print(f"[yellow]warning:[/] {escape(warning)}", highlight=False, soft_wrap=True)
    if len(plan.warnings) > _SHOWN_WARNINGS:
        console.print(f"… and {len(plan.warnings) - _SHOWN_WARNINGS} more warnings")


def _table(plan: Plan) -> Table:
    table = plain_table()
    table.add_column("source")
    for name in (*KINDS, "size", "records"):
        table.add_column("again" if name == "stale" else name, justify="right")  # done over, or cleaned again
    table.add_column("days")
    for name, source in plan.sources.items():
        counts = (str(source.files[kind] or "·") for kind in KINDS)
        records = "?" if source.records is None else str(source.records)
        table.add_row(escape(name), *counts, format_bytes(source.bytes), records, _days(source))
    return table


def _days(source: SourcePlan) -> str:
    """The days of a source, as first and last."""
    days = source.days
    shown = "" if not days else days[0] if len(days) == 1 else f"{days[0]} … {days[-1]} ({len(days)})"
    undated = f"{count_of(source.undated, 'file')} whose days are in the records" if source.undated else ""
    return "; ".join(filter(None, (shown, undated)))
