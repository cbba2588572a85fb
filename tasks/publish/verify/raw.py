"""The ledger against `raw/`: is every raw file still what it was when it was read? Nothing here is damage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from tasks.acquire.inventory import list_files
from tasks.acquire.ledger import hash_file
from tasks.errors import StorageError
from tasks.parts import read_rows
from tasks.place import Place
from tasks.publish.snapshot import Snapshot
from tasks.publish.verify.finding import Finding
from tasks.schema import INPUTS


def check_raw(raw: Place, snapshot: Snapshot, report: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """The raw files that changed or went since they were read. `report` is told of each that is hashed.

    Files that are new are not told of: `winnow status` does that. Nothing is found where the ledger itself is damaged.
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
    lying = {file.raw_path: file for file in (*inventory.files, *inventory.waiting)}
    findings = [_note(place, str(error)) for place, error in sorted(inventory.stopped.items())]
    for path, contents in sorted(known.items()):
        file = lying.get(path)
        if file is None:
            if path.partition("/")[0] not in inventory.stopped:
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


def _note(path: str, problem: str) -> Finding:
    return Finding("raw", f"raw/{path}", problem, "ingest", is_damage=False)
