"""The ledger: which raw files are new, changed, gone or as they were, by their content.

A file is known by its size and SHA-256. Its modification time only spares reading it again: the times are kept apart
from the published ledger (see `stamps`), since a copied file is the same file.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.inventory import Finding, Inventory, RawFile
from tasks.acquire.moves import Content, find_moves
from tasks.acquire.stamps import STAMPS, Stamp, as_table, by_path
from tasks.acquire.stream import read_chunks
from tasks.objects import failure, in_threads

_RACE_NS = 2_000_000_000
"""A file hashed so soon after its last change may change again within one tick of the disk's clock (2 s on FAT)."""


class HashedFile(NamedTuple):
    """A raw file and the SHA-256 of its content, in hexadecimal."""

    file: RawFile
    sha256: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`raw/` against the ledger. Each part is in the order of the paths.

    - `new`: not in the ledger. `changed`: other content. `stale`: the same content under other settings.
    - `held`: unchanged since a closed gate held its records. `unchanged`: nothing to do; what the inventory found
      untouched is not among them.
    - `gone`: no longer in `raw/`, to be withdrawn. `retained`: gone, but the source keeps its documents.
    - `moved`: pairs of old and new path with the same content, maybe compressed. They are in `gone` and `new` as well;
      where the new one is `held`, or is about to be (`going`), the old one stays until that is accepted. Where the
      source keeps its documents, what is elsewhere than the same day of that source is another file with that content.
    - `findings`: files that could not be read now; what the ledger says of them stays.
    - `stamps`: the cache for the next comparison.
    """

    new: tuple[HashedFile, ...]
    changed: tuple[HashedFile, ...]
    stale: tuple[HashedFile, ...]
    held: tuple[HashedFile, ...]
    unchanged: tuple[HashedFile, ...]
    gone: tuple[str, ...]
    retained: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    stamps: pa.Table

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.new or self.changed or self.stale or self.gone)

    def going(self, held: Collection[str]) -> list[str]:
        """Those of `gone` that go although the sources in `held` are held: what moved into one of them stays."""
        waiting = {old for old, new in self.moved if _source_of(new) in held}
        return [path for path in self.gone if path not in waiting]


def compare(
    inventory: Inventory,
    ledger: pa.Table | None,
    settings: Mapping[str, str],
    *,
    stamps: pa.Table | None = None,
    retained: Collection[str] = (),
    now_ns: int | None = None,
) -> Difference:
    """Compare what lies in `raw/` with the ledger. With what the inventory found untouched there is nothing to do.

    `ledger` has the columns of `schema.INPUTS` and is None before the first run. `settings` is the fingerprint of each
    source's settings. A source without one (its `source.toml` is broken), one that could not be listed, and files that
    wait to settle are left as the ledger has them. Sources in `retained` keep the documents of files that are gone,
    unless the file only moved. Content is hashed only where the stamp is not that of the file; with `now_ns`, files
    that changed in the 2 s before get no stamp.
    """
    before = stamps if stamps is not None else STAMPS.empty_table()
    stays = pc.is_in(before["raw_path"], value_set=inventory.untouched)
    stamped = by_path(before.filter(pc.invert(stays)))
    known = _read_ledger(ledger, inventory.untouched)
    parts: dict[str, list[HashedFile]] = defaultdict(list)
    findings: list[Finding] = []
    fresh_stamps: dict[str, Stamp] = {}
    present = {file.raw_path for file in inventory.waiting}
    for file, stamp in _stamp_files((file for file in inventory.files if file.source in settings), stamped):
        if isinstance(stamp, FileNotFoundError):
            continue  # it went since the inventory
        if isinstance(stamp, OSError):
            present.add(file.raw_path)
            findings.append(Finding(file.raw_path, f"cannot be read: {stamp.strerror}"))
            continue
        present.add(file.raw_path)
        if now_ns is None or stamp.modified_ns + _RACE_NS <= now_ns:
            fresh_stamps[file.raw_path] = stamp
        part = _classify(stamp, known.get(file.raw_path), settings[file.source])
        parts[part].append(HashedFile(file, stamp.sha256))
    absent = sorted(
        path
        for path in known
        if path not in present and (source := _source_of(path)) not in inventory.stopped and source in settings
    )
    arrived = [(item.file, item.sha256) for item in (*parts["new"], *parts["held"])]
    contents = {path: Content(known[path].bytes, known[path].sha256) for path in absent}
    moved = find_moves(absent, contents, arrived, {path for path in absent if _source_of(path) in retained})
    held_paths = {item.file.raw_path for item in parts["held"]}
    waiting = {old for old, new in moved if new in held_paths}
    old_paths = {old for old, _ in moved}
    kept = {path for path in absent if path not in old_paths and _source_of(path) in retained}
    return Difference(
        **{name: tuple(parts[name]) for name in ("new", "changed", "stale", "held", "unchanged")},
        gone=tuple(path for path in absent if path not in kept and path not in waiting),
        retained=tuple(path for path in absent if path in kept),
        moved=moved,
        findings=tuple(findings),
        stamps=pa.concat_tables([before.filter(stays), as_table(fresh_stamps)]),
    )


def hash_file(file: RawFile) -> str:
    """SHA-256 of a file's content, in hexadecimal; of its trouble, where it has none. `OSError` where that fails."""
    if file.trouble is not None:
        return hashlib.sha256(f"{file.trouble.reason}\0{file.trouble.detail}".encode()).hexdigest()
    digest = hashlib.sha256()
    for piece in read_chunks(file.to_open):
        digest.update(piece)
    return digest.hexdigest()


class _Known(NamedTuple):
    """A row of the ledger."""

    bytes: int
    sha256: str
    settings: str
    status: str


def _read_ledger(ledger: pa.Table | None, untouched: pa.Array) -> dict[str, _Known]:
    """The rows of all files but the untouched ones. A file that has a held row counts as held."""
    if ledger is None:
        return {}
    is_untouched = pc.is_in(ledger["raw_path"], value_set=untouched)
    rows = ledger.select(["raw_path", *_Known._fields]).filter(pc.invert(is_untouched))
    rows = rows.sort_by([("status", "descending")])
    paths, *parts = (rows.column(name).to_pylist() for name in ("raw_path", *_Known._fields))
    return dict(zip(paths, map(_Known._make, zip(*parts, strict=True)), strict=True))


def _stamp_files(files: Iterable[RawFile], stamped: Mapping[str, Stamp]) -> Iterator[tuple[RawFile, Stamp | OSError]]:
    """Each file with its stamp, or with what kept it from being read; objects many at a time.

    `StorageError` where the server of an object is gone: of all others it would be gone as well.
    """

    def stamp_one(file: RawFile) -> tuple[RawFile, Stamp | OSError]:
        try:
            return file, _stamp_file(file, stamped.get(file.raw_path))
        except (FileNotFoundError, PermissionError) as error:
            return file, error
        except OSError as error:
            if file.is_object:
                raise failure(error, "raw/ cannot be read") from error
            return file, error

    listed = list(files)
    return in_threads(stamp_one, listed) if any(file.is_object for file in listed) else map(stamp_one, listed)


def _stamp_file(file: RawFile, stamp: Stamp | None) -> Stamp:
    is_known = stamp is not None and file.trouble is None and file.looks_like(*stamp[:3])
    sha256 = stamp.sha256 if stamp is not None and is_known else hash_file(file)
    return Stamp(file.bytes, file.modified_ns, file.changed_ns, sha256)


def _classify(stamp: Stamp, known: _Known | None, settings: str) -> str:
    if known is None:
        return "new"
    if (known.bytes, known.sha256) != (stamp.bytes, stamp.sha256):
        return "changed"
    if known.settings != settings:
        return "stale"
    return "held" if known.status == "held" else "unchanged"


def _source_of(raw_path: str) -> str:
    return raw_path.partition("/")[0]
