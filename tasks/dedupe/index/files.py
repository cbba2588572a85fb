"""The files of the ranges of an index that is cut.

They are never changed: new ones are written beside them, and the commit of the index, which names them, is the only one
that counts. What no commit names is swept.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

_CUT = {
    "keys": "FROM (SELECT key, text FROM postings UNION ALL SELECT key, text FROM dormant)",
    "common": "FROM common",
    "common_hubs": "FROM common_hubs",
}
"""What a range has of each table of an index that is not cut."""


@dataclass(frozen=True)
class Part:
    """A file of a range, by its name in the folder, and how many keys are in it."""

    name: str
    keys: int


@dataclass(frozen=True)
class Range:
    """The range with this number, of those whose keys divided by `of` leave it. The last part has its state too."""

    number: int
    of: int
    parts: tuple[Part, ...]


def ranges_folder(path: Path) -> Path:
    """Give the folder of the files of ranges of an index, also of one that is being built to take its place."""
    return path.absolute().with_name(path.name.removesuffix(".new") + ".ranges")


def cut_in_ranges(connection: duckdb.DuckDBPyConnection, path: Path, ranges: int) -> None:
    """Move all keys of an index that is not cut to the files of so many ranges: all of them or, after a crash, none."""
    folder = ranges_folder(path)
    folder.mkdir(parents=True, exist_ok=True)
    cut = []
    for number in range(ranges):
        name = f"{uuid.uuid4().hex}.duckdb"
        connection.execute(f"ATTACH {quote(folder / name)} AS made")
        for table, rows in _CUT.items():  # with the numbers as such: as a query they take ten times as long
            connection.execute(f"CREATE TABLE made.{table} AS {rows} WHERE key % {ranges} = {number}")
        connection.execute("CREATE TABLE made.absent AS SELECT DISTINCT text, FALSE AS is_dead FROM dormant")
        keys = connection.execute("SELECT count(*) FROM made.keys").fetchone()
        connection.execute("CHECKPOINT made; DETACH made")
        cut.append(Range(number, ranges, (Part(name, keys[0] if keys else 0),)))
    sync_ranges(path)
    connection.begin()
    for table in ("postings", "dormant", "common", "common_hubs"):
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS FROM {table} LIMIT 0"
        )  # quicker than to delete all rows
    write_ranges(connection, cut)
    connection.commit()


def read_ranges(connection: duckdb.DuckDBPyConnection) -> list[Range]:
    """Give the ranges of an index, none where it is not cut."""
    rows = connection.execute("SELECT number, name, keys FROM range_files ORDER BY number, place").fetchall()
    groups = [(number, [Part(*row[1:]) for row in group]) for number, group in groupby(rows, key=lambda row: row[0])]
    return [Range(number, len(groups), tuple(parts)) for number, parts in groups]


def write_ranges(connection: duckdb.DuckDBPyConnection, ranges: Sequence[Range]) -> None:
    """Name the files of all ranges."""
    rows = [
        {"number": each.number, "place": place, "name": part.name, "keys": part.keys}
        for each in ranges
        for place, part in enumerate(each.parts)
    ]
    connection.register("files", pa.Table.from_pylist(rows))
    connection.execute("DELETE FROM range_files; INSERT INTO range_files SELECT number, place, name, keys FROM files")
    connection.unregister("files")


def list_files(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Name the files of all ranges of an index."""
    for each in read_ranges(connection):
        for part in each.parts:
            yield part.name


def sync_ranges(path: Path) -> None:
    """See to it that the names of new files last; what is in them does."""
    folder = ranges_folder(path)
    if folder.exists():
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep_ranges(path: Path, keeping: set[str]) -> None:
    """Remove all but these files, and the folder where there are none: what orders left, and files of states before."""
    folder = ranges_folder(path)
    with suppress(OSError):  # whatever stays goes with the next commit
        if not keeping:
            shutil.rmtree(folder)
            return
        for file in folder.iterdir():
            if file.name in keeping:
                continue
            if file.is_dir():
                shutil.rmtree(file, ignore_errors=True)
            else:
                file.unlink(missing_ok=True)


def quote(path: Path) -> str:
    """Write a path as SQL does a string."""
    return "'" + str(path).replace("'", "''") + "'"
