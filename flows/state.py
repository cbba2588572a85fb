"""The state of a `curated/`: what is published, what waits, what is held and why, and what an older version made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.order import RunOrder
from flows.plan import Plan, make_plan
from flows.rooms import load_standing
from tasks.acquire.inventory import Inventory, list_files
from tasks.errors import SourceError, StorageError
from tasks.place import Place
from tasks.publish.lock import describe_holder
from tasks.publish.runs import RunRecord, read_records
from tasks.publish.snapshot import Snapshot
from tasks.settings import Settings, folder_options
from tasks.version import cleaned_with

_RUNS = 50
"""So many of the last runs are asked why a source is held: it says so in each until it is accepted."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the gate holds of a source: raw files, the records in them, and what it found when it last looked.

    Where the raw files are gone and what is held is that their documents are withdrawn, there are no files.
    """

    source: str
    files: int
    records: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outdated:
    """Raw files of a source that another version cleaned, the days of their records, and the backfill that is due.

    `versions` are those that cleaned them; None is one from before they were noted. `command` brings them up to date.
    """

    source: str
    files: int
    since: str
    until: str
    versions: tuple[str | None, ...]
    command: str


@dataclass(frozen=True, slots=True)
class State:
    """All that `winnow status` tells. `plan` is what an ingest would do, or why `raw/` cannot be looked through.

    `judged` is the record of the last ingest that came to the gate: its alarms are those that stand. `folders` are the
    options by which another command means the same folders, and ranks documents as before.
    """

    snapshot: Snapshot | None
    plan: Plan | str
    writer: str | None
    runs: tuple[RunRecord, ...]
    judged: RunRecord | None
    held: tuple[Held, ...]
    outdated: tuple[Outdated, ...]
    folders: str

    @property
    def waiting(self) -> dict[str, int] | str:
        """What the next ingest would find, by kind."""
        if isinstance(self.plan, str):
            return self.plan
        others = {"held": self.plan.held, "settling": self.plan.waiting, "withdrawn.txt": int(self.plan.is_whole)}
        return {**self.plan.files, **others}

    @property
    def stopped(self) -> Mapping[str, str]:
        """The sources that an ingest would leave alone, and why: a broken source.toml, say."""
        return {} if isinstance(self.plan, str) else self.plan.stopped

    def as_json(self) -> dict[str, Any]:
        """The state for programs."""
        found = self.judged.findings if self.judged is not None else []
        return {
            "snapshot": self.snapshot.id if self.snapshot else None,
            "schema_version": self.snapshot.schema_version if self.snapshot else None,
            "totals": self.snapshot.totals if self.snapshot else {},
            "waiting": self.waiting,
            "stopped": dict(self.stopped),
            "warnings": [] if isinstance(self.plan, str) else list(self.plan.warnings),
            "writer": self.writer,
            "alarms": [finding for finding in found if finding.get("consequence") == "alarm"],
            "held": [asdict(one) for one in self.held],
            "outdated": [asdict(one) for one in self.outdated],
            "runs": [asdict(record) for record in self.runs],
        }


def look(settings: Settings, runs: int) -> State:
    """The state now, with the last so many runs. Changes nothing."""
    standing = load_standing(settings.curated)
    if standing.snapshot is not None:  # what is published says how it was ranked, and the next run is to do the same
        settings = replace(settings, canonical=standing.snapshot.canonical)
    records = read_records(settings.curated, max(runs, _RUNS))
    try:
        plan: Plan | str = make_plan(RunOrder(settings))
    except (SourceError, StorageError) as error:  # no folder, or a server that is gone
        plan = str(error)
    folders = folder_options(settings.raw, settings.curated, settings.canonical)
    return State(
        snapshot=standing.snapshot,
        plan=plan,
        writer=describe_holder(settings.curated),
        runs=tuple(records[:runs]),
        judged=_last_judged(records),
        held=tuple(list_held(standing.ledger, records)),
        outdated=tuple(_outdated(standing.ledger, settings.raw, folders)),
        folders=folders,
    )


def look_for_held(curated: Path) -> list[Held]:
    """What the gate holds now, and why."""
    return list_held(load_standing(curated).ledger, read_records(curated, _RUNS))


def list_held(ledger: pa.Table | None, records: Sequence[RunRecord]) -> list[Held]:
    """The sources with held records, and those with held withdrawals; and why: what the last run found that looked.

    `records` are those of the last runs, newest first. Withdrawals are in no ledger: each ingest finds them anew.
    """
    held: dict[str, tuple[int, int]] = {}
    judged = _last_judged(records)
    for finding in judged.findings if judged is not None else ():
        if finding.get("consequence") == "held" and finding["check"] == "withdrawal":
            held[finding["source"]] = (0, 0)
    if ledger is not None:
        rows = ledger.filter(pc.equal(ledger["status"], "held"))
        sums = rows.group_by("source").aggregate([("records", "sum"), ([], "count_all")])
        held |= {row["source"]: (row["count_all"], row["records_sum"]) for row in sums.to_pylist()}
    return [Held(source, *counts, _reasons(source, records)) for source, counts in sorted(held.items())]


def _last_judged(records: Sequence[RunRecord]) -> RunRecord | None:
    return next((r for r in records if r.flow == "ingest" and r.status in ("published", "held", "nothing_new")), None)


def _reasons(source: str, records: Sequence[RunRecord]) -> tuple[str, ...]:
    for record in records:
        mine = [f for f in record.findings if f.get("source") == source and f.get("is_breach")]
        if mine:
            return tuple(": ".join(filter(None, (finding.get("day"), finding["message"]))) for finding in mine)
    return ()


def _are_gone(rows: pa.Table, inventory: Inventory) -> pa.ChunkedArray:
    """Which files of the ledger are not in `raw/` any more; of a source that cannot be listed nobody knows."""
    lie = pc.is_in(rows["raw_path"], value_set=pa.array(inventory.lying(), pa.string()))
    unknown = pc.is_in(rows["source"], value_set=pa.array(inventory.stopped, pa.string()))
    return pc.invert(pc.or_(lie, unknown))


def _outdated(ledger: pa.Table | None, raw: Place, folders: str) -> list[Outdated]:
    """The sources with files that another version cleaned. Files whose records are held come in with `accept`.

    Those that are gone from `raw/` cannot be done over, whether their documents stay or will be withdrawn.
    """
    if ledger is None:
        return []
    is_old = pc.invert(pc.fill_null(pc.equal(ledger["cleaned_with"], cleaned_with()), fill_value=False))
    rows = ledger.filter(pc.and_(is_old, pc.equal(ledger["status"], "published")))
    if len(rows):
        with suppress(SourceError, StorageError):  # where `raw/` cannot be looked through, all of them are told of
            rows = rows.filter(pc.invert(_are_gone(rows, list_files(raw))))
    found: dict[str, tuple[int, set[str], set[str | None]]] = {}
    columns = (rows[name].to_pylist() for name in ("source", "day", "days", "cleaned_with"))
    for source, own, days, version in zip(*columns, strict=True):
        files, all_days, versions = found.get(source, (0, set(), set()))
        found[source] = (files + 1, all_days | (set(days) or {own}), versions | {version})
    return [
        Outdated(
            source,
            files,
            since := min(days),
            until := max(days),
            tuple(sorted(versions, key=str)),
            f"winnow backfill --source {source} --since {since} --until {until}{folders}",
        )
        for source, (files, days, versions) in sorted(found.items())
    ]
