"""Which snapshots there are, and their manifests: read once each, since a snapshot never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from tasks.errors import UsageError
from tasks.parts import PlacedPart
from tasks.publish.current import need_published
from tasks.publish.snapshot import MANIFEST, SNAPSHOTS, Snapshot, current_id, load_snapshot

Partition = tuple[str, str]

_KEPT = 4
"""Manifests in memory: two to compare, the one shown, the one that has become current. 20,000 parts are some 20 MB."""


class Catalog:
    """The snapshots of a `curated/` folder; safe for several threads."""

    def __init__(self, curated: Path) -> None:
        self.curated = curated
        self._lock = threading.Lock()
        self._loaded: OrderedDict[str, Snapshot] = OrderedDict()

    def current(self) -> Snapshot:
        """The snapshot that is current now. `UsageError` where nothing is published."""
        found = current_id(self.curated)
        return need_published(self.curated) if found is None else self.load(found)

    def load(self, snapshot_id: str) -> Snapshot:
        """The snapshot of this name. `UsageError` where there is none, `StorageError` where its manifest is damaged."""
        with self._lock:
            known = self._loaded.get(snapshot_id)
            if known is not None and (known.root / MANIFEST).exists():
                self._loaded.move_to_end(snapshot_id)
                return known
        if snapshot_id not in self.names():
            raise UsageError(
                problem=f"there is no snapshot {snapshot_id!r}",
                hint="it may have expired: `winnow maintain` deletes old snapshots. Start again from the current one",
            )
        snapshot = load_snapshot(self.curated.resolve() / SNAPSHOTS / snapshot_id, self.curated)
        with self._lock:
            self._loaded[snapshot_id] = snapshot
            while len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)
        return snapshot

    def loaded(self) -> list[Snapshot]:
        """The snapshots whose manifests are in memory."""
        with self._lock:
            return list(self._loaded.values())

    def names(self) -> list[str]:
        """The names of all snapshots with a manifest, the newest first. Only these are ever looked for on disk."""
        folder = self.curated / SNAPSHOTS
        try:
            found = [path.name for path in folder.iterdir() if path.name[0] != "." and (path / MANIFEST).is_file()]
        except FileNotFoundError:
            return []
        return sorted(found, reverse=True)


def parts_by_partition(snapshot: Snapshot, dataset: str) -> Mapping[Partition, list[PlacedPart]]:
    """The parts of a dataset that have rows, by partition: the newest day first, then by source."""
    found: dict[Partition, list[PlacedPart]] = {}
    for item in snapshot.parts_of(dataset):
        found.setdefault(item.part.partition, []).append(item)
    ordered = sorted(found.items(), key=lambda entry: entry[0][0])
    return dict(sorted(ordered, key=lambda entry: entry[0][1], reverse=True))
