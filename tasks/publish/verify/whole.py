"""One snapshot, checked whole: its manifest, its files, the pieces of its texts, how its datasets fit each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from tasks.errors import StorageError
from tasks.parts import Part, PlacedPart
from tasks.publish.snapshot import MANIFEST, Snapshot, load_snapshot
from tasks.publish.verify.files import check_folder, check_part
from tasks.publish.verify.finding import Finding, Partition, Remedy
from tasks.publish.verify.pieces import check_pieces
from tasks.publish.verify.relations import check_relations

THREADS = 2
"""Partitions that are checked at once. Hashing and decoding let other threads run; each may take 300 MB."""

_PIECES = ("documents", "duplicates", "comments", "boilerplate")

Read = Callable[[int, str], None]
Relate = Callable[[int, int], None]


@dataclass
class Seen:
    """What was found whole already: snapshots share most of their files.

    `files` are device, inode and SHA-256, `texts` the SHA-256 of all files that hold the texts of a partition.
    """

    files: set[tuple[int, int, str]] = field(default_factory=set)
    texts: set[frozenset[str]] = field(default_factory=set)


def verify_snapshot(
    root: Path, seen: Seen | None = None, read: Read = lambda *_: None, relate: Relate = lambda *_: None
) -> list[Finding]:
    """Everything that is wrong with a snapshot.

    `read` is told the bytes of each partition and its name when its files are read; `relate`, after that, how many of
    how many datasets have been laid beside each other.
    """
    try:
        snapshot = load_snapshot(root)
    except StorageError as error:
        place = f"{root.parent.name}/{root.name}/{MANIFEST}"
        remedy: Remedy = "update" if "this Winnow knows" in error.problem else "restore"
        return [Finding("manifest", place, error.problem, remedy)]
    partitions: defaultdict[Partition, list[Part]] = defaultdict(list)
    for part in snapshot.parts:
        partitions[part.partition].append(part)
    findings = check_folder(snapshot)
    parts = [each for _, each in sorted(partitions.items())]
    for found, done in zip(_in_threads(partial(_check_partition, snapshot, seen or Seen()), parts), parts, strict=True):
        findings += found
        read(sum(part.bytes for part in done), "/".join(done[0].partition))
    broken = {finding.place.split("/", 2)[-1] for finding in findings if finding.check == "part"}
    return findings + check_relations(snapshot, broken, relate)


def _check_partition(snapshot: Snapshot, seen: Seen, parts: Sequence[Part]) -> list[Finding]:
    """The files of one partition, and where they are whole the pieces of its texts."""
    findings: list[Finding] = []
    for part in parts:
        found = _check_part(snapshot, part, seen)
        findings += [found] if found else []
    texts: Mapping[str, list[PlacedPart]] = {
        name: [PlacedPart(part, snapshot.root) for part in parts if part.dataset == name and part.rows]
        for name in _PIECES
    }
    broken = {finding.place for finding in findings}
    hashes = frozenset(item.part.sha256 for each in texts.values() for item in each)
    is_whole = not any(place.endswith(item.part.path) for place in broken for each in texts.values() for item in each)
    if is_whole and hashes not in seen.texts:
        wrong = check_pieces(texts)
        source, day = parts[0].partition
        findings += [
            Finding("pieces", f"{dataset} of {source}, {day}", problem, "backfill", (source, day))
            for dataset, problem in wrong
        ]
        if not wrong:
            seen.texts.add(hashes)
    return findings


def _check_part(snapshot: Snapshot, part: Part, seen: Seen) -> Finding | None:
    path = snapshot.root / part.path
    try:
        state = path.stat()
    except OSError:
        return check_part(snapshot, part)
    key = (state.st_dev, state.st_ino, part.sha256)
    if key in seen.files:
        return None
    found = check_part(snapshot, part)
    if found is None:
        seen.files.add(key)
    return found


def _in_threads(work: Callable[[list[Part]], list[Finding]], items: Sequence[list[Part]]) -> Iterator[list[Finding]]:
    """The results in the order of the items; few of them wait at any time."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="verify") as pool:
        rest = iter(items)
        running: list[Future[list[Finding]]] = [pool.submit(work, item) for item in islice(rest, 2 * THREADS)]
        try:
            while running:
                yield running.pop(0).result()
                running += [pool.submit(work, item) for item in islice(rest, 1)]
        finally:
            pool.shutdown(cancel_futures=True)
