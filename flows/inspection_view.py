"""An inspection on the terminal: what is wrong, where, and the ways out, for someone who was woken by it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from flows.hidden import visible
from flows.inspection import Inspection, Verdict
from flows.words import count_of, format_bytes
from tasks.publish.verify import Finding

SHOWN = 20
"""Findings of one snapshot that are listed; --json has all."""


def print_inspection(console: Console, found: Inspection) -> None:
    """Print what was found of each snapshot, then what to do, each way out once."""
    _print_findings(console, found.link)
    for verdict in found.verdicts:
        console.print(_headline(verdict), highlight=False, soft_wrap=True)
        _print_findings(console, verdict.findings)
    _print_findings(console, found.others)
    ways = dict.fromkeys(finding.way_out for finding in found.findings if finding.way_out)
    if ways:
        console.print("[bold]what to do:[/]")
    for way in ways:
        console.print(f"- {escape(visible(way))}", highlight=False, soft_wrap=True)


def _headline(verdict: Verdict) -> str:
    which = " (current)" if verdict.is_current else ""
    size = f"{count_of(verdict.files, 'file')}, {format_bytes(verdict.bytes)}, {count_of(verdict.rows, 'row')}"
    damage = sum(finding.is_damage for finding in verdict.findings)
    state = f"[red]{count_of(damage, 'thing')} wrong[/]" if damage else "[green]all is as it should be[/]"
    return f"[bold]{escape(verdict.id)}[/]{which}: {size}: {state}"


def _print_findings(console: Console, findings: Sequence[Finding]) -> None:
    for finding in sorted(findings, key=lambda finding: not finding.is_damage)[:SHOWN]:
        label = "[red]damage:[/]" if finding.is_damage else "[yellow]note:[/]"
        place, problem = escape(visible(finding.place)), escape(visible(finding.problem))
        console.print(f"{label} {place}: {problem}", highlight=False, soft_wrap=True)
    if len(findings) > SHOWN:
        console.print(f"… and {len(findings) - SHOWN} more: see --json")
