"""One run, step by step: survey, clean, dedupe, gate, publish."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

from flows.accounts import Results, list_findings, note_withdrawn, settle_accounts
from flows.evidence import evidence_of_rest, evidence_of_run
from flows.hints import hint_at_learning
from flows.order import RunOrder, is_made_otherwise, retained_before, survey_order, whole_facts
from flows.progress import Watcher
from flows.report.forget import forget_for
from flows.report.gather import gather_for
from flows.report.gathered import Keep
from flows.report.look import look_through
from flows.rooms import Rooms, Standing
from flows.words import count_of, kilobytes
from tasks.acquire.stamps import keep_stamps
from tasks.acquire.survey import Survey, leaving_rows
from tasks.acquire.withdrawals import Withdrawals, load_withdrawals
from tasks.clean.finished import ShardResult, remove_shards, without_changed
from tasks.clean.order import ShardOrder
from tasks.dedupe.options import Options
from tasks.dedupe.resolve import IndexPlace, Resolution
from tasks.gate import Finding, held_sources, refuse_faults
from tasks.publish.changes import Delta, Keys, Partition, leaving_ids
from tasks.publish.emptied import damaged_partitions, emptied_partitions
from tasks.publish.ledger import next_ledger, published_paths
from tasks.publish.runs import RunRecord, Status
from tasks.publish.snapshot import RETAINED, Snapshot
from tasks.publish.withdrawn import Withdrawn, withdraw
from tasks.schema import SIGNATURES
from tasks.settings import Settings, folder_options
from tasks.tally import FileTally
from tasks.version import cleaned_with


@dataclass
class Run:
    """A run in the making: what it was asked, what stood before it, and what its shards have brought so far."""

    order: RunOrder
    rooms: Rooms
    watcher: Watcher
    record: RunRecord
    standing: Standing
    keep: Keep  # for the report
    results: Results = field(default_factory=Results)
    to_withdraw: Withdrawals = field(default_factory=Withdrawals)
    """The entries of `withdrawn.txt`, if they are others than those of the snapshot before."""
    damaged: frozenset[Partition] = frozenset()
    """Partitions that the run makes anew, with files that cannot be read any more."""

    @property
    def settings(self) -> Settings:
        """What the run was told of folders and load."""
        return self.order.settings

    def go(self) -> RunRecord:
        """Take all steps; the record of the run at its end."""
        before = self.standing.snapshot
        withdrawals = load_withdrawals(self.settings.raw)
        facts = whole_facts(self.settings, withdrawals)
        is_other = is_made_otherwise(before, facts)
        self.watcher.stage("acquire", 1, "survey")
        survey = self.rooms.acquire(survey_order(self.order, before, facts), self.standing.ledger)
        self.watcher.advance(1, f"{count_of(len(survey.work), 'file')} to read")
        self._note(survey, facts, [finding.raw_path + ": " + finding.problem for finding in withdrawals.findings])
        folder = self.order.shard_folder
        retained = retained_before(before)
        must_publish = is_other or (before is not None and set(survey.retained(retained)) != retained)
        if survey.difference.is_empty and not must_publish:
            remove_shards(folder)  # of a run that was killed right behind its snapshot
            self._tell(self.rooms.gate(evidence_of_rest(self.today, self.standing), survey))
            return self._end(survey, "failed" if survey.stopped else "nothing_new", before)

        if is_other:
            self.to_withdraw = withdrawals
        self._clean(
            [
                ShardOrder(shard, folder / shard.key, self.record.run_id, self.settings.shard_bytes, withdrawals)
                for shard in survey.shards
            ]
        )
        look = partial(look_through, self.record.run_id, self.results.parts())
        # While duplicates are looked for, which one process does; where nothing was read, there is no worker yet.
        looked = self.rooms.beside(look) if self.results.shards else look
        self._find_damage(survey)
        held, findings, resolution = self._judge(survey)
        self.record = settle_accounts(self.record, self.results, held, resolution)
        self._tell(findings)
        published = partial(published_paths, self.standing.ledger, survey.difference)
        self.record = gather_for(self.record, self.results, resolution, held, self.keep, looked, published)
        fresh, copies = self.results.parts(held), resolution.assignments["document_id"]
        self.record = replace(
            self.record, hints=hint_at_learning(fresh, survey.settings, copies, folder_options(self.settings.raw))
        )
        snapshot = self._publish(survey, held, resolution, facts, must_publish=must_publish)
        if is_other:
            self.record = forget_for(self.record, self.settings.curated, withdrawals)
        remove_shards(folder)
        return self._end(survey, "held" if held else "failed" if survey.stopped else "published", snapshot)

    @property
    def today(self) -> date:
        """The UTC date on which the run started: checks have no clock."""
        return datetime.fromisoformat(self.record.started_at).date()

    def _tell(self, findings: list[Finding]) -> None:
        """Write into the record what the gate found."""
        self.record = replace(self.record, findings=list_findings(findings, self.settings.accepted))

    def _note(self, survey: Survey, facts: dict[str, str], warnings: list[str]) -> None:
        """Write into the record what the survey found."""
        difference = survey.difference
        waiting = len(survey.inventory.waiting)
        kinds = ("new", "changed", "stale", "gone", "held", "retained", "moved")
        self.record = replace(
            self.record,
            inputs={kind: len(getattr(difference, kind)) for kind in kinds}
            | {"unchanged": survey.unchanged, "waiting": waiting, "outside": survey.outside},
            bytes=sum(item.file.bytes for item in survey.work),
            fingerprints=self._fingerprints(survey) | facts,
            warnings=[*warnings, *survey.warnings],
            stopped={source: str(error) for source, error in sorted(survey.stopped.items())},
        )

    def _clean(self, orders: list[ShardOrder]) -> None:
        sizes = {str(order.folder): kilobytes(order.shard.bytes) for order in orders}
        self.watcher.stage("clean", sum(sizes.values()), "kB")
        shards: list[ShardResult] = []
        records = 0

        def done(result: ShardResult) -> None:
            nonlocal records
            shards.append(result)
            records += sum(file.records for file in result.files)
            self.watcher.advance(sizes[result.folder], count_of(records, "record"))

        self.rooms.clean(orders, done)
        self.results = Results(without_changed(sorted(shards, key=lambda result: result.folder)))

    def _find_damage(self, survey: Survey) -> None:
        """Note the damaged partitions that the run makes anew: neither gate nor index can ask what they held."""
        emptied = emptied_partitions(self.standing.ledger, self._leaving(survey, frozenset()))
        self.damaged = damaged_partitions(self.standing.snapshot, emptied)
        notes = [f"{source}, {day}: files were damaged, and are made anew" for source, day in sorted(self.damaged)]
        self.record = replace(self.record, warnings=[*self.record.warnings, *notes])

    def _lost(self, held: frozenset[str]) -> list[Partition]:
        """The damaged partitions that are made anew; those of held sources are not."""
        return sorted(place for place in self.damaged if place[0] not in held)

    def _readable(self, held: frozenset[str]) -> Snapshot | None:
        """The snapshot before, without what is lost."""
        before, lost = self.standing.snapshot, self._lost(held)
        return before.without(lost) if before is not None and lost else before

    def _judge(self, survey: Survey) -> tuple[frozenset[str], list[Finding], Resolution]:
        """Cluster and judge; where the gate holds sources, cluster again without them."""
        self.watcher.stage("dedupe", 1, "pass")
        resolution = self._dedupe(survey, frozenset())
        self.watcher.advance(1, f"{sum(resolution.fresh_duplicates.values())} duplicates")
        self.watcher.stage("gate", 1, "check")
        standing = replace(self.standing, snapshot=self._readable(frozenset()))
        evidence = evidence_of_run(self.today, self.results, resolution, survey.difference, standing)
        findings = self.rooms.gate(evidence, survey)
        self.watcher.advance(1, count_of(len(findings), "finding"))
        refuse_faults(findings)
        held = held_sources(findings) - self.settings.accepted
        return held, findings, self._dedupe(survey, held) if held else resolution

    def _leaving(self, survey: Survey, held: frozenset[str]) -> Keys:
        """The raw files whose published rows go, by partition."""
        return leaving_rows(self.standing.ledger, survey.difference, self._tallies(), held)

    def _outgoing(self, survey: Survey, held: frozenset[str]) -> tuple[Keys, Withdrawn]:
        """The raw files whose published rows go, by partition, and what goes though its raw file does not."""
        leaving, before = self._leaving(survey, held), self._readable(held)
        return leaving, withdraw(before, self.to_withdraw, leaving) if before is not None else Withdrawn()

    def _dedupe(self, survey: Survey, held: frozenset[str]) -> Resolution:
        before, lost = self._readable(held), self._lost(held)
        signatures = before.parts_of(SIGNATURES.name) if before is not None else []
        state = before.id if before is not None else "none"
        return self.rooms.dedupe(
            signatures,
            leaving_ids(signatures, *self._outgoing(survey, held)),
            [item for item in self.results.parts(held) if item.part.dataset == SIGNATURES.name],
            Options(canonical=self.settings.canonical),
            IndexPlace(
                self.settings.index,
                before=f"{state} without {lost}" if lost else state,  # nobody knows what it would have to forget
                after=self.record.run_id,
            ),
            lambda count: self.watcher.advance(0, f"the index is built anew: {count} documents are in"),
        )

    def _publish(
        self, survey: Survey, held: frozenset[str], resolution: Resolution, facts: dict[str, str], *, must_publish: bool
    ) -> Snapshot | None:
        """Publish what is not held; the snapshot before where nothing is left to publish."""
        fingerprints = self._fingerprints(survey)
        tallies, ledger = self._tallies(), self.standing.ledger
        leaving, withdrawn = self._outgoing(survey, held)
        rows, touched = next_ledger(
            ledger, survey.difference, survey.work, tallies, fingerprints, held, withdrawn.counts, cleaned_with()
        )
        delta = Delta(
            fresh=tuple(self.results.parts(held)),
            leaving=leaving,
            ledger=rows,
            touched=touched,
            assignments=resolution.assignments,
            withdrawn=withdrawn,
            emptied=emptied_partitions(ledger, leaving),
        )
        self.record = note_withdrawn(self.record, withdrawn.counts)
        if not (touched or delta.leaving or must_publish):
            return self.standing.snapshot
        self.watcher.stage("publish", 1, "snapshot")
        manifest = {
            "versions": self.record.versions,
            "settings": {**fingerprints, **facts},
            RETAINED: survey.retained(retained_before(self.standing.snapshot)),
        }
        snapshot = self.rooms.publish(
            self.settings.curated, self.standing.snapshot, delta, self.record.run_id, manifest
        )
        self.watcher.advance(1, snapshot.id)
        return snapshot

    def _fingerprints(self, survey: Survey) -> dict[str, str]:
        return {source: chosen.fingerprint() for source, chosen in survey.settings.items()}

    def _tallies(self) -> dict[str, FileTally]:
        return {file.raw_path: file for file in self.results.files}

    def _end(self, survey: Survey, status: Status, snapshot: Snapshot | None) -> RunRecord:
        """The record at the end; the times of files are kept to spare the next run their hashing.

        Where they cannot be, the run is no other for that: what it published is published.
        """
        if problem := keep_stamps(self.settings.work, survey.difference.stamps):
            self.record = replace(self.record, warnings=[*self.record.warnings, problem])
        facts = {} if snapshot is None else {"snapshot": snapshot.id, "totals": snapshot.totals}
        return self.record.ended(status, **facts)
