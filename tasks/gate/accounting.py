"""The accounting identity: every record that was read has come to exactly one end."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.acquire.source import SourceSettings
from tasks.gate.check import Evidence, Finding

NAME = "accounting"


def look(evidence: Evidence, _settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Compare what was read with what ended, by file, and what ended with the rows that wait, in all.

    A record that vanished or doubled is a fault of Winnow, never of the data: it closes the gate for all.
    """
    findings = [
        _breach(f"{file.raw_path}: {file.records} records were read, but {file.cleaned + file.rejected} came out")
        for file in evidence.files
        if file.records != file.cleaned + file.rejected
    ]
    for dataset, ended in (
        ("documents", sum(file.cleaned for file in evidence.files)),
        ("signatures", sum(file.cleaned for file in evidence.files)),
        ("rejected", sum(file.rejected for file in evidence.files)),
    ):
        if evidence.rows.get(dataset, 0) != ended:
            findings.append(
                _breach(f"{ended} rows of {dataset} were to be written, but there are {evidence.rows.get(dataset, 0)}")
            )
    return findings


def check_totals(totals: Mapping[str, int]) -> list[Finding]:
    """The identity over everything ever curated: `read = documents + duplicates + rejected + held`."""
    ends = {name: totals.get(name, 0) for name in ("documents", "duplicates", "rejected", "held")}
    if totals.get("read", 0) == sum(ends.values()):
        return []
    words = " + ".join(f"{count} {name}" for name, count in ends.items())
    return [_breach(f"of {totals.get('read', 0)} records that were read, the datasets account for {words}")]


def _breach(message: str) -> Finding:
    return Finding(NAME, is_breach=True, message=message)
