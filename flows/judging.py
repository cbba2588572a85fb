"""What a run changes of what is published, and which of it the gate lets through."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from flows.accounts import Results
from flows.evidence import evidence_of_run
from flows.order import RunOrder
from flows.progress import Watcher
from flows.rooms import Rooms, Standing
from flows.words import count_of
from tasks.acquire.survey import Survey, leaving_rows
from tasks.acquire.withdrawals import Withdrawals
from tasks.dedupe.options import Options
from tasks.dedupe.resolve import IndexPlace, Resolution
from tasks.gate import Finding, held_sources, refuse_faults
from tasks.parts import PlacedPart
from tasks.publish.changes import Keys, Partition, leaving_ids
from tasks.publish.emptied import damaged_partitions, emptied_partitions
from tasks.publish.snapshot import Snapshot
from tasks.publish.withdrawn import Withdrawn, find_returned, withdraw
from tasks.schema import SIGNATURES
from tasks.tally import FileTally


@dataclass(frozen=True)
class Verdict:
    """The sources that the gate holds, what it found, and the clusters of what lives without what is held."""

    held: frozenset[str]
    findings: list[Finding]
    resolution: Resolution


@dataclass(frozen=True)
class Judging:
    """What the shards of a run brought, beside what stood before it. `held` is always what of it stays out."""

    order: RunOrder
    rooms: Rooms
    watcher: Watcher
    standing: Standing
    survey: Survey
    results: Results
    to_withdraw: Withdrawals
    """The entries of `withdrawn.txt`, if they are others than those of the snapshot before."""
    withdrawn_before: Mapping[str, str]
    """The hashes of the texts that were withdrawn by ids which `withdrawn.txt` still names."""
    _outgoing: dict[frozenset[str], tuple[Keys, Withdrawn]] = field(default_factory=dict)

    def judge(self, run_id: str, today: date) -> Verdict:
        """Cluster and judge; where the gate holds sources, forget that and cluster again without them.

        The index of the verdict waits to be kept or forgotten, as a context.
        """
        self.watcher.stage("dedupe", 1, "pass")
        resolution = self._dedupe(run_id, frozenset())
        with ExitStack() as forgetting:
            forgetting.enter_context(resolution.index)
            self.watcher.advance(1, f"{sum(resolution.fresh_duplicates.values())} duplicates")
            self.watcher.stage("gate", 1, "check")
            standing = replace(self.standing, snapshot=self._readable(frozenset()))
            returned = find_returned(*self._signatures(frozenset()), self.texts.values())
            evidence = evidence_of_run(today, self.results, resolution, self.survey.difference, standing, returned)
            findings = self.rooms.gate(evidence, self.survey)
            self.watcher.advance(1, count_of(len(findings), "finding"))
            refuse_faults(findings)
            held = held_sources(findings) - self.order.settings.accepted
            if not held:
                forgetting.pop_all()
                return Verdict(held, findings, resolution)
        return Verdict(held, findings, self._dedupe(run_id, held))

    @cached_property
    def tallies(self) -> dict[str, FileTally]:
        """What became of the records of each raw file that was read."""
        return {file.raw_path: file for file in self.results.files}

    @cached_property
    def texts(self) -> dict[str, str]:
        """The hashes of the texts that are withdrawn by their ids, so that they are known should they come again."""
        return {**self.withdrawn_before, **self.outgoing(frozenset())[1].texts}

    @cached_property
    def damaged(self) -> frozenset[Partition]:
        """The partitions with damaged files that the run makes anew: neither gate nor index can ask what they held."""
        emptied = emptied_partitions(self.standing.ledger, self._leaving(frozenset()))
        return damaged_partitions(self.standing.snapshot, emptied)

    def outgoing(self, held: frozenset[str]) -> tuple[Keys, Withdrawn]:
        """The raw files whose published rows go, by partition, and what goes though its raw file does not."""
        if held not in self._outgoing:
            leaving, before = self._leaving(held), self._readable(held)
            withdrawn = withdraw(before, self.to_withdraw, leaving) if before is not None else Withdrawn()
            self._outgoing[held] = leaving, withdrawn
        return self._outgoing[held]

    def _leaving(self, held: frozenset[str]) -> Keys:
        return leaving_rows(self.standing.ledger, self.survey.difference, self.tallies, held)

    def _lost(self, held: frozenset[str]) -> list[Partition]:
        """The damaged partitions that are made anew; those of held sources are not."""
        return sorted(place for place in self.damaged if place[0] not in held)

    def _readable(self, held: frozenset[str]) -> Snapshot | None:
        """The snapshot before, without what is lost."""
        before, lost = self.standing.snapshot, self._lost(held)
        return before.without(lost) if before is not None and lost else before

    def _signatures(self, held: frozenset[str]) -> tuple[list[PlacedPart], list[PlacedPart]]:
        """The parts of `signatures` that the run brings, and those that stand."""
        before = self._readable(held)
        fresh = [item for item in self.results.parts(held) if item.part.dataset == SIGNATURES.name]
        return fresh, before.parts_of(SIGNATURES.name) if before is not None else []

    def _dedupe(self, run_id: str, held: frozenset[str]) -> Resolution:
        before, lost = self.standing.snapshot, self._lost(held)
        fresh, signatures = self._signatures(held)
        state = before.id if before is not None else "none"
        settings = self.order.settings
        return self.rooms.dedupe(
            signatures,
            leaving_ids(signatures, *self.outgoing(held)),
            fresh,
            Options(canonical=settings.canonical),
            IndexPlace(
                settings.index,
                before=f"{state} without {lost}" if lost else state,  # nobody knows what it would have to forget
                after=run_id,
            ),
            lambda count: self.watcher.advance(0, f"the index is built anew: {count} documents are in"),
        )
