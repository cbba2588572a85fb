"""Upkeep in words: what it did, what it would do, and the same as rows for Prefect's table."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape

from flows.tables import plain_table, print_whole
from flows.upkeep_plan import UpkeepPlan
from flows.words import count_of, format_bytes
from tasks.publish.runs import RunRecord
from tasks.settings import folder_options

_LEFTOVERS = {"draft": "draft", "shard": "finished shard", "record": "old record"}
_STATES = {"missing": "it was missing", "stale": "it was that of another snapshot", "damaged": "it was damaged"}


def sum_up_upkeep(record: RunRecord) -> str:
    """What upkeep did, in one sentence."""
    did = record.upkeep
    if "restored" in did:
        folders = folder_options(curated=record.settings.get("curated"))
        return f"went back to {did['restored']}: run `winnow ingest{folders}` now, it takes in again what came since"
    parts = []
    if did.get("expired"):
        parts.append(f"{count_of(len(did['expired']), 'snapshot')} deleted, {format_bytes(did['freed_bytes'])} freed")
    if did.get("merged_parts"):
        parts.append(f"{did['merged_parts']} small parts merged: {did['parts']} parts, {did['parts_before']} before")
    if did.get("is_index_built"):
        parts.append(f"the index was built anew{_because(did['index'])}")
    cleared = [count_of(did[f"{kind}s"], words) for kind, words in _LEFTOVERS.items() if did.get(f"{kind}s")]
    if cleared:
        parts.append(f"cleared: {', '.join(cleared)}")
    stays = f"; {count_of(did['staying'], 'snapshot')} there" if "staying" in did else ""
    return ("; ".join(parts) or "there was nothing to do") + stays


def _because(state: str) -> str:
    return f" ({_STATES[state]})" if state in _STATES else ""


def upkeep_rows(record: RunRecord) -> list[dict[str, Any]]:
    """One row for each thing that upkeep did or found, for Prefect's table."""
    did = record.upkeep
    return [
        {"what": name.replace("_", " "), "value": ", ".join(value) if isinstance(value, list) else str(value)}
        for name, value in did.items()
    ]


def print_upkeep_plan(console: Console, plan: UpkeepPlan) -> None:
    """Print what upkeep would do, and that nothing was done."""
    if plan.expired:
        table = plain_table()
        for name in ("snapshot to delete", "why"):
            table.add_column(name)
        for past in plan.expired:
            left = "" if past.left_at is None else f"{past.left_at:%Y-%m-%d %H:%M} UTC"
            why = "never current: its run was killed" if past.fate == "unborn" else f"replaced {left}"
            table.add_row(escape(past.id), why)
        print_whole(console, table)
    for row in plan_rows(plan):
        console.print(escape(row["what"]), highlight=False)
    console.print("[dim]this is a plan: nothing was written[/]")


def plan_rows(plan: UpkeepPlan) -> list[dict[str, str]]:
    """What upkeep would do, one row for each step, for Prefect's table."""
    staying = len(plan.history) - len(plan.expired)
    lines = [
        f"{count_of(len(plan.expired), 'snapshot')} would be deleted, {format_bytes(plan.freed_bytes)} freed",
        f"{count_of(staying, 'snapshot')} would stay",
        _merges(plan),
        f"the index of duplicates is {plan.index}"
        if plan.index in ("good", "in use")
        else f"the index of duplicates would be built anew{_because(plan.index)}",
        *(
            f"{count_of(count, _LEFTOVERS[kind])} would be cleared"
            for kind, count in sorted(plan.leftovers_by_kind.items())
        ),
    ]
    return [{"what": line} for line in lines]


def _merges(plan: UpkeepPlan) -> str:
    if not plan.merges:
        return "no small parts to merge"
    size = sum(part.bytes for group in plan.merges for part in group)
    count = sum(map(len, plan.merges))
    return f"{count} small parts, {format_bytes(size)}, would become {len(plan.merges)}, in a new snapshot"
