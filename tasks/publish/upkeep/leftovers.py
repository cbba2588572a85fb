"""What killed runs and time leave behind: shards, half made or finished, that nobody took over, old records of runs.

What else killed runs leave half made, every run clears: see `tasks.publish.unfinished`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from tasks.clean.finished import RESULT
from tasks.publish.runs import RUNS, RunRecord
from tasks.publish.upkeep.options import UpkeepOptions

Kind = Literal["draft", "shard", "record"]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that can go: a draft of a shard, a finished shard, or a record of a run (or its report)."""

    kind: Kind
    path: Path


def find_leftovers(
    curated: Path, work: Path, records: Sequence[RunRecord], ids: Collection[str], options: UpkeepOptions, now: datetime
) -> list[Leftover]:
    """What can go. `ids` are the snapshots that stay: records of their runs do too."""
    spared = now - timedelta(minutes=options.spare_minutes)
    drafts = sorted((work / "shards").rglob(".*.part"))
    found = [Leftover("draft", path) for path in drafts if _changed_at(path) < spared]
    old = now - timedelta(days=options.shard_days)
    finished = sorted((work / "shards").rglob(RESULT))
    inside = [path for path in finished if not any(part[0] == "." for part in path.relative_to(work).parts)]
    found += [Leftover("shard", path.parent) for path in inside if _changed_at(path) < old]
    return [*found, *_old_records(curated, records, ids, options, now)]


def _old_records(
    curated: Path, records: Sequence[RunRecord], ids: Collection[str], options: UpkeepOptions, now: datetime
) -> Iterator[Leftover]:
    days = {"nothing_new": options.idle_record_days}
    for record in records:
        age = now - datetime.fromisoformat(record.ended_at or record.started_at)
        is_old = age > timedelta(days=days.get(record.status, options.record_days))
        if is_old and record.status != "running" and record.run_id not in ids:
            for path in sorted((curated / RUNS).glob(f"{record.run_id}.*")):
                yield Leftover("record", path)


def remove_leftovers(leftovers: Iterable[Leftover], report: Callable[[Leftover], None] = lambda _: None) -> list[str]:
    """Remove them one by one, and tell `report` of each; what was wrong where that did not work out."""
    problems = []
    for each in leftovers:
        try:
            if each.path.is_dir() and not each.path.is_symlink():
                shutil.rmtree(each.path)
            else:
                each.path.unlink(missing_ok=True)
        except OSError as error:
            problems.append(f"{error.filename or each.path}: {error.strerror}; the next run tries again")
        report(each)
    return problems


def _changed_at(path: Path) -> datetime:
    """When it changed last; now, in effect, where it went meanwhile."""
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except OSError:
        return datetime.max.replace(tzinfo=UTC)
