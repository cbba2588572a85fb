"""The history of snapshots: which there are, which of them was ever current, and since when it no longer is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tasks.errors import StorageError
from tasks.publish.runs import RunRecord
from tasks.publish.snapshot import CURRENT, MANIFEST, SNAPSHOTS, current_id, load_snapshot

Fate = Literal["current", "former", "unborn", "unknown"]
"""`former` was current once; `unborn` never was: its run was killed before the link moved. `unknown` is left alone."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A folder of `snapshots/`, as it lies there.

    `published_at` is when it became current, or would have: by its manifest, or by the time of that file where this is
    later. `problem` says why its manifest cannot be read, and is empty where it can; `has_manifest` whether it has one.
    """

    root: Path
    published_at: datetime
    parent: str | None = None
    problem: str = ""
    has_manifest: bool = True

    @property
    def id(self) -> str:
        """The name of the snapshot."""
        return self.root.name


@dataclass(frozen=True, slots=True)
class Past:
    """A snapshot and what became of it; `left_at` is when it stopped being current, at the latest."""

    lying: Lying
    fate: Fate
    left_at: datetime | None

    @property
    def id(self) -> str:
        """The name of the snapshot."""
        return self.lying.id


def read_history(curated: Path, records: Sequence[RunRecord]) -> list[Past]:
    """All snapshots, the last published first. `records` are those of all runs."""
    link = curated / CURRENT
    moved_at = datetime.fromtimestamp(link.lstat().st_mtime, UTC) if link.is_symlink() else None
    return tell_history(look_around(curated), current_id(curated), moved_at, records)


def look_around(curated: Path) -> list[Lying]:
    """The folders of `snapshots/` but those half made or half deleted, the first published first."""
    folders = [path for path in (curated / SNAPSHOTS).glob("*") if path.name[0] != "." and path.is_dir()]
    return sorted(filter(None, map(_look_at, folders)), key=lambda lying: (lying.published_at, lying.id))


def _look_at(root: Path) -> Lying | None:
    """The folder, or None where upkeep takes it away meanwhile."""
    manifest = root / MANIFEST
    try:
        has_manifest = manifest.exists()
        written_at = datetime.fromtimestamp((manifest if has_manifest else root).stat().st_mtime, UTC)
        snapshot = load_snapshot(root)
    except FileNotFoundError:
        return None
    except StorageError as error:
        if not root.exists():
            return None
        return Lying(root, written_at, problem=error.problem, has_manifest=has_manifest)
    return Lying(root, max(snapshot.published_at, written_at), snapshot.parent)


def tell_history(
    lying: Sequence[Lying], current: str | None, moved_at: datetime | None, records: Iterable[RunRecord]
) -> list[Past]:
    """What became of each snapshot, the last published first.

    `lying` are in the order of their publication; `moved_at` is when the link was moved last. A snapshot counts as
    never current only where the record of its run says so and none that was current descends from it.
    """
    by_run = {record.run_id: record for record in records}
    line = _line(current, {each.id: each.parent for each in lying})
    fates = {each.id: _fate(each, current, line, by_run.get(each.id)) for each in lying}
    was_current = [each for each in lying if fates[each.id] in ("current", "former")]
    restored = [
        (record.upkeep["restored_from"], datetime.fromisoformat(record.ended_at))
        for record in by_run.values()
        if record.ended_at and record.upkeep.get("restored_from")
    ]
    pasts = []
    for each in lying:
        later = [other.published_at for other in was_current if other.published_at > each.published_at]
        ends = [
            *(later[:1] or [moved_at or each.published_at]),
            *(other.published_at for other in was_current if other.parent == each.id),
            *(at for left, at in restored if left == each.id),
        ]
        left_at = {"current": None, "former": max(ends), "unborn": each.published_at, "unknown": None}
        pasts.append(Past(each, fates[each.id], left_at[fates[each.id]]))
    return pasts[::-1]


def _line(current: str | None, parents: Mapping[str, str | None]) -> set[str]:
    """The current snapshot and those that it descends from, as far as their manifests tell."""
    line: set[str] = set()
    while current is not None and current not in line:
        line.add(current)
        current = parents.get(current)
    return line


def _fate(each: Lying, current: str | None, line: set[str], record: RunRecord | None) -> Fate:
    if each.id == current:
        return "current"
    if not each.has_manifest:
        return "unknown"
    if each.id in line or record is None or record.snapshot == each.id:
        return "former"
    return "unknown" if record.status == "running" else "unborn"
