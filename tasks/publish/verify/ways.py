"""The way out of each finding: the command that mends it, or what a person has to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tasks.document import NO_DAY
from tasks.errors import StorageError
from tasks.parts import is_whole
from tasks.place import Place
from tasks.publish.snapshot import SNAPSHOTS, load_snapshot
from tasks.publish.upkeep.history import Past
from tasks.publish.verify.finding import Finding
from tasks.settings import folder_options

_OLD = "this snapshot is not current: readers that resolve `current` do not see it, and it expires in time"
_WORDS = {
    "remove": "Winnow did not write it: look at it, and move it out of the folder",
    "ingest": "the next `winnow ingest` sees it as changed or gone, and acts on it",
    "maintain": "`winnow maintain` builds it anew; else the next run does",
    "update": "use the version of Winnow that wrote it, or another --curated",
    "none": "",
}


Look = Callable[[Past], Sequence[Finding]]
"""Verifies a snapshot: everything that is wrong with it."""


class Folders(NamedTuple):
    """The folders that the commands must mean; None for `raw` where nobody has said it yet.

    `canonical` is that of the last run which had one.
    """

    raw: Place | str | None
    curated: Path
    canonical: str | None = None


def add_ways_out(
    findings: Sequence[Finding], history: Iterable[Past], look: Look, folders: Folders, *, is_current: bool
) -> list[Finding]:
    """The findings of one snapshot, or of the link, each with its way out.

    Days of one source that want a backfill get one command together: one at a time, the gate would look at the days
    around them, which are damaged too.
    """
    if not is_current:
        return [replace(each, way_out=_OLD if each.is_damage else "") for each in findings]
    wanted = {"restore", "backfill"} & {each.remedy for each in findings}
    restorable = find_restorable(history, look, [each.place for each in findings]) if wanted else None
    commands = _backfills(findings, folder_options(*folders))
    back = f"winnow maintain --restore {restorable}{folder_options(curated=folders.curated)}" if restorable else None
    return [replace(each, way_out=_way_out(each, back, commands)) for each in findings]


def find_restorable(history: Iterable[Past], look: Look, damaged: Iterable[str]) -> str | None:
    """The last published snapshot to go back to: one that is whole, as going back to it asks for.

    `damaged` are places of findings. A file that two snapshots share is damaged in both: what is known of one spares
    verifying the other.
    """
    paths = _paths_below(damaged)
    for past in history:
        if past.fate in ("current", "unknown") or past.lying.problem or not _may_be_whole(past.lying.root, paths):
            continue
        wrong = [each.place for each in look(past) if each.is_damage]
        if not wrong:
            return past.id
        paths |= _paths_below(wrong)
    return None


def _paths_below(places: Iterable[str]) -> set[str]:
    """The paths within a snapshot of those places that are in one."""
    return {place.split("/", 2)[-1] for place in places if place.startswith(f"{SNAPSHOTS}/")}


def _may_be_whole(root: Path, paths: set[str]) -> bool:
    """Whether a snapshot has all of its files, and those with these paths are whole in it."""
    try:
        snapshot = load_snapshot(root)
    except StorageError:
        return False
    return all(_is_there(root, part.path, part.bytes) for part in snapshot.parts) and all(
        is_whole(root, part) for part in snapshot.parts if part.path in paths
    )


def _is_there(root: Path, path: str, size: int) -> bool:
    try:
        return (root / path).stat().st_size == size
    except OSError:
        return False


def _backfills(findings: Iterable[Finding], options: str) -> dict[tuple[str, bool], str]:
    """The command for each source, records without a day apart: they would stretch the span over decades."""
    days: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for each in findings:
        if each.partition is not None:
            source, day = each.partition
            days[source, day == NO_DAY].add(day)
    return {
        key: f"winnow backfill --source {key[0]} --since {min(each)} --until {max(each)}{options}"
        for key, each in days.items()
    }


def _way_out(finding: Finding, back: str | None, commands: dict[tuple[str, bool], str]) -> str:
    if finding.remedy == "restore":
        if back is None:
            return "there is no snapshot to go back to: ingest everything into another --curated, or bring a backup"
        return f"`{back}` goes back to a snapshot without it; then `winnow ingest` takes in again what came since"
    if finding.remedy == "backfill" and finding.partition is not None:
        source, day = finding.partition
        command = f"`{commands[source, day == NO_DAY]}` makes it anew from raw/"
        others = f"; `{back}` goes back, where the raw files are gone" if back else ""
        fault = "" if finding.check == "part" else ". If it comes again, this is a fault of Winnow: please report it"
        return command + others + fault
    return _WORDS[finding.remedy]
