"""The survey: what lies in `raw/`, what of it is to be done, and in which shards."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.inventory import Inventory, list_files, list_sources
from tasks.acquire.ledger import Difference, HashedFile, compare
from tasks.acquire.scope import Scope, count_outside, restrict
from tasks.acquire.shards import Shard, plan_shards
from tasks.acquire.source import SourceSettings, load_source
from tasks.acquire.stamps import NO_LOOKS, STAMPS_FILE, load_stamps, settled_looks
from tasks.document import NO_DAY
from tasks.errors import SourceError
from tasks.garbage import collecting_later
from tasks.place import Place

Partition = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be done.

    `settings` has those of every source that can be read, `stopped` the error of every other. `warnings` are things
    that stop nothing. `shards` cover the new, changed and stale files. `outside` counts what waits beyond the scope.
    """

    inventory: Inventory
    difference: Difference
    settings: Mapping[str, SourceSettings]
    stopped: Mapping[str, SourceError]
    warnings: tuple[str, ...]
    shards: tuple[Shard, ...]
    outside: int = 0

    def retained(self, before: Collection[str]) -> list[str]:
        """The sources that keep the documents of files that are gone; of one in trouble holds what it said `before`."""
        now = {source for source, chosen in self.settings.items() if chosen.retain == "forever"}
        return sorted(now | (set(before) & self.stopped.keys()))

    @property
    def unchanged(self) -> int:
        """How many files are as they were."""
        return len(self.difference.unchanged) + len(self.inventory.untouched)

    @property
    def work(self) -> tuple[HashedFile, ...]:
        """The files to read: new, changed, or to be cleaned again."""
        return (*self.difference.new, *self.difference.changed, *self.difference.stale)


@dataclass(frozen=True, slots=True)
class SurveyOrder:
    """What to look through, and how to cut it.

    `work` is the folder of caches. `code_version` names what the rows depend on besides content and settings. `again`
    are raw paths to be cleaned again though they are as they were, `accepted` the sources whose held files are to be
    read. With a `scope` nothing else is touched, but for `again`. `retained` are the sources that said, when they were
    there, that they keep the documents of files that are gone. So many `workers` may share a large file.
    """

    raw: Place
    work: Path
    shard_bytes: int
    code_version: str
    again: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    scope: Scope | None = None
    retained: frozenset[str] = frozenset()
    workers: int = 1


@collecting_later()  # every file is an object, and none is garbage
def survey(order: SurveyOrder, ledger: pa.Table | None) -> Survey:
    """Look through `raw/`, compare it with the ledger and plan the shards.

    `ledger` has the columns of `schema.INPUTS`. `SourceError` where `raw/` is missing or empty; a source that is in
    trouble is in `stopped`, and nothing of it is touched.
    """
    raw = order.raw
    settings: dict[str, SourceSettings] = {}
    stopped: dict[str, SourceError] = {}
    for source in list_sources(raw):
        try:
            settings[source] = load_source(raw, source)
        except SourceError as error:
            stopped[source] = error
    now = time.time_ns()
    settle = {name: chosen.settle_seconds for name, chosen in settings.items()}
    known = {source: chosen.fingerprint() for source, chosen in settings.items()}
    stamps = load_stamps(_read(order.work / STAMPS_FILE))
    may_pass_over = order.scope is None and not order.again  # what is done over must be known whatever it looks like
    looks = settled_looks(stamps, ledger, known) if may_pass_over else NO_LOOKS
    inventory = list_files(raw, settle, now, looks)
    stopped |= inventory.stopped
    for source in inventory.stopped:
        settings.pop(source, None)
        known.pop(source, None)
    for source in (
        _sources_of(ledger) - known.keys() - stopped.keys()
    ):  # its folder is gone, and its source.toml with it
        settings[source] = SourceSettings(retain="forever" if source in order.retained else "while_present")
        known[source] = settings[source].fingerprint()
    whole = compare(
        inventory,
        ledger,
        known,
        stamps=stamps,
        retained=[source for source, chosen in settings.items() if chosen.retain == "forever"],
        now_ns=now,
    )
    difference = _clean_again(restrict(whole, ledger, order.scope) if order.scope else whole, order)
    files = (*difference.new, *difference.changed, *difference.stale)
    findings = (*inventory.findings, *difference.findings)
    return Survey(
        inventory=inventory,
        difference=difference,
        settings=settings,
        stopped=stopped,
        warnings=tuple(f"{finding.raw_path}: {finding.problem}" for finding in findings),
        shards=tuple(plan_shards(files, settings, order.shard_bytes, order.code_version, order.workers)),
        outside=count_outside(whole, difference) if order.scope else 0,
    )


def _clean_again(difference: Difference, order: SurveyOrder) -> Difference:
    """Move to `stale` what is to be cleaned again, and what was held and is accepted now."""
    again = [item for item in difference.unchanged if item.file.raw_path in order.again]
    accepted = [item for item in difference.held if item.file.source in order.accepted]
    chosen = {item.file.raw_path for item in (*again, *accepted)}
    if not chosen:
        return difference
    moved = [old for old, new in difference.moved if new in chosen]
    return replace(
        difference,
        stale=tuple(sorted((*difference.stale, *again, *accepted), key=lambda item: item.file.raw_path)),
        unchanged=tuple(item for item in difference.unchanged if item.file.raw_path not in chosen),
        held=tuple(item for item in difference.held if item.file.raw_path not in chosen),
        gone=tuple(sorted((*difference.gone, *moved))),
    )


def leaving_rows(
    ledger: pa.Table | None, difference: Difference, read: Collection[str], held: frozenset[str]
) -> dict[Partition, pa.Array]:
    """The raw files whose published rows go, by every partition that may hold a row of theirs.

    They are those that went, and of those that changed or are cleaned again the ones that were `read`. Of the sources
    in `held` everything stays, and so does what moved into one of them.
    """
    if ledger is None or not (read or difference.gone):
        return {}
    again = pa.array(sorted({*read, *difference.going(held)}), pa.string())
    leaves = pc.and_(pc.is_in(ledger["raw_path"], value_set=again), pc.equal(ledger["status"], "published"))
    stays = pc.is_in(ledger["source"], value_set=pa.array(sorted(held), pa.string()))
    paths: dict[Partition, list[str]] = defaultdict(list)
    for row in ledger.filter(pc.and_not(leaves, stays)).select(["raw_path", "source", "days"]).to_pylist():
        for day in row["days"]:
            paths[row["source"], day].append(row["raw_path"])
    return {partition: pa.array(names, pa.string()) for partition, names in sorted(paths.items())}


def input_day(item: HashedFile) -> str:
    """The day of the partition in which the ledger keeps a file: that of its path."""
    return item.file.day or NO_DAY


def _sources_of(ledger: pa.Table | None) -> set[str]:
    return set(ledger["source"].unique().to_pylist()) if ledger is not None else set()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
