"""Snapshots: one complete, immutable state of all datasets, and the link that names the current one.

    curated/current -> snapshots/<id>
    curated/snapshots/<id>/manifest.json
    curated/snapshots/<id>/<dataset>/source=…/day=…/part-….parquet

A snapshot is built in a staging folder, its manifest is written last, everything is synced, the folder gets its name,
and one atomic rename moves the link. Until that rename nobody sees any of it; after it everybody sees all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks.errors import StorageError
from tasks.parts import Part, PlacedPart, write_whole
from tasks.publish.manifest import FORMAT, READABLE, dump_manifest, parse_manifest
from tasks.publish.storage import follow, link_or_copy, point_link, sync_filesystem, sync_folder
from tasks.schema import INPUTS, VERSION
from tasks.settings import Canonical, find_canonical, folder_options

CURRENT = "current"
SNAPSHOTS = "snapshots"
MANIFEST = "manifest.json"
STAGING_PREFIX = ".staging-"
EXPIRED_PREFIX = ".expired-"
"""A snapshot on its way to be deleted: nobody finds it under this name, and whoever writes next ends it."""

RETAINED = "retained"
"""The entry of a manifest that outlives the source.toml of a folder that is gone."""

WITHDRAWN_TEXTS = "withdrawn_texts"
"""The entry of a manifest that tells a text which was taken out, should it come again under another id."""

_STRUCTURE = ("format", "checksum", "id", "sequence", "parent", "published_at", "schema_version", "parts")


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: where it is, and what its manifest says.

    `published_at` is when it became current. `totals` counts rows by dataset and records by outcome; `settings` holds
    the fingerprints that the whole snapshot was made with. `facts` has these two and whatever else the run said of it.
    """

    root: Path
    id: str
    sequence: int
    parent: str | None
    parts: tuple[Part, ...]
    published_at: datetime
    schema_version: int = VERSION
    totals: dict[str, int] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def retained(self) -> frozenset[str]:
        """The sources that keep the documents of files that are gone, as they said when it was published."""
        return frozenset(self.facts.get(RETAINED, ()))

    @property
    def withdrawn_texts(self) -> dict[str, str]:
        """The `exact_hash`, in hexadecimal, of each text that was taken out by its `document_id`."""
        return dict(self.facts.get(WITHDRAWN_TEXTS, {}))

    @property
    def canonical(self) -> Canonical:
        """Which document of a cluster stands in `documents`."""
        return find_canonical(self.settings.get("run"))

    def parts_of(self, dataset: str) -> list[PlacedPart]:
        """The parts of one dataset, in the order of their paths, without those of no rows."""
        return [PlacedPart(part, self.root) for part in sorted(self.parts) if part.dataset == dataset and part.rows]

    def without(self, partitions: Collection[tuple[str, str]]) -> Snapshot:
        """The snapshot as if it had no rows in these partitions. The ledger stays: its days are those of paths."""
        kept = (part for part in self.parts if part.dataset == INPUTS.name or part.partition not in partitions)
        return replace(self, parts=tuple(kept))


def load_current(curated: Path) -> Snapshot | None:
    """The snapshot that `current` names at this moment, or None before the first one.

    `StorageError` where the link leads nowhere or the manifest is damaged.
    """
    link = curated / CURRENT
    if not link.is_symlink() and not link.exists():
        return None
    return load_snapshot(follow(link), curated)


def current_id(curated: Path) -> str | None:
    """The name of the snapshot that `current` leads to, whatever state it is in."""
    try:
        return (curated / CURRENT).readlink().name
    except OSError:
        return None


def load_snapshot(root: Path, curated: Path | None = None) -> Snapshot:
    """Read a snapshot's manifest; `StorageError` where it is missing, cut short or not ours.

    `curated` is the folder that the commands of the message mean: without it, the one that `root` lies in.
    """
    path = root / MANIFEST
    try:
        manifest = parse_manifest(path.read_bytes())
        if manifest["format"] not in READABLE or manifest["schema_version"] > VERSION:
            raise StorageError(
                problem=f"manifest format {manifest['format']}, schema version {manifest['schema_version']}: this "
                f"Winnow knows formats up to {FORMAT} and schema versions up to {VERSION}",
                hint="this folder was written by another version of Winnow: use that one, or another --curated",
                path=str(path),
            )
        return Snapshot(
            root=root,
            id=manifest["id"],
            sequence=manifest["sequence"],
            parent=manifest["parent"],
            parts=tuple(Part(**part) for part in manifest["parts"]),
            published_at=datetime.fromisoformat(manifest["published_at"]),
            schema_version=manifest["schema_version"],
            totals=manifest["totals"],
            settings=manifest["settings"],
            facts={name: value for name, value in manifest.items() if name not in _STRUCTURE},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        folders = folder_options(curated=curated or root.parent.parent)
        raise StorageError(
            problem=f"cannot read the manifest: {type(error).__name__}: {error}",
            hint=f"`winnow verify{folders}` names a snapshot to go back to, by `winnow maintain --restore`",
            path=str(path),
        ) from error


def publish(
    curated: Path,
    parts: Iterable[PlacedPart],
    *,
    snapshot_id: str,
    parent: Snapshot | None,
    facts: dict[str, Any],
) -> Snapshot:
    """Make the parts the current snapshot, in one atomic step.

    Parts that lie in the staging folder already stay where they are; the others are linked into it. `facts` are the
    further entries of the manifest: totals, settings, versions.
    """
    staging = staging_folder(curated, snapshot_id)
    final = curated / SNAPSHOTS / snapshot_id
    placed = sorted(parts, key=lambda p: p.part)
    try:
        for item in placed:
            if item.root != staging:
                link_or_copy(item.root / item.part.path, staging / item.part.path)
        sync_filesystem(staging)
        manifest = {
            "id": snapshot_id,
            "sequence": parent.sequence + 1 if parent else 1,
            "parent": parent.id if parent else None,
            "published_at": datetime.now(UTC).isoformat(),
            "schema_version": VERSION,
            **facts,
            "parts": [item.part.as_json() for item in placed],
        }
        write_whole(staging / MANIFEST, dump_manifest(manifest), sync=True)
        staging.rename(final)
    except OSError as error:
        raise _failure(error, str(error.filename or staging)) from error
    return make_current(curated, snapshot_id)


def make_current(curated: Path, snapshot_id: str) -> Snapshot:
    """Let `current` name this whole snapshot, in one atomic step."""
    folder = curated / SNAPSHOTS / snapshot_id
    try:
        sync_folder(folder.parent)
        point_link(curated / CURRENT, f"{SNAPSHOTS}/{snapshot_id}")
    except OSError as error:
        raise _failure(error, str(curated / CURRENT)) from error
    return load_snapshot(folder)


def _failure(error: OSError, path: str) -> StorageError:
    return StorageError(
        problem=f"cannot publish: {error.strerror}",
        hint="the snapshot before is untouched; mend the folder and run again",
        path=path,
    )


def staging_folder(curated: Path, snapshot_id: str) -> Path:
    """Where the next snapshot grows; on the same file system as its final place."""
    return curated / SNAPSHOTS / f"{STAGING_PREFIX}{snapshot_id}"
