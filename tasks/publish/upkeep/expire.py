"""Snapshots expire: which ones go, and how they go so that none is ever seen half deleted."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tasks.errors import StorageError
from tasks.publish.snapshot import CURRENT, EXPIRED_PREFIX, SNAPSHOTS, Snapshot, current_id
from tasks.publish.storage import follow, sync_folder
from tasks.publish.upkeep.history import Past
from tasks.publish.upkeep.options import UpkeepOptions


def choose_expired(
    history: Sequence[Past], options: UpkeepOptions, now: datetime, pinned: Collection[str] = ()
) -> list[Past]:
    """The snapshots to delete, of a history with the last published first.

    The current one stays, and so does one that is `pinned` or was replaced within `spare_minutes`. Of the others go
    those that were never current; those that were replaced more than `keep_days` ago, but for the last `keep_least` of
    them; and all beyond `keep_most`.
    """
    spared = now - timedelta(minutes=options.spare_minutes)
    young = now - timedelta(days=options.keep_days)
    former = [past for past in history if past.fate == "former" and past.left_at is not None]
    former.sort(key=lambda past: (past.left_at, past.id), reverse=True)
    chosen = {past.id for past in history if past.fate == "unborn"}
    for number, past in enumerate(former, 1):  # the current one is number 0
        is_old = past.left_at is None or past.left_at < young
        if (is_old and number > options.keep_least) or number >= options.keep_most:
            chosen.add(past.id)
    return [
        past
        for past in history
        if past.id in chosen and past.id not in pinned and past.left_at is not None and past.left_at <= spared
    ]


def find_pinned(curated: Path) -> dict[str, str]:
    """The snapshots that a link in `curated/` leads to, by name, each with the name of the link.

    So `ln -s snapshots/<id> curated/<name>` keeps a snapshot for as long as somebody needs it.
    """
    snapshots = (curated / SNAPSHOTS).resolve()
    links = [path for path in sorted(curated.glob("*")) if path.is_symlink()]
    places = [(link, follow(link)) for link in links]
    return {place.name: link.name for link, place in places if place.parent == snapshots}


def check_sizes(snapshot: Snapshot) -> None:
    """`StorageError` where a part of the snapshot is missing or has another size: then older ones may be needed."""
    for part in snapshot.parts:
        path = snapshot.root / part.path
        size = path.stat().st_size if path.is_file() else None
        if size != part.bytes:
            state = "is missing" if size is None else f"has {size} bytes, not the {part.bytes} that were written"
            raise StorageError(
                problem=f"this part of the current snapshot {state}",
                hint="nothing was deleted. `winnow verify` says what else is damaged, and the way out",
                path=str(path),
            )


def delete_snapshots(curated: Path, ids: Iterable[str], report: Callable[[str], None] = lambda _: None) -> list[str]:
    """Delete snapshots one by one, and tell `report` of each; what was wrong where that did not work out.

    Each gets a hidden name first, so that it is there whole or not at all; the files that other snapshots share stay
    theirs. The current one is never touched, whenever the link moves.
    """
    problems = []
    for name in ids:
        problem = _delete(curated, name)
        problems += [problem] if problem else []
        report(name)
    return problems


def _delete(curated: Path, name: str) -> str:
    folder = curated / SNAPSHOTS
    hidden = folder / f"{EXPIRED_PREFIX}{name}"
    try:
        if current_id(curated) == name:
            return f"{name} stays: {CURRENT} leads to it by now"
        (folder / name).rename(hidden)
        if current_id(curated) == name:
            hidden.rename(folder / name)
            return f"{name} stays: {CURRENT} leads to it by now"
        sync_folder(folder)
        shutil.rmtree(hidden)
    except OSError as error:
        return f"{error.filename or hidden}: {error.strerror}; the next run tries again"
    return ""


def count_freed(roots: Iterable[Path]) -> int:
    """The bytes that deleting these folders frees: those of files with no other name outside of them."""
    links: Counter[tuple[int, int]] = Counter()
    files: dict[tuple[int, int], tuple[int, int]] = {}
    for root in roots:
        for path in _walk(root):
            state = path.stat(follow_symlinks=False)
            links[state.st_dev, state.st_ino] += 1
            files[state.st_dev, state.st_ino] = (state.st_nlink, state.st_size)
    return sum(size for inode, (names, size) in files.items() if links[inode] >= names)


def _walk(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names)
