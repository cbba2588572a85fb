"""A run as a page of Markdown, for its page in Prefect: what came of it, where to read it, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flows.accounts import OUTCOMES
from flows.summary import outcome_rows, summarize
from tasks.publish.runs import RUNS, STATUSES, RunRecord, report_path
from tasks.publish.snapshot import SNAPSHOTS

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|#!~]")

_SHOWN = 20
"""Rows of each list. The record of the run has all of them; a page that scrolls for minutes tells nobody anything."""


def finding_rows(record: RunRecord) -> list[dict[str, Any]]:
    """What the gate found, a row each, alarms first, columns in the order in which a person asks."""
    return [
        {
            "source": finding["source"],
            "day": finding["day"],
            "consequence": finding["consequence"],
            "finding": finding["message"],
            "check": finding["check"],
            "value": finding["value"],
            "limit": finding["limit"],
        }
        for finding in record.findings
    ]


def render_page(record: RunRecord, curated: Path) -> str:
    """The page. Text from raw files (names, messages) is escaped."""
    return "\n".join(
        [
            f"**{record.status}**: {summarize(record)}",
            "",
            f"{STATUSES[record.status]}; {record.duration:.1f} s.",
            "",
            *_places(record, curated.resolve()),
            *_table("By source", ("source", *OUTCOMES), outcome_rows(record) if record.sources else ()),
            *_table("Rejected", ("reason", "records"), _counted("reason", "records", record.reasons)),
            *_table("Findings of the gate", ("source", "day", "consequence", "finding"), finding_rows(record)),
            *_list("Sources that stopped", [f"{source}: {problem}" for source, problem in record.stopped.items()]),
            *_list("Warnings", record.warnings),
        ]
    )


def _places(record: RunRecord, curated: Path) -> Iterator[str]:
    if record.snapshot is not None:
        folder = curated / SNAPSHOTS / record.snapshot
        yield f"- snapshot `{record.snapshot}`: [{_escape(str(folder))}]({folder.as_uri()})"
    path = curated / RUNS / f"{record.run_id}.json"
    yield f"- record of the run: [{_escape(str(path))}]({path.as_uri()})"
    report = report_path(curated, record.run_id)
    if report.exists():
        yield f"- report, a page for a browser: [{_escape(str(report))}]({report.as_uri()})"


def _table(title: str, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    rows = list(rows)
    if not rows:
        return
    yield from ("", f"### {title}", "", _row(columns), _row("---" for _ in columns))
    for row in rows[:_SHOWN]:
        yield _row(_escape("" if row.get(name) is None else str(row[name])) for name in columns)
    if len(rows) > _SHOWN:
        yield from ("", f"… and {len(rows) - _SHOWN} more")


def _list(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"### {title}", "", *(f"- {_escape(line)}" for line in lines[:_SHOWN]))
    if len(lines) > _SHOWN:
        yield f"- … and {len(lines) - _SHOWN} more"


def _counted(name: str, number: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{name: key, number: count} for key, count in counts.items()]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escape(text: str) -> str:
    r"""The text as Markdown shows it, on one line.

    >>> _escape("a|b\n<i>")
    'a\\|b \\<i\\>'
    """
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
