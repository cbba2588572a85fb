"""What a run is asked for: everything that is new, or some of it done over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tasks.acquire.scope import Scope
from tasks.acquire.shards import MANY_PIECES
from tasks.acquire.survey import SurveyOrder
from tasks.acquire.withdrawals import REASON as WITHDRAWN
from tasks.acquire.withdrawals import Withdrawals
from tasks.publish.rejections import rejected_files
from tasks.publish.snapshot import Snapshot
from tasks.settings import Settings
from tasks.version import cleaned_with

Flow = Literal["ingest", "backfill", "retry"]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """One run through all rooms.

    Without a `scope` it takes in whatever is new, changed or gone. With one it does the files of the scope over,
    whether they changed or not, and leaves all others alone; `reasons` then narrow it to raw files with records that
    were rejected for one of them (none named: for whatever reason). `is_everything` says that a scope without bounds
    is meant so.
    """

    settings: Settings = field(default_factory=Settings)
    scope: Scope | None = None
    reasons: frozenset[str] | None = None
    is_everything: bool = False

    @property
    def flow(self) -> Flow:
        """What the run is called in its record."""
        if self.scope is None:
            return "ingest"
        return "backfill" if self.reasons is None else "retry"

    @property
    def shard_folder(self) -> Path:
        """Where its shards lie until they are published. Each flow has its own, so that none clears another's."""
        return self.settings.work / "shards" / self.flow

    @property
    def asked(self) -> dict[str, Any]:
        """What the run was told, for its record."""
        asked: dict[str, Any] = {**asdict(self.settings), "raw": str(self.settings.raw)}
        if self.scope is not None:
            asked |= {"sources": self.scope.sources, "since": self.scope.since, "until": self.scope.until}
        return asked if self.reasons is None else asked | {"reasons": self.reasons}


def whole_facts(settings: Settings, withdrawals: Withdrawals) -> dict[str, str]:
    """The fingerprints that a whole snapshot is made with."""
    return {"run": settings.fingerprint(), "withdrawn": withdrawals.fingerprint()}


def is_made_otherwise(before: Snapshot | None, facts: Mapping[str, str]) -> bool:
    """Whether the whole snapshot was made with other settings than these, or other entries of `withdrawn.txt`."""
    return before is not None and {name: before.settings.get(name) for name in facts} != facts


def retained_before(before: Snapshot | None) -> frozenset[str]:
    """The sources that kept the documents of files that are gone, as far as the snapshot says."""
    return before.retained if before is not None else frozenset()


def survey_order(order: RunOrder, before: Snapshot | None, facts: Mapping[str, str]) -> SurveyOrder:
    """What to look through `raw/` for; `facts` are the fingerprints that a whole snapshot is made with."""
    scope = order.scope
    if scope is not None and order.reasons is not None:
        scope = replace(scope, only=rejected_files(before, reasons=order.reasons))
    return SurveyOrder(
        raw=order.settings.raw,
        work=order.settings.work,
        shard_bytes=order.settings.shard_bytes,
        code_version=f"{cleaned_with()} {facts['withdrawn']}",
        again=rejected_files(before, reasons=[WITHDRAWN]) if is_made_otherwise(before, facts) else frozenset(),
        accepted=order.settings.accepted,
        scope=scope,
        retained=retained_before(before),
        workers=order.settings.workers if order.settings.dask is None else MANY_PIECES,
    )
