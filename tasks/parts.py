"""Parts: the immutable Parquet files that snapshots are made of.

A part holds rows of one dataset and one partition. Its name is `part-<hash of its bytes>.parquet`, so a name never
stands for two contents: a reader that opened a file by name can never see another one under it.
"""

from __future__ import annotations

import hashlib
import os
import urllib.parse
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.cores import usable_cores
from tasks.errors import StorageError
from tasks.part_format import format_of
from tasks.schema import DATASETS, Dataset

ROW_GROUP_BYTES = 64 * 1024 * 1024
"""Rows of about this many bytes in memory share a row group: readers decompress one at a time."""

SCHEMAS = {dataset.name: dataset.schema for dataset in DATASETS}

_READERS = min(4, usable_cores())
"""Threads that read parts; opening and decompressing leave the interpreter to others."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One Parquet file of a snapshot or of a finished shard; `path` is relative to the snapshot or the shard."""

    dataset: str
    source: str
    day: str
    path: str
    rows: int
    bytes: int
    sha256: str

    @property
    def partition(self) -> tuple[str, str]:
        """The (source, day) that the rows belong to."""
        return self.source, self.day

    def as_json(self) -> dict[str, Any]:
        """The part as it stands in a manifest."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A part, and the folder (of a snapshot, a shard, or the staging) that its path is relative to."""

    part: Part
    root: Path


def partition_folder(dataset: str, source: str, day: str) -> str:
    """The folder of a partition, in the hive manner.

    >>> partition_folder("documents", "harbour-news", "2026-11-20")
    'documents/source=harbour-news/day=2026-11-20'
    """
    return f"{dataset}/source={urllib.parse.quote(source)}/day={day}"


def write_part(root: Path, dataset: Dataset, source: str, day: str, table: pa.Table) -> Part:
    """Write the rows below `root`, sorted as the dataset says.

    The file has its final name only when it is whole. It is not synced: `sync_filesystem` does that once for all parts.
    `StorageError` where the disk refuses.
    """
    table = table.select(dataset.schema.names)
    if not table.schema.equals(dataset.schema, check_metadata=True):  # a cast to what it is takes its time too
        table = table.cast(dataset.schema)
    table = table.sort_by([(name, "ascending") for name in dataset.sort]).combine_chunks()
    sink = pa.BufferOutputStream()
    rows_a_group = max(1, min(len(table), int(len(table) * ROW_GROUP_BYTES / max(table.nbytes, 1))))
    pq.write_table(
        table,
        sink,
        row_group_size=rows_a_group,
        **format_of(dataset),
    )
    content = sink.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    folder = partition_folder(dataset.name, source, day)
    path = f"{folder}/{_part_name(digest)}"
    try:
        (root / folder).mkdir(parents=True, exist_ok=True)
        write_whole(root / path, content)
    except OSError as error:
        raise _cannot_write(root / path, error) from error
    return Part(dataset.name, source, day, path, len(table), len(content), digest)


def write_row_groups(root: Path, dataset: Dataset, source: str, day: str, groups: Iterable[pa.Table]) -> Part:
    """Write rows that are sorted as the dataset says, a row group at a time: they need not fit in memory.

    As with `write_part`, the file has its final name only when it is whole, and is not synced.
    """
    folder = root / partition_folder(dataset.name, source, day)
    draft, rows = folder / f".{os.getpid()}.part", 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(draft, dataset.schema, **format_of(dataset)) as writer:
            for group in groups:
                writer.write_table(group, row_group_size=max(1, len(group)))
                rows += len(group)
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        path = folder / _part_name(digest)
        draft.replace(path)
        return Part(dataset.name, source, day, path.relative_to(root).as_posix(), rows, path.stat().st_size, digest)
    except OSError as error:
        raise _cannot_write(draft, error) from error
    finally:
        draft.unlink(missing_ok=True)


def _part_name(digest: str) -> str:
    return f"part-{digest[:32]}.parquet"


def _cannot_write(path: Path, error: OSError) -> StorageError:
    return StorageError(
        problem=f"cannot write here: {error.strerror or error}",
        hint="make room or mend the folder, then run again: nothing was published",
        path=str(path),
    )


def write_whole(path: Path, content: bytes | pa.Buffer, *, sync: bool = False) -> None:
    """Write the file under another name and then give it its own: it is there whole or not at all.

    An `OSError` names the file also where the system does not, as when a disk is full.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)
        draft.unlink(missing_ok=True)
        raise


def read_part(root: Path, part: Part, columns: list[str] | None = None, *, by_many_threads: bool = True) -> pa.Table:
    """The rows of a part; `StorageError` with the way out where the file is missing or damaged.

    Columns that came into the schema after the part was written are null.
    """
    schema = SCHEMAS[part.dataset]
    names = columns or schema.names
    try:
        table = pq.ParquetFile(root / part.path).read(columns=names, use_threads=by_many_threads)
        for name in names:
            if name not in table.column_names and schema.field(name).nullable:
                table = table.append_column(schema.field(name), pa.nulls(len(table), schema.field(name).type))
        return table.select(names)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise StorageError(
            problem=f"cannot read this part of a snapshot: {str(error).splitlines()[0]}",
            hint="`winnow verify` says what is damaged, and the way out",
            path=str(root / part.path),
        ) from error


def is_whole(root: Path, part: Part) -> bool:
    """Whether the file of a part is there and holds what was written, to the byte."""
    try:
        with (root / part.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == part.sha256
    except OSError:
        return False


def read_rows(parts: Iterable[PlacedPart], dataset: Dataset, columns: list[str] | None = None) -> pa.Table:
    """The rows of many parts in one table, with `source` and `day` as the last two columns."""
    names = columns or dataset.schema.names
    schema = pa.schema([dataset.schema.field(name) for name in names])
    empty = with_partition(schema.empty_table(), "", "")

    def read(item: PlacedPart) -> pa.Table:
        rows = read_part(item.root, item.part, names, by_many_threads=False)
        return with_partition(rows.cast(schema), *item.part.partition)

    items = list(parts)
    if len(items) < 2:
        return pa.concat_tables([empty, *map(read, items)])
    with ThreadPoolExecutor(_READERS) as readers:  # most parts are small: a thread a part, and not one a column
        return pa.concat_tables([empty, *readers.map(read, items)])


def with_partition(table: pa.Table, source: str, day: str) -> pa.Table:
    """The rows with `source` and `day` as two more columns."""
    for name, value in (("source", source), ("day", day)):
        table = table.append_column(pa.field(name, pa.string()), pa.repeat(pa.scalar(value, pa.string()), len(table)))
    return table


def split_rows(table: pa.Table, column: str, keys: pa.Array) -> tuple[pa.Table, pa.Table]:
    """The rows whose `column` is among the keys, and the others.

    A raw path stands for the members of its archive too.
    """
    values = table[column]
    if column == "raw_path":
        values = pc.replace_substring_regex(values, pattern="!.*", replacement="")  # `!` is escaped in names
    hit = pc.is_in(values, value_set=keys)
    return table.filter(hit), table.filter(pc.invert(hit))


def split_partitions(table: pa.Table) -> Iterator[tuple[str, str, pa.Table]]:
    """The table cut by its columns `source` and `day`, in their order: (source, day, rows without the two)."""
    if not len(table):
        return
    only = [table[name].unique().to_pylist() for name in ("source", "day")]
    if all(len(values) == 1 for values in only):  # as of most shards: there is nothing to sort
        yield only[0][0], only[1][0], table.drop_columns(["source", "day"])
        return
    order = [("source", "ascending"), ("day", "ascending")]
    counts = table.group_by(["source", "day"]).aggregate([([], "count_all")]).sort_by(order)
    table, at = table.sort_by(order), 0
    for count in counts.to_pylist():
        rows = table.slice(at, count["count_all"])
        yield count["source"], count["day"], rows.drop_columns(["source", "day"])
        at += len(rows)
