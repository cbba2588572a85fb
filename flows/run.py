"""One run, step by step: survey, clean, dedupe, gate, publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

from flows.accounts import Results, list_findings, note_withdrawn, settle_accounts
from flows.evidence import evidence_of_rest
from flows.hints import hint_at_learning
from flows.judging import Judging, Verdict
from flows.order import RunOrder, is_made_otherwise, retained_before, survey_order, whole_facts
from flows.progress import Watcher
from flows.report.forget import forget_for
from flows.report.gather import gather_for
from flows.report.gathered import Keep
from flows.report.look import Seen, look_through
from flows.rooms import Rooms, Standing
from flows.words import count_of, kilobytes
from tasks.acquire.stamps import keep_stamps
from tasks.acquire.survey import Survey
from tasks.acquire.withdrawals import Withdrawals, load_withdrawals
from tasks.clean.finished import ShardResult, remove_shards, without_changed
from tasks.clean.order import ShardOrder
from tasks.gate import Finding
from tasks.publish.changes import Delta
from tasks.publish.emptied import emptied_partitions
from tasks.publish.ledger import next_ledger, published_paths
from tasks.publish.runs import RunRecord, Status
from tasks.publish.snapshot import RETAINED, WITHDRAWN_TEXTS, Snapshot
from tasks.settings import Settings, folder_options
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

        self._clean(
            [
                ShardOrder(shard, folder / shard.key, self.record.run_id, self.settings.shard_bytes, withdrawals)
                for shard in survey.shards
            ]
        )
        look = partial(look_through, self.record.run_id, self.results.parts())
        # While duplicates are looked for, which one process does; where nothing was read, there is no worker yet.
        looked = self.rooms.beside(look) if self.results.shards else look
        to_withdraw = withdrawals if is_other else Withdrawals()
        texts = before.withdrawn_texts if before is not None else {}
        known = {name: text for name, text in texts.items() if name in withdrawals.ids}
        judging = Judging(self.order, self.rooms, self.watcher, self.standing, survey, self.results, to_withdraw, known)
        notes = [f"{source}, {day}: files were damaged, and are made anew" for source, day in sorted(judging.damaged)]
        self.record = replace(self.record, warnings=[*self.record.warnings, *notes])
        verdict = judging.judge(self.record.run_id, self.today)
        with verdict.resolution.index:
            self._settle(survey, verdict, looked)
            snapshot = self._publish(judging, verdict, facts, must_publish=must_publish)
            if is_other:
                self.record = forget_for(self.record, self.settings.curated, withdrawals)
            remove_shards(folder)  # while the index is written
            if problem := verdict.resolution.index.problem():
                self.record = replace(self.record, warnings=[*self.record.warnings, problem])
        is_ours = snapshot is not None and snapshot.id == self.record.run_id  # not where all files changed meanwhile
        status: Status = "failed" if survey.stopped else "published" if is_ours else "nothing_new"
        return self._end(survey, "held" if verdict.held else status, snapshot)

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

    def _settle(self, survey: Survey, verdict: Verdict, looked: Callable[[], Seen]) -> None:
        """Write into the record what became of the run's records, what the gate found, and what would pay."""
        held, resolution = verdict.held, verdict.resolution
        self.record = settle_accounts(self.record, self.results, held, resolution)
        self._tell(verdict.findings)
        published = partial(published_paths, self.standing.ledger, survey.difference)
        self.record = gather_for(self.record, self.results, resolution, held, self.keep, looked, published)
        fresh, copies = self.results.parts(held), resolution.assignments["document_id"]
        self.record = replace(
            self.record, hints=hint_at_learning(fresh, survey.settings, copies, folder_options(self.settings.raw))
        )

    def _publish(
        self, judging: Judging, verdict: Verdict, facts: dict[str, str], *, must_publish: bool
    ) -> Snapshot | None:
        """Publish what is not held, and keep its index; the snapshot before where nothing is left to publish."""
        survey, held, ledger = judging.survey, verdict.held, self.standing.ledger
        fingerprints = self._fingerprints(survey)
        leaving, withdrawn = judging.outgoing(held)
        rows, touched = next_ledger(
            ledger,
            survey.difference,
            survey.work,
            judging.tallies,
            fingerprints,
            held,
            withdrawn.counts,
            cleaned_with(),
        )
        delta = Delta(
            fresh=tuple(self.results.parts(held)),
            leaving=leaving,
            ledger=rows,
            touched=touched,
            assignments=verdict.resolution.assignments,
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
            **({WITHDRAWN_TEXTS: judging.texts} if judging.texts else {}),
        }
        snapshot = self.rooms.publish(
            self.settings.curated, self.standing.snapshot, delta, self.record.run_id, manifest
        )
        verdict.resolution.index.keep()
        self.watcher.advance(1, snapshot.id)
        return snapshot

    def _fingerprints(self, survey: Survey) -> dict[str, str]:
        return {source: chosen.fingerprint() for source, chosen in survey.settings.items()}

    def _end(self, survey: Survey, status: Status, snapshot: Snapshot | None) -> RunRecord:
        """The record at the end; the times of files are kept to spare the next run their hashing.

        Where they cannot be, the run is no other for that: what it published is published.
        """
        if problem := keep_stamps(self.settings.work, survey.difference.stamps):
            self.record = replace(self.record, warnings=[*self.record.warnings, problem])
        facts = {} if snapshot is None else {"snapshot": snapshot.id, "totals": snapshot.totals}
        return self.record.ended(status, **facts)
