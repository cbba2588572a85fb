"""What a finished shard left in its folder: read there, so that nothing but its name goes from process to process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tasks.garbage import collecting_later
from tasks.parts import Part, is_whole
from tasks.patience import APPEAR_SECONDS, await_file
from tasks.tally import DayTally, FileTally

RESULT = "shard.json"

_REMOVERS = 16
"""Threads that remove folders: they wait and do not work."""


@dataclass(frozen=True, slots=True)
class ShardResult:
    """A finished shard: its folder, its parts, what became of each file, and where the time went.

    `skipped` names the raw files that changed or went while they were read: the next run sees them anew. `seconds` is
    wall time by stage. `reused` says that the shard was finished by an earlier run.
    """

    folder: str
    parts: tuple[Part, ...]
    files: tuple[FileTally, ...]
    skipped: tuple[str, ...]
    seconds: dict[str, float]
    reused: bool = False


def dump_result(result: ShardResult) -> bytes:
    """What `shard.json` holds: objects by their names, tallies as lists; `asdict` would copy every string first."""
    return json.dumps(result, default=_by_name).encode()


def _by_name(value: ShardResult | Part) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def find_result(folder: Path) -> ShardResult | None:
    """The result of a shard that an earlier run finished, or None.

    Parts are not synced: after a power failure `shard.json` may be there and a part of it empty, so all are compared.
    """
    try:
        result = _load(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none yet, or of another version: it is made again
    return replace(result, reused=True) if all(is_whole(folder, part) for part in result.parts) else None


def read_result(folder: Path, *, reused: bool, patience: float = APPEAR_SECONDS) -> ShardResult:
    """The result of a shard that was finished just now, here or on another host.

    `StorageError` where it is not to be seen after `patience` seconds.
    """
    await_file(folder / RESULT, patience, "a shard")
    return replace(_load(folder), reused=reused)


def without_changed(results: Sequence[ShardResult]) -> list[ShardResult]:
    """The results without the pieces of files that changed while another of their pieces was read."""
    changed = {path for result in results for path in result.skipped}
    return [
        replace(result, parts=(), files=()) if any(file.raw_path in changed for file in result.files) else result
        for result in results
    ]


@collecting_later()  # there may be thousands of tallies, and they are no garbage
def _load(folder: Path) -> ShardResult:
    found: dict[str, Any] = json.loads((folder / RESULT).read_bytes())
    return ShardResult(
        folder=str(folder),
        parts=tuple(Part(**part) for part in found["parts"]),
        files=tuple(
            FileTally(source, raw_path, records, tuple(map(DayTally._make, days)))
            for source, raw_path, records, days in found["files"]
        ),
        skipped=tuple(found["skipped"]),
        seconds=found["seconds"],
    )


def remove_shards(folder: Path) -> None:
    """Remove a folder of shards, those side by side: there are kernels on which removing a folder is a wait of 3 ms."""
    with suppress(OSError), ThreadPoolExecutor(_REMOVERS) as threads:
        list(threads.map(partial(shutil.rmtree, ignore_errors=True), folder.iterdir()))
    shutil.rmtree(folder, ignore_errors=True)
