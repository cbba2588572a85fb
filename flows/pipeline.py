"""The way through, from raw files to a published snapshot, whoever calls the rooms: Prefect, or nobody but us."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from flows.accounts import fresh_parts, gather_evidence, settle_accounts
from flows.progress import Watcher
from tasks.acquire.ledger import dump_stamps
from tasks.acquire.survey import STAMPS, Survey, leaving_rows
from tasks.clean.shard import ShardOrder, ShardResult
from tasks.dedupe.options import Options
from tasks.dedupe.resolve import Resolution
from tasks.errors import GateClosed, UsageError, WinnowError
from tasks.gate import Evidence, Finding, held_sources
from tasks.parts import PlacedPart, read_rows, write_whole
from tasks.publish.changes import Delta, Keys
from tasks.publish.ledger import next_ledger
from tasks.publish.lock import writer_lock
from tasks.publish.runs import RunRecord, Status, close_dead_runs, new_run, write_record
from tasks.publish.snapshot import Snapshot, clear_staging, load_current
from tasks.schema import INPUTS, SIGNATURES
from tasks.settings import Settings

CODE_VERSION = "1"
"""Goes up when the same raw file gives other rows: then finished shards of a killed run are not taken over."""


class Rooms(Protocol):
    """The rooms as the pipeline calls them: as Prefect tasks, or directly."""

    def acquire(self, raw: Path, ledger: pa.Table | None, work: Path, shard_bytes: int, code_version: str) -> Survey:
        """Survey `raw/`."""
        ...

    def clean(self, orders: Sequence[ShardOrder], done: Callable[[ShardResult], None]) -> None:
        """Clean all shards, and call `done` with each result, in any order but one at a time."""
        ...

    def dedupe(
        self, standing: Sequence[PlacedPart], leaving: Keys, fresh: Sequence[PlacedPart], options: Options
    ) -> Resolution:
        """Cluster what lives after the run."""
        ...

    def gate(self, evidence: Evidence, survey: Survey) -> list[Finding]:
        """Judge whether the run is fit to publish."""
        ...

    def publish(
        self, curated: Path, parent: Snapshot | None, delta: Delta, snapshot_id: str, facts: dict[str, Any]
    ) -> Snapshot:
        """Publish the next snapshot."""
        ...


def ingest(settings: Settings, rooms: Rooms, watcher: Watcher) -> RunRecord:
    """Take in whatever is new, changed or gone in `raw/`, and publish a snapshot if anything is.

    The record of the run is in `curated/runs/` from its start on, whatever becomes of it. `WinnowError` where the run
    cannot go on: then the snapshot before is current.
    """
    _check_folders(settings)
    with writer_lock(
        settings.curated, "winnow ingest", settings.wait_seconds, lambda who: watcher.say(f"waiting for {who}")
    ):
        for run_id in close_dead_runs(settings.curated):
            watcher.say(f"run {run_id} was killed; its finished shards are used again")
        clear_staging(settings.curated)
        record = new_run("ingest", {name: str(value) for name, value in asdict(settings).items()})
        write_record(settings.curated, record)
        try:
            record = _Ingest(settings, rooms, watcher, record).run()
        except BaseException as error:
            is_ours = isinstance(error, WinnowError | Exception)
            text = str(error) if isinstance(error, WinnowError) else f"{type(error).__name__}: {error}"
            write_record(settings.curated, record.ended("failed" if is_ours else "interrupted", error=text))
            raise
        write_record(settings.curated, record)
        return record


def _check_folders(settings: Settings) -> None:
    raw, curated = settings.raw.resolve(), settings.curated.resolve()
    if raw == curated or raw in curated.parents or curated in raw.parents:
        raise UsageError(
            problem=f"raw/ and curated/ must lie apart, not {settings.raw} and {settings.curated}",
            hint="choose others with --raw and --curated",
        )


@dataclass
class _Ingest:
    """One run of `ingest`, step by step."""

    settings: Settings
    rooms: Rooms
    watcher: Watcher
    record: RunRecord
    results: list[ShardResult] = field(default_factory=list)

    def run(self) -> RunRecord:
        """All steps; the record of the run at its end."""
        settings = self.settings
        parent = load_current(settings.curated)
        ledger = read_rows(parent.parts_of("inputs"), INPUTS) if parent else None
        self.watcher.stage("acquire", 1, "survey")
        survey = self.rooms.acquire(settings.raw, ledger, settings.work, settings.shard_bytes, CODE_VERSION)
        self.watcher.advance(1, f"{len(survey.work)} files to read")
        self._note(survey, parent)
        is_reordered = parent is not None and parent.settings.get("run") != settings.fingerprint()
        if survey.difference.is_empty and not is_reordered:
            self._keep_stamps(survey)
            return self.record.ended(
                "failed" if survey.stopped else "nothing_new", totals=parent.totals if parent else {}
            )

        self._clean(survey)
        held, findings, resolution = self._judge(survey, parent, ledger)
        self.record = settle_accounts(self.record, self.results, held, resolution)
        snapshot = self._publish(survey, parent, ledger, held, resolution)
        self._keep_stamps(survey)
        shutil.rmtree(settings.work / "shards", ignore_errors=True)
        status: Status = "held" if held else "failed" if survey.stopped else "published"
        return self.record.ended(
            status, snapshot=snapshot.id, totals=snapshot.totals, findings=[asdict(finding) for finding in findings]
        )

    def _note(self, survey: Survey, parent: Snapshot | None) -> None:
        difference = survey.difference
        counts = {
            name: len(getattr(difference, name))
            for name in ("new", "changed", "stale", "gone", "held", "unchanged", "retained", "moved")
        }
        stopped = tuple(f"{source}: {error}" for source, error in survey.stopped.items())
        self.record = replace(
            self.record,
            inputs={**counts, "waiting": len(survey.inventory.waiting)},
            warnings=[*survey.warnings, *stopped],
            snapshot=parent.id if parent else None,
        )

    def _clean(self, survey: Survey) -> None:
        folder = self.settings.work / "shards"
        orders = [
            ShardOrder(shard, folder / shard.key, self.record.run_id, self.settings.shard_bytes)
            for shard in survey.shards
        ]
        sizes = {str(order.folder): max(1, order.shard.bytes // 1024) for order in orders}
        self.watcher.stage("clean", sum(sizes.values()), "kB")
        records = 0

        def done(result: ShardResult) -> None:
            nonlocal records
            self.results.append(result)
            records += sum(file.records for file in result.files)
            self.watcher.advance(sizes[result.folder], f"{records} records")

        self.rooms.clean(orders, done)
        self.results.sort(key=lambda result: result.folder)

    def _judge(
        self, survey: Survey, parent: Snapshot | None, ledger: pa.Table | None
    ) -> tuple[frozenset[str], list[Finding], Resolution]:
        """Cluster and judge; if the gate holds sources, cluster again without them."""
        self.watcher.stage("dedupe", 1, "pass")
        resolution = self._dedupe(survey, parent, ledger, frozenset())
        self.watcher.advance(1, f"{sum(resolution.fresh_duplicates.values())} duplicates")
        self.watcher.stage("gate", 1, "check")
        findings = self.rooms.gate(gather_evidence(self.results, resolution), survey)
        self.watcher.advance(1)
        blocked = [finding for finding in findings if finding.is_breach and finding.source is None]
        if blocked:
            raise GateClosed(
                problem=f"the gate is closed: {blocked[0].message}",
                hint="this is a fault of Winnow: please report it. The snapshot before is untouched",
            )
        held = held_sources(findings)
        if held:
            resolution = self._dedupe(survey, parent, ledger, held)
        return held, findings, resolution

    def _dedupe(
        self, survey: Survey, parent: Snapshot | None, ledger: pa.Table | None, held: frozenset[str]
    ) -> Resolution:
        return self.rooms.dedupe(
            parent.parts_of("signatures") if parent else [],
            leaving_rows(ledger, survey.difference, held),
            [item for item in fresh_parts(self.results, held) if item.part.dataset == SIGNATURES.name],
            Options(canonical=self.settings.canonical),
        )

    def _publish(
        self,
        survey: Survey,
        parent: Snapshot | None,
        ledger: pa.Table | None,
        held: frozenset[str],
        resolution: Resolution,
    ) -> Snapshot:
        self.watcher.stage("publish", 1, "snapshot")
        fingerprints = {source: chosen.fingerprint() for source, chosen in survey.settings.items()}
        tallies = {file.raw_path: file for result in self.results for file in result.files}
        rows, touched = next_ledger(ledger, survey.difference, survey.work, tallies, fingerprints, held)
        delta = Delta(
            fresh=tuple(fresh_parts(self.results, held)),
            leaving=leaving_rows(ledger, survey.difference, held),
            ledger=rows,
            touched=touched,
            assignments=resolution.assignments,
        )
        facts = {
            "published_at": self.record.started_at,
            "versions": self.record.versions,
            "settings": {"run": self.settings.fingerprint(), **fingerprints},
        }
        snapshot = self.rooms.publish(self.settings.curated, parent, delta, self.record.run_id, facts)
        self.watcher.advance(1, snapshot.id)
        return snapshot

    def _keep_stamps(self, survey: Survey) -> None:
        self.settings.work.mkdir(parents=True, exist_ok=True)
        write_whole(self.settings.work / STAMPS, dump_stamps(survey.difference.stamps))
