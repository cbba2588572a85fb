"""Verification of `curated/`: the link, the current snapshot or more of them, the ledger against `raw/`, the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from flows.progress import Watcher
from flows.words import KILOBYTE, kilobytes
from tasks.dedupe.index import look_at_index
from tasks.dedupe.options import Options
from tasks.errors import StorageError, UsageError
from tasks.place import Place
from tasks.publish.runs import read_records
from tasks.publish.snapshot import Snapshot, current_id, load_current, load_snapshot
from tasks.publish.upkeep.history import Past, read_history
from tasks.publish.verify import Finding, Seen, verify_snapshot
from tasks.publish.verify.link import check_link
from tasks.publish.verify.raw import check_raw
from tasks.publish.verify.ways import Folders, add_ways_out
from tasks.settings import Settings, folder_options


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one snapshot: its size, as far as its manifest tells, and what is wrong with it."""

    id: str
    is_current: bool
    files: int
    bytes: int
    rows: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found: of the link, of each snapshot, and beyond them of `raw/` and the index."""

    link: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    others: tuple[Finding, ...]

    @property
    def findings(self) -> list[Finding]:
        """All of them."""
        return [*self.link, *(each for verdict in self.verdicts for each in verdict.findings), *self.others]

    @property
    def is_fine(self) -> bool:
        """Whether nothing is damaged."""
        return not any(finding.is_damage for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The inspection for programs."""
        return {"is_fine": self.is_fine, **asdict(self)}


def inspect(
    curated: Path, watcher: Watcher, wanted: Sequence[str] = (), *, is_all: bool = False, raw: Place | None = None
) -> Inspection:
    """Verify the current snapshot, `wanted` ones (by the start of their names) or all of them.

    With `raw` the ledger of the current one is held against the raw files. `UsageError` where nothing is published, or
    no snapshot has such a name; `SourceError` where `raw` is missing.
    """
    records = read_records(curated)
    history = read_history(curated, records)
    if not history and current_id(curated) is None:
        hint = f"run `winnow ingest{folder_options(raw, curated)}` first"
        raise UsageError(problem=f"nothing is published in {curated}", hint=hint)
    link = check_link(curated)
    current = None if link else current_id(curated)
    chosen = _choose(history, current, wanted, is_all=is_all)
    verify = cache(partial(_verify, Seen(), watcher))
    last = next((record.settings for record in records if "raw" in record.settings), {})
    folders = Folders(raw or last.get("raw"), curated, last.get("canonical"))

    def lead_out(findings: Sequence[Finding], *, is_current: bool = True) -> tuple[Finding, ...]:
        return tuple(
            add_ways_out(findings, history, lambda past: verify(past).findings, folders, is_current=is_current)
        )

    verdicts = [replace(verify(past), is_current=past.id == current) for past in chosen]
    verdicts = [replace(each, findings=lead_out(each.findings, is_current=each.is_current)) for each in verdicts]
    return Inspection(
        link=lead_out([link]) if link else (),
        verdicts=tuple(verdict for verdict, past in zip(verdicts, chosen, strict=True) if past.lying.root.exists()),
        others=lead_out(_look_around(curated, current, raw, watcher)),
    )


def _choose(history: Sequence[Past], current: str | None, wanted: Sequence[str], *, is_all: bool) -> list[Past]:
    if is_all:
        return [past for past in history if past.fate != "unknown"]
    if not wanted:
        return [past for past in history if past.id == current]
    chosen = []
    for name in wanted:
        found = [past for past in history if past.id.startswith(name)]
        if len(found) != 1:
            raise UsageError(
                problem=f"{len(found)} snapshots are named {name!r}" if found else f"no snapshot is named {name!r}",
                hint=f"there are: {', '.join(past.id for past in history)}",
            )
        chosen += found
    return chosen


def _verify(seen: Seen, watcher: Watcher, past: Past) -> Verdict:
    """What is wrong with a snapshot, without the ways out; whether it is current is for others to say."""
    try:
        snapshot: Snapshot | None = load_snapshot(past.lying.root)
    except StorageError:
        snapshot = None
    parts = snapshot.parts if snapshot else ()
    watcher.stage("verify", kilobytes(sum(part.bytes for part in parts)), "kB")
    told = 0

    def read(size: int, detail: str) -> None:
        nonlocal told
        watcher.advance((told % KILOBYTE + size) // KILOBYTE, detail)  # the kilobytes that are full by it
        told += size

    def relate(done: int, count: int) -> None:
        watcher.advance(1) if done else watcher.stage("relate", count, "datasets")

    findings = verify_snapshot(past.lying.root, seen, read, relate)
    return Verdict(
        id=past.id,
        is_current=False,
        files=len(parts),
        bytes=sum(part.bytes for part in parts),
        rows=sum(part.rows for part in parts),
        findings=tuple(findings),
    )


def _look_around(curated: Path, current: str | None, raw: Place | None, watcher: Watcher) -> list[Finding]:
    """The ledger against `raw/`, and the index; nothing where the current snapshot cannot be read."""
    try:
        snapshot = load_current(curated) if current is not None else None
    except StorageError:
        snapshot = None
    if snapshot is None:
        return []
    found: list[Finding] = []
    if raw is not None:
        watcher.stage("raw", 1, "pass")
        found = check_raw(raw, snapshot, lambda path: watcher.advance(0, path))
        watcher.advance(1, f"{len(found)} raw files are not as they were")
    options = Options(canonical=snapshot.canonical)
    state = look_at_index(Settings(curated=curated).index, snapshot.id, options)
    if state not in ("good", "in use"):
        problem = f"the index of duplicates is {state}"
        found.append(Finding("index", ".work/index.duckdb", problem, "maintain", is_damage=False))
    return found
