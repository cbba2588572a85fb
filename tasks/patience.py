"""Waiting for what another host wrote: a network file system shows it later than its writer says so."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from tasks.errors import StorageError

APPEAR_SECONDS = 60.0
"""How long what another host wrote may take to be seen here: NFS believes a folder to be as it was for so long."""

_LOOK_SECONDS = 0.2


def await_file(path: Path, patience: float = APPEAR_SECONDS, what: str = "a file") -> Path:
    """Give the path once a file is to be seen there; `StorageError` where there is none after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not path.exists():
        if time.monotonic() >= deadline:
            raise StorageError(
                problem=f"{what} that was finished is not here",
                hint="do all hosts see the same folder at this path? Then run again: what is finished is kept",
                path=str(path),
            )
        time.sleep(_LOOK_SECONDS)
        with suppress(OSError):
            next(path.parent.iterdir(), None)  # opening a folder has NFS ask the server
    return path
