"""What upkeep would do, before it does it: everything is looked at, nothing is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tasks.dedupe.index import State, inspect_index, look_at_index
from tasks.dedupe.options import Options
from tasks.parts import Part
from tasks.publish.current import need_published
from tasks.publish.runs import read_records
from tasks.publish.snapshot import Snapshot
from tasks.publish.upkeep.expire import check_sizes, choose_expired, count_freed, find_pinned
from tasks.publish.upkeep.history import Past, read_history
from tasks.publish.upkeep.leftovers import Leftover, find_leftovers
from tasks.publish.upkeep.merge import plan_merge
from tasks.publish.upkeep.options import UpkeepOptions
from tasks.schema import SIGNATURES
from tasks.settings import Settings


@dataclass(frozen=True, slots=True)
class UpkeepOrder:
    """What upkeep is asked for.

    `rebuild_index` builds the index anew, whatever its state. `restore` is the name of a snapshot to go back to, or the
    start of it: then nothing else is done.
    """

    curated: Path = Settings().curated
    options: UpkeepOptions = field(default_factory=UpkeepOptions)
    wait_seconds: float = 0.0
    rebuild_index: bool = False
    restore: str | None = None


@dataclass(frozen=True, slots=True)
class UpkeepPlan:
    """What upkeep would do.

    `expired` are the snapshots of the `history` that go, and `freed_bytes` what only they have. `merges` are groups of
    parts that become one each. `index` is how the index is found; only a good one stays as it is. `leftovers` are what
    killed runs and time left behind.
    """

    current: Snapshot
    history: tuple[Past, ...]
    expired: tuple[Past, ...]
    freed_bytes: int
    merges: tuple[tuple[Part, ...], ...]
    index: State
    leftovers: tuple[Leftover, ...]

    def as_json(self) -> dict[str, Any]:
        """The plan for programs."""
        return {
            "current": self.current.id,
            "snapshots": [
                {"id": past.id, "fate": past.fate, "left_at": past.left_at and past.left_at.isoformat()}
                for past in self.history
            ],
            "expired": [past.id for past in self.expired],
            "freed_bytes": self.freed_bytes,
            "merges": [[part.path for part in group] for group in self.merges],
            "index": self.index,
            "leftovers": [{"kind": each.kind, "path": str(each.path)} for each in self.leftovers],
        }

    @property
    def leftovers_by_kind(self) -> Counter[str]:
        """How many leftovers there are of each kind."""
        return Counter(each.kind for each in self.leftovers)


def plan_upkeep(order: UpkeepOrder, now: datetime, *, is_writer: bool = False) -> UpkeepPlan:
    """What there is to do at this time. `StorageError` where the current snapshot is not whole: see `check_sizes`.

    Only for the holder of the writer's lock the index is read through; others look at its first block.
    """
    settings = Settings(curated=order.curated)
    current = need_published(order.curated)
    check_sizes(current)
    records = read_records(order.curated)
    history = read_history(order.curated, records)
    expired = choose_expired(history, order.options, now, find_pinned(order.curated))
    staying = {past.id for past in history} - {past.id for past in expired}
    documents = sum(item.part.rows for item in current.parts_of(SIGNATURES.name))
    options = Options(canonical=current.canonical)
    return UpkeepPlan(
        current=current,
        history=tuple(history),
        expired=tuple(expired),
        freed_bytes=count_freed(past.lying.root for past in expired),
        merges=tuple(plan_merge(current.parts, order.options)),
        index=inspect_index(settings.index, current.id, documents, options)
        if is_writer
        else look_at_index(settings.index, current.id, options),
        leftovers=tuple(find_leftovers(order.curated, settings.work, records, staying, order.options, now)),
    )
