"""The file of the index and the disk: how it goes, and what to raise where the disk does not take it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from tasks.errors import StorageError

_NO_ROOM = re.compile(
    r"Could not write|No space left|File too large|quota exceeded|Read-only file system|Permission denied"
)
"""What the database says of a disk that takes nothing more."""


def open_database(path: str, threads: int, memory_megabytes: int, **others: str) -> duckdb.DuckDBPyConnection:
    """Open a database, with so many threads and so much memory. `duckdb.Error` where it is none."""
    connection = duckdb.connect(
        path,
        config={
            "threads": threads,
            "memory_limit": f"{memory_megabytes}MB",
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,  # no network
            "autoload_known_extensions": False,
            **others,
        },
    )
    # A commit goes into the file at once: else it would be written to a log first, and into the file at closing.
    connection.execute("SET checkpoint_threshold = '1KB'")
    # Looking for dictionaries of hashes and ids, which have none, was three quarters of what closing an index took.
    connection.execute("SET disabled_compression_methods = 'dict_fsst'")  # `connect` does not heed it
    return connection


def cannot_write(path: Path, error: Exception) -> StorageError:
    """What to raise where the disk refuses to take the index."""
    reasons = _NO_ROOM.findall(str(error))  # the last says most
    return StorageError(
        problem=f"cannot write the index: {reasons[-1] if reasons else str(error).splitlines()[0]}",
        hint="make room or mend the folder, then run again: nothing was published",
        path=str(path),
    )


def give_up(connection: duckdb.DuckDBPyConnection, path: Path, error: Exception) -> StorageError:
    """What to raise where the index fails at its work. The file goes, to be built anew; not where the disk is full."""
    if _NO_ROOM.search(str(error)):
        return cannot_write(path, error)
    connection.close()
    remove_database(path)
    return StorageError(
        f"the index is damaged: {str(error).splitlines()[0]}",
        hint="it was removed, and is built anew when this is tried again",
        path=str(path),
    )


def remove_database(path: Path) -> None:
    """Remove a database and the log beside it, which would else be replayed into the next one of that name."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
