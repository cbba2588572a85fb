"""One writer at a time in `curated/`: a lock that names its holder.

`flock` decides where it reaches. Where it does not (some network file systems, other hosts) the heartbeat in the file
does: a lock of another host that was renewed within `STALE_SECONDS` is held, an older one was left behind by a crash.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from tasks.errors import LockHeld, StorageError

LOCK = ".lock"
BEAT_SECONDS = 10.0
GLANCE_SECONDS = 1.0
"""Whoever asks who holds the lock takes it for an instant: a writer is not turned away for that."""

STALE_SECONDS = 60.0
"""Six missed beats: more than a pause for garbage, a snapshot of the host or a slow network share takes."""


@contextmanager
def writer_lock(
    curated: Path, purpose: str, wait_seconds: float = 0.0, waiting: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the writer's lock of `curated`; `LockHeld` names the holder if it is not free within `wait_seconds`.

    `waiting` is told once who holds it. The folder is made where it is missing.
    """
    try:
        curated.mkdir(parents=True, exist_ok=True)
        file = (curated / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            problem=f"cannot write here: {error.strerror}",
            hint="choose another --curated, or mend it",
            path=os.fsdecode(error.filename or curated),
        ) from error
    with file:
        _acquire(file, wait_seconds, waiting)
        stop = threading.Event()
        holder = {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "purpose": purpose,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        beat = threading.Thread(target=_beat, args=(file, holder, stop), name="lock-heartbeat", daemon=True)
        _write(file, holder)
        beat.start()
        try:
            yield
        finally:
            stop.set()
            beat.join()
            _write(file, None)


def describe_holder(curated: Path) -> str | None:
    """Who holds the lock, in words, or None where nobody does. Writes nothing, and needs no right to."""
    try:
        with (curated / LOCK).open(encoding="utf-8") as file:
            return None if _is_free(file, fcntl.LOCK_SH) else _describe(_read(file))
    except OSError:
        return None


def _acquire(file: IO[str], wait_seconds: float, waiting: Callable[[str], None]) -> None:
    deadline, told = time.monotonic() + wait_seconds, False
    while not _is_free(file):
        found = _read(file)
        holder = _describe(found)
        if time.monotonic() >= deadline + (0.0 if found else GLANCE_SECONDS):
            raise LockHeld(
                problem=f"curated/ is being written by {holder}",
                hint="let it finish, or use --wait SECONDS; nothing was changed",
            )
        if found and not told:
            waiting(holder)
            told = True
        time.sleep(0.2)


def _is_free(file: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    """Take the lock if it is free, on this host and, as far as the heartbeat tells, on others."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    holder = _read(file)
    if holder and holder.get("host") != socket.gethostname() and time.time() - holder.get("beat", 0) < STALE_SECONDS:
        fcntl.flock(file, fcntl.LOCK_UN)
        return False
    return True


def _beat(file: IO[str], holder: dict[str, Any], stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        _write(file, holder)


def _write(file: IO[str], holder: dict[str, Any] | None) -> None:
    file.seek(0)
    file.truncate()
    if holder is not None:
        json.dump({**holder, "beat": time.time()}, file)
    file.flush()


def _read(file: IO[str]) -> dict[str, Any]:
    file.seek(0)
    try:
        found = json.load(file)
    except ValueError:
        return {}  # empty: nobody holds it; half written: the holder is just writing it
    return found if isinstance(found, dict) else {}


def _describe(holder: dict[str, Any]) -> str:
    if not holder:
        return "another process"
    return (
        f"`{holder.get('purpose')}`, process {holder.get('pid')} on {holder.get('host')}, since {holder.get('since')}"
    )
