"""The raw files of one source, for commands that look at a source."""

from __future__ import annotations

import time

from tasks.acquire.inventory import RawFile, list_files, list_sources
from tasks.errors import UsageError
from tasks.place import Place


def list_source(raw: Place, source: str, settle_seconds: float = 0.0) -> list[RawFile]:
    """The files of SOURCE that are settled, in order. `UsageError` where there is no such source, or no file in it."""
    known = list_sources(raw)
    if source not in known:
        hint = f"one of: {', '.join(known)}" if known else "make a folder for it"
        raise UsageError(problem=f"there is no source {source!r} in {raw}", hint=hint)
    inventory = list_files(raw, {source: settle_seconds}, time.time_ns())
    if source in inventory.stopped:
        raise inventory.stopped[source]
    files = [file for file in inventory.files if file.source == source]
    if not files:
        raise UsageError(problem=f"there are no files in {raw / source}", hint="put some there first")
    return files
