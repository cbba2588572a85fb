"""What the page of a report shows: the record of the run, what was gathered, and the history, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flows.accounts import OUTCOMES
from flows.document_facts import Fact, facts_of
from flows.pages.document import Block, language_of, list_blocks
from flows.pages.flow_chart import FlowChart, Node, draw_flow
from flows.report.gathered import Gathered, Row, Sample
from flows.report.limits import Limits
from flows.report.sources import Days, view_sources
from flows.summary import summarize
from flows.upkeep_view import upkeep_rows
from flows.words import count_of, format_bytes
from tasks.clean.mojibake import FIXES
from tasks.publish.contract import REASONS
from tasks.publish.reading import Piece
from tasks.publish.runs import STATUSES, RunRecord
from tasks.settings import folder_options

FINE = frozenset({"published", "done", "nothing_new", "running"})

_FLOW_SOURCES = 10
"""Sources of the flow diagram; the others are one stream."""

_FILES = {
    "new": "new",
    "changed": "changed",
    "stale": "to be cleaned again",
    "gone": "gone from raw/",
    "held": "held before",
    "unchanged": "as before",
    "retained": "gone and retained",
    "moved": "moved",
    "waiting": "left for the next run",
    "outside": "beyond what was asked for",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A document of the sample; `rest` is how many characters of it are not shown."""

    document_id: str
    source: str
    url: str | None
    title: str
    facts: tuple[Fact, ...]
    blocks: tuple[Block, ...]
    language: str | None
    is_held: bool
    rest: int


def view_run(
    record: RunRecord, gathered: Gathered, standing: Days, before: Sequence[RunRecord], limits: Limits
) -> dict[str, Any]:
    """The facts that the template of the report takes."""
    return {
        "record": record,
        "limits": limits,
        "is_fine": record.status in FINE,
        "sentence": summarize(record),
        "meaning": STATUSES[record.status],
        "facts": _facts(record),
        "flow": _flow(record, 640),
        "narrow_flow": _flow(record, 360),
        "files": [f"{record.inputs[kind]:,} {words}" for kind, words in _FILES.items() if record.inputs.get(kind)],
        "sources": view_sources(record, gathered, standing, before),
        "held": _held(record, gathered),
        "folders": folder_options(*map(record.settings.get, ("raw", "curated", "canonical"))),
        "curated": folder_options(curated=record.settings.get("curated")),
        "languages": list(record.languages.items()),
        "encodings": list(record.encodings.items()),
        "cleaned": sum(record.languages.values()),
        "methods": _methods(gathered),
        "fixes": list(record.fixes.items()),
        "repairs": {fix: words.replace("`", "") for fix, words in FIXES.items()},
        "rejected": _rejected(record, gathered, limits.samples),
        "removed": gathered.removed,
        "clusters": gathered.clusters,
        "steps": list(record.steps.items()),
        "stages": list(record.seconds.items()),
        "upkeep": upkeep_rows(record) if record.flow == "maintain" else [],
        "examples": [_example(one, gathered, limits) for one in gathered.documents[: limits.documents]],
    }


def _facts(record: RunRecord) -> list[Fact]:
    speed = ""
    if record.records.get("read") and record.duration:
        speed = f", {record.records['read'] / record.duration:,.0f} records a second"
    return [
        ("run", record.run_id),
        ("flow", record.flow),
        ("started", record.started_at[:19].replace("T", " ") + " UTC"),
        ("took", f"{record.duration:,.1f} s{speed}"),
        ("snapshot", record.snapshot),
        ("raw files", format_bytes(record.bytes) if record.bytes else ""),
        ("in all", _totals(record)),
        (
            "settings",
            ", ".join(f"{name} {value}" for name, value in record.settings.items() if value not in (None, [])),
        ),
        ("versions", ", ".join(f"{name} {version}" for name, version in record.versions.items())),
    ]


def _totals(record: RunRecord) -> str:
    names = [name for name in OUTCOMES if record.totals.get(name)]
    return ", ".join(f"{record.totals[name]:,} {name}" for name in names)


def _flow(record: RunRecord, width: float) -> FlowChart | None:
    """The records of the run from their sources to what became of them; None where there are none."""
    ends = [end for end in OUTCOMES[1:] if record.records.get(end)]
    if not ends:
        return None
    names = sorted(record.sources, key=lambda name: (-record.sources[name]["read"], name))
    names = [name for name in names if record.sources[name]["read"]]
    shown, others = names[:_FLOW_SOURCES], names[_FLOW_SOURCES:]
    values = {(name, end): record.sources[name].get(end, 0) for name in shown for end in ends}
    left = [Node(name) for name in shown]
    if others:
        rest = count_of(len(others), "other source")
        left.append(Node(rest))
        values |= {(rest, end): sum(record.sources[name].get(end, 0) for name in others) for end in ends}
    return draw_flow(left, [Node(end, end) for end in ends], values, width)


def _held(record: RunRecord, gathered: Gathered) -> list[dict[str, Any]]:
    """The sources that the gate holds: why, how many records, and what it would have rejected."""
    found = [finding for finding in record.findings if finding["consequence"] == "held" and finding["source"]]
    found.sort(key=lambda finding: finding["source"])
    return [
        {
            "source": source,
            "records": record.sources.get(source, {}).get("held", 0),
            "messages": [" ".join(filter(None, (each["day"], each["message"]))) for each in findings],
            "reasons": gathered.reasons_held.get(source, {}),
        }
        for source, findings in groupby(found, key=lambda finding: finding["source"])
    ]


def _methods(gathered: Gathered) -> dict[str, str]:
    """How each encoding was found, in words."""
    found: dict[str, list[str]] = {}
    for (encoding, method), count in gathered.encodings.items():
        if method != encoding:
            found.setdefault(encoding, []).append(f"{count:,} by {method}")
    return {encoding: ", ".join(words) for encoding, words in found.items()}


def _rejected(record: RunRecord, gathered: Gathered, samples: int) -> list[dict[str, Any]]:
    """The reasons with their meanings, their numbers, and examples; those of held sources behind them."""
    counts = dict(record.reasons)
    for reasons in gathered.reasons_held.values():
        for reason in reasons:
            counts.setdefault(reason, 0)
    examples: dict[str, list[Row]] = {}
    for row in gathered.rejected:
        examples.setdefault(row["reason"], []).append(row)
    return [
        {
            "reason": reason,
            "meaning": REASONS.get(reason, ""),
            "count": count,
            "held": sum(reasons.get(reason, 0) for reasons in gathered.reasons_held.values()),
            "samples": examples.get(reason, [])[:samples],
        }
        for reason, count in counts.items()
    ]


def _example(sample: Sample, gathered: Gathered, limits: Limits) -> Example:
    whole, row = sample.whole, sample.whole.row
    pieces: list[Piece] = []
    left = limits.characters
    for piece in whole.pieces:
        if left <= 0:
            break
        pieces.append(Piece(piece.start, piece.end, piece.label, piece.role, piece.text[:left]))
        left -= len(piece.text)
    return Example(
        row["document_id"],
        row["source"],
        row["url"],
        row["title"] or row["raw_path"],
        facts_of(whole),
        tuple(list_blocks(pieces, whole.comments)),
        language_of(row),
        row["source"] in gathered.held,
        max(0, sample.characters - sum(len(piece.text) for piece in pieces)),
    )
