"""The accounts of a run: what its shards brought, as evidence for the gate and as figures for its record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from tasks.acquire.ledger import Difference
from tasks.clean.shard import ShardResult
from tasks.dedupe.resolve import Resolution
from tasks.gate import Evidence
from tasks.parts import PlacedPart, read_rows
from tasks.publish.runs import RunRecord
from tasks.schema import DOCUMENTS, REJECTED, Dataset
from tasks.tally import FileTally, sum_days

OUTCOMES = ("read", "documents", "duplicates", "rejected", "held")
"""What may become of a record, after the sum of it all."""


def fresh_parts(results: Iterable[ShardResult], held: frozenset[str]) -> list[PlacedPart]:
    """The parts of finished shards, without those of held sources."""
    return [
        PlacedPart(part, Path(result.folder)) for result in results for part in result.parts if part.source not in held
    ]


def gather_evidence(
    results: Sequence[ShardResult], resolution: Resolution, difference: Difference, ledger: pa.Table | None
) -> Evidence:
    """What the gate looks at."""
    rows: Counter[str] = Counter()
    for item in fresh_parts(results, frozenset()):
        rows[item.part.dataset] += item.part.rows
    days = [
        replace(day, duplicates=resolution.fresh_duplicates.get((day.source, day.day), 0))
        for day in sum_days(day for file in _files(results) for day in file.days)
    ]
    withdrawals = _count_withdrawals(results, difference, ledger)
    return Evidence(files=tuple(_files(results)), days=tuple(days), rows=rows, withdrawals=withdrawals)


def _count_withdrawals(
    results: Sequence[ShardResult], difference: Difference, ledger: pa.Table | None
) -> dict[str, tuple[int, int]]:
    """By source, the documents of files that are gone (not of moved ones) or that shrank, and of all files.

    Documents that a person has withdrawn do not count as lost.
    """
    moved = {old for old, _ in difference.moved}
    now = {file.raw_path: file.cleaned + file.withdrawn for file in _files(results)}
    now |= dict.fromkeys((path for path in difference.gone if path not in moved), 0)
    leaving: Counter[str] = Counter()
    standing: Counter[str] = Counter()
    for row in ledger.to_pylist() if ledger is not None else ():
        if row["status"] == "published":
            standing[row["source"]] += row["documents"]
            leaving[row["source"]] += max(0, row["documents"] - now.get(row["raw_path"], row["documents"]))
    return {source: (count, standing[source]) for source, count in leaving.items() if count}


def settle_accounts(
    record: RunRecord, results: Sequence[ShardResult], held: frozenset[str], resolution: Resolution
) -> RunRecord:
    """The record with what became of the run's records, in all and by source."""
    sources: dict[str, Counter[str]] = {}
    for file in _files(results):
        counts = sources.setdefault(file.source, Counter())
        counts["read"] += file.records
        if file.source in held:
            counts["held"] += file.records
        else:
            counts["documents"] += file.cleaned
            counts["rejected"] += file.rejected
    for (source, _), duplicates in resolution.fresh_duplicates.items():
        sources[source]["duplicates"] += duplicates
        sources[source]["documents"] -= duplicates
    seconds: defaultdict[str, float] = defaultdict(float)
    for result in results:
        for name, value in result.seconds.items():
            seconds[name] += value
    fresh = fresh_parts(results, held)
    return replace(
        record,
        records={name: sum(counts[name] for counts in sources.values()) for name in OUTCOMES},
        sources={source: {name: counts[name] for name in OUTCOMES} for source, counts in sorted(sources.items())},
        reasons=_count(fresh, REJECTED, "reason"),
        languages=_count(fresh, DOCUMENTS, "language"),
        warnings=[*record.warnings, *_skipped(results), *_alarms(resolution)],
        seconds={name: round(value, 3) for name, value in seconds.items()},
    )


def _files(results: Iterable[ShardResult]) -> list[FileTally]:
    return [file for result in results for file in result.files]


def _skipped(results: Iterable[ShardResult]) -> list[str]:
    return [f"{path}: it changed while it was read, the next run reads it" for r in results for path in r.skipped]


def _alarms(resolution: Resolution) -> list[str]:
    return [
        f"the cluster of {document_id} has {size} documents: something that is no content may join them"
        for document_id, size in resolution.alarms.items()
    ]


def _count(parts: Iterable[PlacedPart], dataset: Dataset, column: str) -> dict[str, int]:
    rows = read_rows([item for item in parts if item.part.dataset == dataset.name], dataset, [column])
    return dict(Counter(rows[column].to_pylist()).most_common())
