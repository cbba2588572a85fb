"""The accounts of a run: what became of its records and what the gate found, as figures for its record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from flows.words import count_of
from tasks.clean.finished import ShardResult
from tasks.dedupe.resolve import Resolution
from tasks.gate import Finding
from tasks.parts import PlacedPart, read_rows
from tasks.publish.runs import RunRecord
from tasks.schema import DOCUMENTS, REJECTED, Dataset
from tasks.tally import DayTally, FileTally, sum_days, sum_files

OUTCOMES = ("read", "documents", "duplicates", "rejected", "held")
"""What may become of a record, after the sum of it all."""


@dataclass(frozen=True)
class Results:
    """What the shards of a run brought."""

    shards: Sequence[ShardResult] = ()

    @cached_property
    def files(self) -> list[FileTally]:
        """What became of the records of each raw file that was read."""
        return sum_files(file for shard in self.shards for file in shard.files)

    @cached_property
    def days(self) -> list[DayTally]:
        """What became of the records of each source and day."""
        return sum_days(day for file in self.files for day in file.days)

    def parts(self, held: frozenset[str] = frozenset()) -> list[PlacedPart]:
        """The parts of the shards, without those of held sources."""
        return [
            PlacedPart(part, Path(shard.folder))
            for shard in self.shards
            for part in shard.parts
            if part.source not in held
        ]


def list_findings(findings: Iterable[Finding], accepted: Collection[str]) -> list[dict[str, Any]]:
    """The findings as they stand in the record of a run, alarms first.

    `consequence` says what came of one: `alarm` (it only tells), `held`, or `accepted` by a person.
    """
    consequences = [
        (finding, "alarm" if not finding.is_breach else "accepted" if finding.source in accepted else "held")
        for finding in findings
    ]
    return [
        {"consequence": consequence, **asdict(finding)}
        for wanted in ("alarm", "held", "accepted")
        for finding, consequence in consequences
        if consequence == wanted
    ]


def settle_accounts(record: RunRecord, results: Results, held: frozenset[str], resolution: Resolution) -> RunRecord:
    """The record with what became of the run's records, in all and by source."""
    sources: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for file in results.files:
        sources[file.source]["read"] += file.records
    for source in held & sources.keys():
        sources[source]["held"] = sources[source]["read"]
    for day in results.days:
        if day.source not in held:
            sources[day.source] += Counter(documents=day.cleaned, rejected=day.rejected)
    for (source, _), duplicates in resolution.fresh_duplicates.items():
        sources[source]["duplicates"] += duplicates
        sources[source]["documents"] -= duplicates
    seconds: defaultdict[str, float] = defaultdict(float)
    for shard in results.shards:
        for name, value in shard.seconds.items():
            seconds[name] += value
    fresh = results.parts(held)
    return replace(
        record,
        records={name: sum(counts[name] for counts in sources.values()) for name in OUTCOMES},
        sources={source: {name: counts[name] for name in OUTCOMES} for source, counts in sorted(sources.items())},
        stages=_count(fresh, REJECTED, "stage"),
        reasons=_count(fresh, REJECTED, "reason"),
        languages=_count(fresh, DOCUMENTS, "language"),
        warnings=[*record.warnings, *_skipped(results.shards)],
        seconds={name: round(value, 3) for name, value in seconds.items()},
    )


def note_withdrawn(record: RunRecord, counts: Mapping[str, int]) -> RunRecord:
    """The record with a word on the published documents that `withdrawn.txt` took out, `counts` of them by raw file."""
    if not counts:
        return record
    documents = count_of(sum(counts.values()), "published document was", "published documents were")
    return replace(record, warnings=[*record.warnings, f"withdrawn.txt: {documents} taken out"])


def _skipped(results: Iterable[ShardResult]) -> list[str]:
    paths = sorted({path for result in results for path in result.skipped})
    return [f"{path}: it changed or was deleted while it was read, and is left for the next run" for path in paths]


def _count(parts: Iterable[PlacedPart], dataset: Dataset, column: str) -> dict[str, int]:
    rows = read_rows([item for item in parts if item.part.dataset == dataset.name], dataset, [column])
    return dict(Counter(rows[column].to_pylist()).most_common())
