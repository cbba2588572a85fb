"""What is done for one range of an index that is cut: in any process that sees the folder of its files.

The files of a range are never changed. An order is taken from those that it names and gives new ones under names that
nobody else has, so it may be taken twice, and two at once do not disturb each other: whose answer the leader takes is
what counts, and what no answer names is swept.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tasks.dedupe.index.disk import open_database
from tasks.dedupe.index.files import Part, Range, quote
from tasks.dedupe.index.steps import run_step, set_options
from tasks.dedupe.options import Options
from tasks.patience import await_file

MEMORY_MEGABYTES = 384
"""Memory of the database in a worker, which may have 1 GB as a whole; beyond it works on disk, beside the files."""

DEAD_SHARE = 1 / 4
"""Forgotten texts as a share of all texts, from which a range is written anew without their keys."""

FOUND = ("met", "gained", "crowded", "former_hubs")
"""What the leader is told of a range."""

_DRAFTED = ("fresh_keys", "key_changes", "steady", "touched", "counts", "old_hubs", "crowd")
"""What must be known of the first half of the work for the second."""

_STATE = ("common", "common_hubs", "absent")


@dataclass(frozen=True)
class JoinOrder:
    """Bring a range up to date with what changed, and find who meets.

    `stem` begins the names of the files with `changes`, `new_keys` and `forgotten`; of `texts` there are so many now.
    `draft` begins the names of the files with the first half of the work, where it was given back for want of `ranks`.
    """

    folder: str
    range: Range
    stem: str
    texts: int
    options: Options
    draft: str = ""
    ranks: str = ""


@dataclass(frozen=True)
class Joined:
    """The range as it is now; `stem` begins the names of the files with `FOUND`."""

    range: Range
    stem: str


@dataclass(frozen=True)
class Wanting:
    """Half of the work: for the rest the ranks of the texts in the file `unranked` must be known.

    `stem` begins its name, and those of the files with what was found so far.
    """

    stem: str


@dataclass(frozen=True)
class SupportOrder:
    """Count in how many keys of a range each pair in the file `pairs` meets. The answer is the name of a file."""

    folder: str
    range: Range
    pairs: str
    options: Options


def join_range(order: JoinOrder) -> Joined | Wanting:
    """Carry out a `JoinOrder`. Whatever fails raises what the database says of it, or `StorageError`."""
    folder, stem = Path(order.folder), uuid.uuid4().hex
    with _open_range(folder, order.range, order.options) as connection:
        for name in ("changes", "new_keys", "forgotten"):
            path = await_file(folder / f"{order.stem}.{name}.parquet")
            chosen = f" WHERE number = {order.range.number}" if name == "new_keys" else ""
            connection.execute(f"CREATE TEMP TABLE {name} AS FROM read_parquet({quote(path)}){chosen}")
        if order.draft:
            for name in _DRAFTED:
                path = await_file(folder / f"{order.draft}.{name}.parquet")
                connection.execute(f"CREATE TEMP TABLE {name} AS FROM read_parquet({quote(path)})")
        else:
            run_step(connection, "touch")
        run_step(connection, "ranks")
        if order.ranks:
            connection.execute(f"INSERT INTO ranks FROM read_parquet({quote(await_file(folder / order.ranks))})")
        elif _count(connection, "unranked"):
            for name in (*_DRAFTED, "unranked"):
                _write(connection, name, folder / f"{stem}.{name}.parquet")
            return Wanting(stem)
        run_step(connection, "meet")
        kept, merged = _choose_merges(connection, order)
        part = _write_state(connection, folder, f"{stem}.duckdb", kept, merged)
        for name in FOUND:
            _write(connection, name, folder / f"{stem}.{name}.parquet")
    parts = (*(order.range.parts[at] for at in kept), part)
    return Joined(Range(order.range.number, order.range.of, parts), stem)


def count_support(order: SupportOrder) -> str:
    """Carry out a `SupportOrder`."""
    folder, name = Path(order.folder), f"{uuid.uuid4().hex}.support.parquet"
    with _open_range(folder, order.range, order.options) as connection:
        path = await_file(folder / order.pairs)
        connection.execute(f"CREATE TEMP TABLE old_pairs AS FROM read_parquet({quote(path)})")
        run_step(connection, "support")
        _write(connection, "support", folder / name)
    return name


@contextmanager
def _open_range(folder: Path, asked: Range, options: Options) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that shows what is known by key as the scripts read it, of one range."""
    scratch = folder / f"{uuid.uuid4().hex}.tmp"
    connection = _connect(scratch)
    try:
        set_options(connection, options)
        for at, part in enumerate(asked.parts):
            _attach(connection, folder, part.name, f"part{at}")
        for name in _STATE:
            connection.execute(f"CREATE TEMP VIEW {name} AS FROM part{len(asked.parts) - 1}.{name}")
        connection.execute(f"CREATE TEMP VIEW all_keys AS {_union(range(len(asked.parts)))}")
        run_step(connection, "range")
        yield connection
    finally:
        connection.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory, which works on disk in a folder of its own beyond `MEMORY_MEGABYTES`."""
    return open_database(":memory:", 1, MEMORY_MEGABYTES, temp_directory=str(scratch))


def _attach(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, alias: str) -> None:
    connection.execute(f"ATTACH {quote(await_file(folder / name))} AS {alias} (READ_ONLY)")


def _union(places: Sequence[int] | range) -> str:
    return " UNION ALL ".join(f"SELECT key, text FROM part{at}.keys" for at in places)  # noqa: S608


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return 0 if row is None else int(row[0])


def _write(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    connection.execute(f"COPY {table} TO {quote(path)} (FORMAT parquet)")


def _choose_merges(connection: duckdb.DuckDBPyConnection, order: JoinOrder) -> tuple[list[int], list[int]]:
    """Choose the parts that stay, and those that go into the new one: each has more than twice the keys of the next.

    A key is written again as often as the range doubles, and the parts are as few as that. All go into the new one
    where too many texts are forgotten.
    """
    parts = order.range.parts
    dead = _count(connection, "absent WHERE is_dead") + _count(connection, "forgotten")
    if dead > DEAD_SHARE * order.texts:
        return [], list(range(len(parts)))
    keys, first = _count(connection, "new_keys"), len(parts)
    while first and parts[first - 1].keys <= 2 * keys:
        first -= 1
        keys += parts[first].keys
    return list(range(first)), list(range(first, len(parts)))


def _write_state(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, kept: list[int], merged: list[int]
) -> Part:
    """Write the part with the new keys and those of merged parts, and with the state after; on the disk at the end."""
    sources = " UNION ALL ".join(filter(None, [_union(merged), "SELECT key, text FROM new_keys"]))
    connection.execute(f"CREATE TEMP VIEW merging AS {sources}")
    connection.execute(f"CREATE TEMP VIEW is_whole AS SELECT {not kept} AS is_whole")
    connection.execute(f"ATTACH {quote(folder / name)} AS made")
    run_step(connection, "store_range")
    part = Part(name, _count(connection, "made.keys"))
    connection.execute("CHECKPOINT made; DETACH made")
    return part
