"""The evidence of a run for the gate: what its shards brought, and what stood before it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.accounts import Results
from flows.rooms import Standing
from tasks.acquire.ledger import Difference
from tasks.acquire.survey import leaving_rows
from tasks.dedupe.resolve import Resolution
from tasks.document import NO_DAY
from tasks.gate import Evidence
from tasks.gate.history import days_to_compare
from tasks.gate.shares import days_with_shares
from tasks.parts import PlacedPart
from tasks.publish.standing import count_days, measure_days
from tasks.tally import DayTally, FileTally

Partition = tuple[str, str]
Days = Mapping[str, Mapping[str, DayTally]]
"""Tallies by source and day."""


def evidence_of_run(
    today: date,
    results: Results,
    resolution: Resolution,
    difference: Difference,
    standing: Standing,
    returned: Mapping[str, tuple[str, ...]],
) -> Evidence:
    """What the gate looks at after a run's work.

    Of the snapshot before, two columns are read of the days that the run brings, of those that they are compared with,
    and of those that lose rows; all other days are counted from the manifest. `returned` is what came again of what was
    withdrawn.
    """
    files = results.files
    days = [day._replace(duplicates=resolution.fresh_duplicates.get((day.source, day.day), 0)) for day in results.days]
    counted = count_days(standing.snapshot)
    leaving = leaving_rows(standing.ledger, difference, [file.raw_path for file in files], frozenset())
    measured, damaged = _measure(standing, _days_to_measure(days, counted))
    losing = {place: paths for place, paths in leaving.items() if place[1] != NO_DAY}
    staying = {place: tally for place, tally in measured.items() if place not in losing}
    staying |= _measure(standing, frozenset(losing), losing)[0]
    after = {(source, day): tally for source, tallies in counted.items() for day, tally in tallies.items()} | staying
    for place in losing.keys() - staying.keys():
        after.pop(place, None)
    return Evidence(
        today=today,
        files=tuple(files),
        days=tuple(days),
        rows=_count_rows(results.parts()),
        schemas=_read_schemas(results.parts()),
        withdrawals=_count_withdrawals(files, difference, standing.ledger),
        standing=_joined(counted, measured),
        staying=staying,
        arrived=_count_arrived([*after.values(), *days], standing.ledger, {file.raw_path for file in files}),
        clusters=resolution.alarms,
        damaged=damaged,
        returned=returned,
    )


def evidence_of_rest(today: date, standing: Standing) -> Evidence:
    """What the gate looks at where a run finds nothing to do: what stands, counted from the manifest."""
    counted = count_days(standing.snapshot)
    tallies = [tally for days in counted.values() for tally in days.values()]
    return Evidence(today=today, standing=counted, arrived=_count_arrived(tallies, standing.ledger, frozenset()))


def _days_to_measure(days: Sequence[DayTally], counted: Days) -> set[Partition]:
    """The days of a run that stand already, and those that are history to one of them."""
    known = {source: days_with_shares(counted.get(source, {})) for source in {tally.source for tally in days}}
    wanted = {(tally.source, near) for tally in days for near in days_to_compare(tally.day, known[tally.source])}
    own = {(tally.source, tally.day) for tally in days if tally.day != NO_DAY}
    return wanted | {(source, day) for source, day in own if day in counted.get(source, {})}


def _measure(
    standing: Standing, days: frozenset[Partition] | set[Partition], without: Mapping[Partition, pa.Array] | None = None
) -> tuple[dict[Partition, DayTally], dict[Partition, str]]:
    if standing.snapshot is None or not days:
        return {}, {}
    tallies, damaged = measure_days(standing.snapshot, days, without)
    return {(tally.source, tally.day): tally for tally in tallies}, damaged


def _joined(counted: Days, measured: Mapping[Partition, DayTally]) -> Days:
    return {
        source: {day: measured.get((source, day), tally) for day, tally in days.items()}
        for source, days in counted.items()
    }


def _count_arrived(
    tallies: Sequence[DayTally], ledger: pa.Table | None, read: frozenset[str] | set[str]
) -> dict[str, dict[str, int]]:
    """The records of each day: those of the tallies, and those held before that the run did not read again.

    Of a held file with records of several days nobody knows how many each has: each counts with all of them, since it
    came at any rate.
    """
    arrived: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for tally in tallies:
        arrived[tally.source][tally.day] += tally.ended
    held = ledger.filter(pc.equal(ledger["status"], "held")).to_pylist() if ledger is not None else []
    for row in held:
        if row["raw_path"] not in read:
            for day in row["days"]:
                arrived[row["source"]][day] += row["records"]
    return {source: dict(days) for source, days in arrived.items()}


def _count_rows(parts: Sequence[PlacedPart]) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for item in parts:
        rows[item.part.dataset] += item.part.rows
    return dict(rows)


def _read_schemas(parts: Sequence[PlacedPart]) -> tuple[tuple[str, pa.Schema, str], ...]:
    """The schemas of the fresh parts by dataset, each once with the first part that has it."""
    found: dict[tuple[str, pa.Schema], str] = {}
    for item in parts:
        schema = pq.read_schema(item.root / item.part.path)
        found.setdefault((item.part.dataset, schema), str(item.root / item.part.path))
    return tuple((dataset, schema, path) for (dataset, schema), path in found.items())


def _count_withdrawals(
    files: Sequence[FileTally], difference: Difference, ledger: pa.Table | None
) -> dict[str, tuple[int, int]]:
    """By source, the documents of files that are gone (not of moved ones) or that shrank, and of all files.

    Documents that a person has withdrawn do not count as lost.
    """
    if ledger is None:
        return {}
    moved = {old for old, _ in difference.moved}
    now = {file.raw_path: file.cleaned + file.withdrawn for file in files}
    now |= dict.fromkeys((path for path in difference.gone if path not in moved), 0)
    published = ledger.select(["source", "raw_path", "documents"]).filter(pc.equal(ledger["status"], "published"))
    leaving: Counter[str] = Counter()
    for row in published.filter(pc.is_in(published["raw_path"], value_set=pa.array(now, pa.string()))).to_pylist():
        leaving[row["source"]] += max(0, row["documents"] - now[row["raw_path"]])
    sums = published.group_by("source").aggregate([("documents", "sum")])
    standing = dict(zip(sums["source"].to_pylist(), sums["documents_sum"].to_pylist(), strict=True))
    return {source: (count, standing[source]) for source, count in leaving.items() if count}
