"""Upkeep, step by step: expire snapshots, merge small files, keep the index, clear what was left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.progress import Watcher
from flows.recorded import run_recorded
from flows.upkeep_plan import UpkeepOrder, UpkeepPlan, plan_upkeep
from flows.words import count_of, kilobytes
from tasks.dedupe.options import Options
from tasks.dedupe.resolve import IndexPlace, keep_index
from tasks.errors import GateClosed
from tasks.publish.current import need_published
from tasks.publish.runs import RunRecord, Status, read_records
from tasks.publish.snapshot import Snapshot, current_id, make_current
from tasks.publish.upkeep.compact import publish_merged
from tasks.publish.upkeep.expire import delete_snapshots
from tasks.publish.upkeep.history import read_history
from tasks.publish.upkeep.leftovers import remove_leftovers
from tasks.publish.upkeep.restore import choose_snapshot
from tasks.publish.verify import verify_snapshot
from tasks.schema import SIGNATURES
from tasks.settings import Settings


@dataclass(frozen=True)
class Steps:
    """The steps as upkeep calls them: directly, or as Prefect tasks."""

    expire: Callable[..., list[str]] = delete_snapshots
    merge: Callable[..., Snapshot] = publish_merged
    index: Callable[..., None] = keep_index
    clear: Callable[..., list[str]] = remove_leftovers


def maintain(order: UpkeepOrder, steps: Steps, watcher: Watcher) -> RunRecord:
    """Do what there is to do, as the only writer; the record of the run at its end.

    `UsageError` where nothing is published yet. `StorageError` where the current snapshot is not whole: then nothing is
    deleted, for an older one may be needed.
    """
    check_order(order)
    asked = {"curated": order.curated, **asdict(order.options), "rebuild_index": order.rebuild_index}
    return run_recorded(
        "maintain",
        order.curated,
        order.wait_seconds,
        asked if order.restore is None else {"curated": order.curated, "restore": order.restore},
        watcher,
        lambda record, timed, _: (
            _Upkeep(order, steps, timed).go(record)
            if order.restore is None
            else _go_back(order.curated, order.restore, timed, record)
        ),
    )


def check_order(order: UpkeepOrder) -> None:
    """`UsageError` where nothing is published, or there is no such snapshot to go back to."""
    if order.restore is None:
        need_published(order.curated)
    else:
        choose_snapshot(read_history(order.curated, read_records(order.curated)), order.restore)


def _go_back(curated: Path, wanted: str, watcher: Watcher, record: RunRecord) -> RunRecord:
    """Make an older snapshot current, if it is whole; `GateClosed` where it is not."""
    root = choose_snapshot(read_history(curated, read_records(curated)), wanted).lying.root
    watcher.stage("verify", 1, "snapshot")
    damage = [finding for finding in verify_snapshot(root) if finding.is_damage]
    if damage:
        raise GateClosed(
            problem=f"{root.name} is damaged too: {damage[0].place}: {damage[0].problem}",
            hint="`winnow verify --all` says which snapshots are whole; nothing was changed",
        )
    watcher.advance(1, f"{root.name} is whole")
    left, snapshot = current_id(curated), make_current(curated, root.name)
    facts = {"restored": snapshot.id, "restored_from": left}
    return record.ended("done", snapshot=snapshot.id, totals=snapshot.totals, upkeep=facts)


class _Upkeep:
    """Upkeep at work: what it was asked, and the record of the run so far."""

    def __init__(self, order: UpkeepOrder, steps: Steps, watcher: Watcher) -> None:
        self.order, self.steps, self.watcher = order, steps, watcher

    def go(self, record: RunRecord) -> RunRecord:
        """Take all steps; the record of the run at its end."""
        self.record = record
        self.watcher.stage("look", 1, "pass")
        plan = plan_upkeep(self.order, datetime.now(UTC), is_writer=True)
        self.watcher.advance(1, f"{count_of(len(plan.history), 'snapshot')}, the index is {plan.index}")
        self._expire(plan)
        current = self._merge(plan)
        is_built = self._keep_index(plan, current)
        self._clear(plan)
        did = [plan.expired, plan.merges, plan.leftovers, is_built]
        status: Status = "published" if current.id == self.record.run_id else "done" if any(did) else "nothing_new"
        if self.record.warnings:
            status = "failed"
        return self.record.ended(status, snapshot=current.id, totals=current.totals)

    def _expire(self, plan: UpkeepPlan) -> None:
        self._note(
            expired=[past.id for past in plan.expired],
            staying=len(plan.history) - len(plan.expired),
            freed_bytes=plan.freed_bytes,
        )
        if plan.expired:
            self.watcher.stage("expire", len(plan.expired), "snapshots")
            ids = [past.id for past in plan.expired]
            self._warn(self.steps.expire(self.order.curated, ids, lambda name: self.watcher.advance(1, name)))

    def _merge(self, plan: UpkeepPlan) -> Snapshot:
        """Publish the snapshot with merged parts; the current one where there is nothing to merge."""
        if not plan.merges:
            return plan.current
        sizes = [sum(part.bytes for part in group) for group in plan.merges]
        self.watcher.stage("merge", sum(map(kilobytes, sizes)), "kB")
        snapshot = self.steps.merge(
            self.order.curated,
            plan.current,
            self.order.options,
            snapshot_id=self.record.run_id,
            versions=self.record.versions,
            report=lambda size: self.watcher.advance(kilobytes(size)),
        )
        self._note(
            merged_parts=sum(map(len, plan.merges)), parts=len(snapshot.parts), parts_before=len(plan.current.parts)
        )
        return snapshot

    def _keep_index(self, plan: UpkeepPlan, current: Snapshot) -> bool:
        """See to it that the next run finds an index of the current snapshot; whether it was built anew."""
        anew = self.order.rebuild_index or plan.index != "good"
        self._note(index=plan.index, is_index_built=anew)
        if anew or current is not plan.current:
            settings = Settings(curated=self.order.curated)
            signatures = current.parts_of(SIGNATURES.name)
            self.watcher.stage("index", sum(item.part.rows for item in signatures) if anew else 1, "documents")
            done = 0

            def report(count: int) -> None:
                nonlocal done
                self.watcher.advance(count - done)
                done = count

            place = IndexPlace(settings.index, before=plan.current.id, after=current.id)
            options = Options(canonical=current.canonical)
            self.steps.index(signatures, options, place, report, anew=anew)
            if not anew:
                self.watcher.advance(1, "stamped")
        return anew

    def _clear(self, plan: UpkeepPlan) -> None:
        kinds = [each.kind for each in plan.leftovers]
        self._note(**{f"{kind}s": kinds.count(kind) for kind in ("draft", "shard", "record")})
        if plan.leftovers:
            self.watcher.stage("clear", len(plan.leftovers), "leftovers")
            self._warn(self.steps.clear(plan.leftovers, lambda _: self.watcher.advance(1)))

    def _note(self, **facts: Any) -> None:
        self.record = replace(self.record, upkeep={**self.record.upkeep, **facts})

    def _warn(self, problems: list[str]) -> None:
        self.record = replace(self.record, warnings=[*self.record.warnings, *problems])
