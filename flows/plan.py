"""What a run would do, before it does it: nothing is read but names, sizes and hashes, and nothing is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from flows.order import Flow, RunOrder, is_made_otherwise, survey_order, whole_facts
from flows.rooms import Standing, load_standing
from flows.words import MEGABYTE
from tasks.acquire.ledger import HashedFile
from tasks.acquire.survey import Survey, survey
from tasks.acquire.withdrawals import load_withdrawals
from tasks.clean.finished import RESULT
from tasks.publish.runs import RunRecord, read_records

KINDS = ("new", "changed", "stale", "gone")
"""What a run acts on. `stale` is to be cleaned again though it is as it was."""

_RUNS = 20
"""So many of the last runs say how fast the next one will be."""

_ENOUGH_BYTES = 8 * MEGABYTE
"""To start takes a run 3 to 10 s: models are loaded, workers come up. Reading 8 MB takes about as long."""


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """What a run would do with one source: its files by kind, and what is known of them.

    `records` counts those that the files gave when they were read last, and for new files what as many bytes of the
    source held so far; None where nothing is known. `days` are the partitions that get other rows, as far as paths and
    the ledger tell; `undated` files have neither.
    """

    files: Mapping[str, int]
    bytes: int
    records: int | None
    days: tuple[str, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do.

    `sources` has those that it would touch. `finished_shards` of `shards` were made by a run that was killed. `seconds`
    is what the last runs took for as many bytes; None where they were too small to tell. `is_whole` says that rows of
    all sources may change: `withdrawn.txt` or `canonical` are not what the snapshot was made with. `outside` files wait
    beyond the scope, `held` for `winnow accept`, `waiting` for their time to settle. `stopped` names sources in
    trouble, `accepted` those of which it would take in what is held.
    """

    flow: Flow
    sources: Mapping[str, SourcePlan]
    shards: int
    finished_shards: int
    seconds: float | None
    is_whole: bool
    outside: int
    held: int
    waiting: int
    stopped: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the run would find nothing to do."""
        return not self.sources and not self.is_whole

    @property
    def files(self) -> dict[str, int]:
        """The files of all sources, by kind."""
        counts: Counter[str] = Counter()
        for source in self.sources.values():
            counts.update(source.files)
        return {kind: counts[kind] for kind in KINDS}

    @property
    def bytes(self) -> int:
        """The bytes to read."""
        return sum(source.bytes for source in self.sources.values())

    @property
    def records(self) -> int | None:
        """The records to read, as far as they are known; None where nothing is."""
        known = [source.records for source in self.sources.values() if source.records is not None]
        return sum(known) if known else None

    @property
    def partitions(self) -> int:
        """The partitions that get other rows, as far as paths and the ledger tell."""
        return sum(len(source.days) for source in self.sources.values())

    def as_json(self) -> dict[str, Any]:
        """The plan for programs."""
        sums = {"files": self.files, "bytes": self.bytes, "records": self.records, "partitions": self.partitions}
        return {**asdict(self), **sums}


def make_plan(order: RunOrder) -> Plan:
    """What the run would do now. `SourceError` where `raw/` cannot be looked through."""
    settings = order.settings
    standing = load_standing(settings.curated)
    withdrawals = load_withdrawals(settings.raw)
    facts = whole_facts(settings, withdrawals)
    found = survey(survey_order(order, standing.snapshot, facts), standing.ledger)
    finished = [shard for shard in found.shards if (order.shard_folder / shard.key / RESULT).is_file()]
    size = sum(item.file.bytes for item in found.work) - sum(shard.bytes for shard in finished)
    return Plan(
        flow=order.flow,
        sources=_by_source(found, standing),
        shards=len(found.shards),
        finished_shards=len(finished),
        seconds=estimate_seconds(read_records(settings.curated, _RUNS), size),
        is_whole=is_made_otherwise(standing.snapshot, facts),
        outside=found.outside,
        held=len(found.difference.held),
        waiting=len(found.inventory.waiting),
        stopped={source: str(error) for source, error in found.stopped.items()},
        warnings=(*(f"{one.raw_path}: {one.problem}" for one in withdrawals.findings), *found.warnings),
        accepted=tuple(sorted(settings.accepted)),
    )


def estimate_seconds(records: Sequence[RunRecord], size: int) -> float | None:
    """How long so many bytes take, after the runs that read some; None where these cannot tell.

    A run of less than 8 MB tells what a run costs at all: the shortest of them counts. How fast one reads is told by
    the others, from what they took beyond that. Where there are none, twice the largest is as far as one can see.
    """
    fit = [record for record in records if record.bytes and record.status in ("published", "held")]
    small = [record for record in fit if record.bytes < _ENOUGH_BYTES]
    large = [record for record in fit if record.bytes >= _ENOUGH_BYTES]
    start = min((record.duration for record in small), default=0.0)
    if not size or not fit:
        return 0.0 if fit else None
    if large:
        beyond = max(0.0, sum(record.duration - start for record in large))
        return round(start + size * beyond / sum(record.bytes for record in large), 1)
    largest = max(small, key=lambda record: record.bytes)
    if size > 2 * largest.bytes:
        return None
    return round(max(start, size * largest.duration / largest.bytes), 1)


def _by_source(found: Survey, standing: Standing) -> dict[str, SourcePlan]:
    difference = found.difference
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    items: dict[str, list[HashedFile]] = defaultdict(list)
    for kind in ("new", "changed", "stale"):
        for item in getattr(difference, kind):
            kinds[item.file.source][kind] += 1
            items[item.file.source].append(item)
    gone: dict[str, list[str]] = defaultdict(list)
    for path in difference.gone:
        source = path.partition("/")[0]
        kinds[source]["gone"] += 1
        gone[source].append(path)
    known = _Known(standing)
    return {source: _plan_source(kinds[source], items[source], gone[source], known) for source in sorted(kinds)}


class _Known:
    """What the ledger tells of files: their days and records, and how many records a byte of a source holds."""

    def __init__(self, standing: Standing) -> None:
        self.days: dict[str, set[str]] = defaultdict(set)
        self.records: dict[str, int] = {}
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        names = ("raw_path", "source", "day", "days", "records", "bytes")
        columns = [standing.ledger[name].to_pylist() for name in names] if standing.ledger is not None else []
        for path, source, day, days, records, size in zip(*columns, strict=True):
            self.days[path] |= set(days) or {day}
            self.records[path] = records
            sums[source].update(records=records, bytes=size)
        self.density = {source: count["records"] / count["bytes"] for source, count in sums.items() if count["bytes"]}


def _plan_source(
    files: Mapping[str, int], items: Iterable[HashedFile], gone: Iterable[str], known: _Known
) -> SourcePlan:
    days: set[str] = set().union(*(known.days[path] for path in gone))
    size = undated = 0
    records: float | None = None
    for item in items:
        path, file = item.file.raw_path, item.file
        mine = {*known.days.get(path, ()), *filter(None, [file.day])}
        days |= mine
        undated += not mine
        size += file.bytes
        density = known.density.get(file.source)
        expected = known.records.get(path, None if density is None else max(1.0, file.bytes * density))
        if expected is not None:
            records = (records or 0) + expected
    return SourcePlan(
        files={kind: files.get(kind, 0) for kind in KINDS},
        bytes=size,
        records=None if records is None else round(records),
        days=tuple(sorted(days)),
        undated=undated,
    )
