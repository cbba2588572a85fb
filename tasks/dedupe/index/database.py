"""The file of the index: opened where it is good, built anew from the signatures where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from tasks.dedupe.fingerprints import ALGORITHM_VERSION
from tasks.dedupe.index.disk import cannot_write, give_up, open_database, remove_database
from tasks.dedupe.index.files import cut_in_ranges, list_files, ranges_folder, read_ranges
from tasks.dedupe.index.ranges import ALONE, Crew
from tasks.dedupe.index.steps import run_step
from tasks.dedupe.index.update import Index
from tasks.dedupe.options import Options
from tasks.errors import StorageError

INDEX_VERSION = 2
"""Goes up with every change of the tables or of what is in them: an older file is built anew."""

UNFINISHED = ""
"""The snapshot of a file that is being built."""

State = Literal["good", "missing", "stale", "damaged", "in use"]
"""`stale`: of another snapshot, made with other settings, or by an older Winnow. `in use`: a run has it open."""

_META = "SELECT snapshot, settings FROM meta"


@dataclass(frozen=True)
class Resources:
    """What the index may use of the machine; changes nothing in its answers."""

    threads: int = 2
    """Threads of the database. More are faster on large tables only."""

    memory_megabytes: int = 512
    """Memory of the database, in MB; beyond it works on disk, beside the file. Under 256 it may give up."""


DEFAULT_RESOURCES = Resources()


def open_index(
    path: Path,
    snapshot: str,
    read_signatures: Callable[[], Iterable[pa.Table]],
    options: Options,
    resources: Resources = DEFAULT_RESOURCES,
    report: Callable[[int], None] | None = None,
    crew: Crew = ALONE,
) -> Index:
    """Open the index of a snapshot, or build it anew from the signatures.

    `read_signatures` gives those of all documents of the snapshot, with `source`, in tables of some 50,000 rows at
    most: memory goes with the largest. `report` is told how many documents are in, after each. A file that is missing,
    damaged, of another snapshot, other options or an older Winnow is replaced, and only by a complete one; where there
    are no documents it is begun in its place, and counts as damaged until that is done. One that is not cut is cut into
    the ranges of the `crew`; one that is stays so, whoever works on it.
    """
    settings = describe_settings(options)
    connection = _open_if_good(path, snapshot, settings, resources)
    if connection is None:
        tables = iter(read_signatures())
        first = next(tables, None)
        # One without documents is complete from the first commit on, and need not be opened twice.
        building = path if first is None else path.with_name(path.name + ".new")
        try:
            if first is None:
                connection = _begin(path, snapshot, settings, resources)
            else:
                _build(building, snapshot, settings, chain((first,), tables), options, resources, report, crew)
        except duckdb.Error as error:
            remove_database(building)
            raise cannot_write(building, error) from error
    if connection is None:
        remove_database(path)
        building.rename(path)
        connection = _connect(path, resources)
    _cut(connection, path, crew)
    return Index(path, connection, options, crew)


def describe_settings(options: Options) -> str:
    """Write down all that the contents of an index depend on, beside the documents."""
    return json.dumps(
        {"index": INDEX_VERSION, "algorithm": ALGORITHM_VERSION, "options": asdict(options)}, sort_keys=True
    )


def look_at_index(path: Path, snapshot: str, options: Options) -> State:
    """Say how the index of a snapshot is, as far as its first block tells: a run that wants to open it may go on."""
    if not path.exists():
        return "missing"
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            is_right = connection.execute(_META).fetchall() == [(snapshot, describe_settings(options))]
            if is_right and not _has_files(connection, path):
                return "damaged"
    except duckdb.Error as error:
        return "in use" if _is_lock(error) else "damaged"
    return "good" if is_right else "stale"


def inspect_index(
    path: Path, snapshot: str, documents: int, options: Options, resources: Resources = DEFAULT_RESOURCES
) -> State:
    """Read the whole index of a snapshot with so many documents and duplicates, and say how it is. Changes nothing.

    Only for the holder of the writer's lock. `StorageError` where another process has the file open all the same.
    """
    if not path.exists():
        return "missing"
    connection = _open(path, resources)
    if connection is None:
        return "damaged"
    try:
        if connection.execute(_META).fetchall() != [(snapshot, describe_settings(options))]:
            return "stale"
        if not _has_files(connection, path):
            return "damaged"
        _read_all(connection)
        for name in list_files(connection):
            with duckdb.connect(str(ranges_folder(path) / name), read_only=True) as part:
                _read_all(part)
        count = connection.execute("SELECT count(*) FROM documents").fetchone()
    except duckdb.Error:
        return "damaged"
    finally:
        connection.close()
    return "good" if count == (documents,) else "damaged"


def _read_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Read all there is, since each block has a checksum."""
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        connection.table(table).aggregate("bit_xor(hash(COLUMNS(*)))").fetchall()


def _has_files(connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Whether the files of all ranges are there."""
    return all((ranges_folder(path) / name).exists() for name in list_files(connection))


def _open_if_good(path: Path, snapshot: str, settings: str, resources: Resources) -> duckdb.DuckDBPyConnection | None:
    connection = _open(path, resources) if path.exists() else None
    if connection is None:
        return None
    try:
        if connection.execute(_META).fetchall() == [(snapshot, settings)] and _has_files(connection, path):
            return connection
    except duckdb.Error:
        pass  # damaged, or none of ours: closed and built anew like one of another snapshot
    connection.close()
    return None


def _open(path: Path, resources: Resources) -> duckdb.DuckDBPyConnection | None:
    """Open the file, or None where it is no database; `StorageError` where another process has it open."""
    try:
        return _connect(path, resources)
    except duckdb.Error as error:
        if _is_lock(error):
            raise StorageError(
                "the index is in use",
                hint="another run or reader has it open: try again when that is done",
                path=str(path),
            ) from error
        return None


def _is_lock(error: duckdb.Error) -> bool:
    return "Could not set lock" in str(error)


def _begin(path: Path, snapshot: str, settings: str, resources: Resources) -> duckdb.DuckDBPyConnection:
    """Make an index without documents."""
    remove_database(path)
    connection = _connect(path, resources)
    connection.begin()  # once: each statement by itself would wait for the disk
    run_step(connection, "tables")
    connection.execute("INSERT INTO meta VALUES (?, ?, 0)", [snapshot, settings])
    connection.commit()
    return connection


def _build(
    path: Path,
    snapshot: str,
    settings: str,
    tables: Iterable[pa.Table],
    options: Options,
    resources: Resources,
    report: Callable[[int], None] | None,
    crew: Crew,
) -> None:
    connection = _begin(path, UNFINISHED, settings, resources)
    _cut(connection, path, crew)
    index = Index(path, connection, options, crew)
    count = 0
    for signatures in tables:
        index.update([], signatures)
        index.commit(UNFINISHED)
        count += len(signatures)
        if report is not None:
            report(count)
    index.commit(snapshot)
    connection.rollback()
    connection.execute("CHECKPOINT")  # closing does it too, but where that fails it says nothing, and leaves a log
    connection.close()


def _cut(connection: duckdb.DuckDBPyConnection, path: Path, crew: Crew) -> None:
    if crew.ranges > 1 and not read_ranges(connection):
        try:
            cut_in_ranges(connection, path, crew.ranges)
        except (duckdb.Error, OSError) as error:
            raise give_up(connection, path, error) from error


def _connect(path: Path, resources: Resources) -> duckdb.DuckDBPyConnection:
    return open_database(str(path), resources.threads, resources.memory_megabytes)
