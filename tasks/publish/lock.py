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
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from tasks.errors import LockHeld, StorageError

LOCK = ".lock"
BEAT_SECONDS = 10.0
GLANCE_SECONDS = 1.0
"""Whoever asks who holds the lock takes it for an instant: a writer is not turned away for that."""

STALE_SECONDS = 60.0
"""Six missed beats: more than a pause for garbage, a snapshot of the host or a slow network share takes."""

_BLOCK_BYTES = 512
"""The entry is filled up to a multiple of this, so that it keeps its length from beat to beat."""

_MOST_BYTES = 64 * 1024


@contextmanager
def writer_lock(
    curated: Path, purpose: str, wait_seconds: float = 0.0, waiting: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the writer's lock of `curated`; `LockHeld` names the holder if it is not free within `wait_seconds`.

    `waiting` is told once who holds it. The folder is made where it is missing.
    """
    try:
        curated.mkdir(parents=True, exist_ok=True)
        (curated / LOCK).touch()  # opened to append, it would be written to at its end alone
        file = (curated / LOCK).open("r+b")
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
        with (curated / LOCK).open("rb") as file:
            return None if _is_free(file, fcntl.LOCK_SH) else _describe(_read(file))
    except OSError:
        return None


def _acquire(file: BinaryIO, wait_seconds: float, waiting: Callable[[str], None]) -> None:
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


def _is_free(file: BinaryIO, kind: int = fcntl.LOCK_EX) -> bool:
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


def _beat(file: BinaryIO, holder: dict[str, Any], stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        _write(file, holder)


def _write(file: BinaryIO, holder: dict[str, Any] | None) -> None:
    """Write who holds the lock, in one step over what is there: whoever reads it meanwhile finds someone.

    Where the disk takes nothing, what is there stays, and the next beat tries again: the run itself finds out.
    """
    content = json.dumps({**holder, "beat": time.time()}).encode() if holder is not None else b""
    content += b" " * (-len(content) % _BLOCK_BYTES)  # nothing of a longer one shows behind a shorter one
    with suppress(OSError):
        os.pwrite(file.fileno(), content, 0)
        file.truncate(len(content))


def _read(file: BinaryIO) -> dict[str, Any]:
    try:
        found = json.loads(os.pread(file.fileno(), _MOST_BYTES, 0))
    except ValueError:
        return {}  # empty: nobody holds it
    return found if isinstance(found, dict) else {}


def _describe(holder: dict[str, Any]) -> str:
    if not holder:
        return "another process"
    return (
        f"`{holder.get('purpose')}`, process {holder.get('pid')} on {holder.get('host')}, since {holder.get('since')}"
    )
