"""The ledger against `raw/`: is every raw file still what it was when it was read? Nothing here is damage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache, partial

from tasks.acquire.inventory import list_files, list_sources
from tasks.acquire.ledger import hash_file
from tasks.acquire.source import load_source
from tasks.errors import SourceError, StorageError
from tasks.parts import read_rows
from tasks.place import Place
from tasks.publish.snapshot import Snapshot
from tasks.publish.verify.finding import Finding
from tasks.schema import INPUTS


def check_raw(raw: Place, snapshot: Snapshot, report: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """The raw files that changed or went since they were read. `report` is told of each that is hashed.

    Files that are new are not told of: `winnow status` does that; nor are those that are gone of a source that keeps
    its documents. Nothing is found where the ledger itself is damaged.
    `SourceError` where `raw` is missing or empty.
    """
    known: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    try:
        ledger = read_rows(snapshot.parts_of(INPUTS.name), INPUTS, ["raw_path", "bytes", "sha256"])
    except StorageError:
        return []
    for row in ledger.to_pylist():
        known[row["raw_path"]].add((row["bytes"], row["sha256"]))  # two where the gate holds a newer one
    inventory = list_files(raw)
    lying = inventory.lying()
    retains = cache(partial(_retains, raw, snapshot))
    findings = [_note(place, str(error)) for place, error in sorted(inventory.stopped.items())]
    for path, contents in sorted(known.items()):
        file = lying.get(path)
        if file is None:
            source = path.partition("/")[0]
            if source not in inventory.stopped and not retains(source):
                findings.append(_note(path, "the raw file is gone"))
            continue
        try:
            is_same = file.bytes in {size for size, _ in contents} and (file.bytes, hash_file(file)) in contents
        except OSError as error:
            findings.append(_note(path, f"the raw file cannot be read: {error.strerror}"))
            continue
        report(path)
        if not is_same:
            findings.append(_note(path, "the raw file has changed since it was read"))
    return findings


def _retains(raw: Place, snapshot: Snapshot, source: str) -> bool:
    """Whether a source keeps the documents of files that are gone; without its folder it does as it said last."""
    try:
        if source not in list_sources(raw):
            return source in snapshot.retained
        return load_source(raw, source).retain == "forever"
    except SourceError:  # in trouble: nothing of it is touched
        return True


def _note(path: str, problem: str) -> Finding:
    return Finding("raw", f"raw/{path}", problem, "ingest", is_damage=False)
