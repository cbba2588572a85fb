"""What is published now, as the commands find it: a link that got lost is no first run."""

from __future__ import annotations

from pathlib import Path

from tasks.errors import StorageError, UsageError
from tasks.publish.runs import read_records
from tasks.publish.snapshot import CURRENT, Snapshot, load_current
from tasks.publish.upkeep.history import read_history
from tasks.settings import folder_options


def load_published(curated: Path) -> Snapshot | None:
    """The current snapshot, or None before the first one.

    `StorageError` where the link is missing and one that was current lies there, as after a copy without links: a run
    that took this for a first one would lose what only the snapshot knows, such as what a source retains. So
    too where a folder took its place: a run would come to its end and could not publish.
    """
    link, verify = curated / CURRENT, f"`winnow verify{folder_options(curated=curated)}`"
    if link.exists() and not link.is_symlink():
        raise StorageError(
            problem="this is no link but a file or folder, as in a copy that followed links: no run can publish",
            hint=f"move it away; then {verify} names the snapshot to go back to",
            path=str(link),
        )
    snapshot = load_current(curated)
    if snapshot is None and any(past.fate == "former" for past in read_history(curated, read_records(curated))):
        raise StorageError(
            problem="the link is missing, but there are snapshots that were published",
            hint=f"{verify} names the one to go back to; to begin anew, move them away first",
            path=str(link),
        )
    return snapshot


def need_published(curated: Path) -> Snapshot:
    """The current snapshot; `UsageError` before the first one, `StorageError` where the link is lost or is none."""
    snapshot = load_published(curated)
    if snapshot is None:
        hint = f"run `winnow ingest{folder_options(curated=curated)}` first"
        raise UsageError(problem=f"nothing is published in {curated}", hint=hint)
    return snapshot
