"""The closing summary of a run, for a tired person, and the same as rows for Prefect's table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.accounts import OUTCOMES
from flows.tables import plain_table, print_whole
from flows.upkeep_view import sum_up_upkeep, upkeep_rows
from flows.words import count_of
from tasks.publish.runs import STATUSES, RunRecord, report_path
from tasks.settings import folder_options

_SHOWN_WARNINGS = 10
_SHOWN_FINDINGS = 20

_BRINGS = ("new", "changed", "stale", "gone")
"""What may happen to raw files that gives other rows."""

_CONSEQUENCES = {"alarm": "[yellow]alarm:[/]", "held": "[red]held:[/]", "accepted": "[cyan]accepted:[/]"}
"""What may come of a finding, and how its line starts."""


def outcome_rows(record: RunRecord) -> list[dict[str, Any]]:
    """One row for each source, and one for all: what became of the run's records. Of upkeep: what it did."""
    if record.flow == "maintain":
        return upkeep_rows(record)
    rows = [{"source": source, **counts} for source, counts in record.sources.items()]
    return [*rows, {"source": "all", **{name: record.records.get(name, 0) for name in OUTCOMES}}]


def summarize_findings(record: RunRecord) -> str:
    """What the gate found, in one clause."""
    alarms, held, accepted = (
        sum(finding["consequence"] == consequence for finding in record.findings) for consequence in _CONSEQUENCES
    )
    sources = len({finding["source"] for finding in record.findings if finding["consequence"] == "held"})
    for_them = f"for which {count_of(sources, 'source is', 'sources are')} held"
    told = (
        (alarms, count_of(alarms, "alarm")),
        (held, f"{count_of(held, 'breach', 'breaches')} {for_them}"),
        (accepted, f"{count_of(accepted, 'breach', 'breaches')} accepted"),
    )
    return ", ".join(words for number, words in told if number) or "the gate found nothing"


def summarize(record: RunRecord) -> str:
    """The run in one sentence."""
    if record.flow == "maintain":
        return sum_up_upkeep(record)
    if record.status == "nothing_new" and record.flow != "ingest":
        what = "has rejected records of what was asked for" if record.flow == "retry" else "holds what was asked for"
        return f"{record.flow}: no raw file {what}, nothing was published"
    if record.status == "nothing_new":
        as_before = count_of(record.inputs.get("unchanged", 0), "file")
        return f"nothing new in raw/: {as_before} as before, nothing was published"
    counts = {name: record.records.get(name, 0) for name in OUTCOMES}
    return (
        f"{count_of(counts['read'], 'record')} read = {count_of(counts['documents'], 'document')} "
        f"+ {count_of(counts['duplicates'], 'duplicate')} + {counts['rejected']} rejected + {counts['held']} held"
    )


def print_summary(console: Console, record: RunRecord, curated: str) -> None:
    """Print alarms, then what happened, what it means, and what to do where something is wrong."""
    print_findings(console, record, "alarm")
    if len(record.sources) > 1 or any(counts.get("held") for counts in record.sources.values()):
        print_whole(console, _source_table(record))
    console.print(f"[bold]{escape(summarize(record))}[/]", highlight=False, soft_wrap=True)
    for label, counts in (("rejected", record.reasons), ("languages", record.languages)):
        if counts:
            shown = ", ".join(f"{name} {count}" for name, count in list(counts.items())[:8])
            more = f" and {len(counts) - 8} more" if len(counts) > 8 else ""
            console.print(f"{label + ':':<11}{escape(shown)}{more}", highlight=False)
    for name, words in (
        ("changed", "changed"),
        (
            "stale",
            "cleaned again: source.toml, profile.json or withdrawn.txt changed, or what was held is accepted"
            if record.flow == "ingest"
            else "done over",
        ),
        ("gone", "gone from raw/"),
        ("held", "held by the gate: `winnow status` says why, and what takes them in"),
        ("waiting", "changed just now, left for the next run"),
        ("outside", "beyond what was asked for changed as well: `winnow ingest` takes them in"),
    ):
        if record.inputs.get(name):
            console.print(f"{count_of(record.inputs[name], 'file')} {words}", highlight=False)
    if record.flow == "ingest" and record.status == "published" and not any(map(record.inputs.get, _BRINGS)):
        console.print("nothing was read: --canonical, withdrawn.txt or a `retain` is not as before", highlight=False)
    print_findings(console, record, "held", "accepted")
    for source, problem in record.stopped.items():
        line = f"[red]stopped:[/] {escape(source)}: {escape(problem)}; nothing of it was changed"
        console.print(line, highlight=False, soft_wrap=True)
    for warning in record.warnings[:_SHOWN_WARNINGS]:
        console.print(f"[yellow]warning:[/] {escape(warning)}", highlight=False, soft_wrap=True)
    if len(record.warnings) > _SHOWN_WARNINGS:
        console.print(f"… and {len(record.warnings) - _SHOWN_WARNINGS} more warnings, in runs/{record.run_id}.json")
    for hint in record.hints:
        console.print(f"[cyan]hint:[/] {escape(hint)}", highlight=False, soft_wrap=True)
    totals = record.totals
    if totals:
        documents, duplicates = (count_of(totals[name], name[:-1]) for name in ("documents", "duplicates"))
        told = [f"{documents} and {duplicates} in all", STATUSES[record.status], f"{record.duration:.1f} s"]
        if record.status == "nothing_new":  # the sentence above says so
            told.pop(1)
        console.print(f"[dim]{escape('; '.join(told))}[/]", highlight=False)
    if record.status != "nothing_new" and record.snapshot:
        console.print(
            f"read it at [bold]{escape(curated)}/current[/]  (snapshot {record.snapshot})",
            highlight=False,
            soft_wrap=True,
        )
    report = report_path(Path(curated), record.run_id)
    if record.status != "nothing_new" and report.exists():
        console.print(f"see what it did: [bold]{escape(str(report))}[/]", highlight=False, soft_wrap=True)


def print_findings(console: Console, record: RunRecord, *consequences: str) -> None:
    """Print a line for each finding with one of these consequences, and what a person can do about held sources."""
    for consequence in consequences:
        found = [finding for finding in record.findings if finding.get("consequence") == consequence]
        for finding in found[:_SHOWN_FINDINGS]:
            place = " ".join(filter(None, (finding["source"], finding["day"])))
            text = f"{place}: {finding['message']}" if place else finding["message"]
            console.print(f"{_CONSEQUENCES[consequence]} {escape(text)}", highlight=False, soft_wrap=True)
        if len(found) > _SHOWN_FINDINGS:
            console.print(f"… and {len(found) - _SHOWN_FINDINGS} more, in runs/{record.run_id}.json")
    sources = sorted({finding["source"] for finding in record.findings if finding["consequence"] == "held"})
    if sources and "held" in consequences:
        _print_way_out(console, record, sources)


def _print_way_out(console: Console, record: RunRecord, sources: list[str]) -> None:
    """Say what a person can do about held sources; of those with files that are gone, what may have taken them."""
    folders = folder_options(*map(record.settings.get, ("raw", "curated", "canonical")))
    command = f"winnow accept {' '.join(sources)}{folders}"
    words = f"look at it; `{command}` publishes it all the same, [expect] in source.toml says what is usual"
    gone = {
        finding["source"]
        for finding in record.findings
        if finding["consequence"] == "held" and finding.get("check") == "withdrawal"
    }
    if gone == {*sources}:
        words = f"is a disk not mounted? If the files are gone for good, `{command}` withdraws their documents"
    elif gone:
        words += f"; of {', '.join(sorted(gone))} files are gone: is a disk not mounted?"
    console.print(words, highlight=False, markup=False, soft_wrap=True)


def _source_table(record: RunRecord) -> Table:
    table = plain_table()
    table.add_column("source")
    for name in OUTCOMES:
        table.add_column(name, justify="right")
    for row in outcome_rows(record)[:-1]:
        table.add_row(escape(row["source"]), *(str(row[name] or "·") for name in OUTCOMES))
    return table
