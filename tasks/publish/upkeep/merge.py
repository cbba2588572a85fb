"""Small parts of a partition become few: the same rows in the same order, in files that are worth opening."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.errors import StorageError
from tasks.parts import ROW_GROUP_BYTES, Part, PlacedPart, read_part, write_row_groups
from tasks.publish.upkeep.options import UpkeepOptions
from tasks.schema import DATASETS, Dataset

MOST_ROWS = 2_000_000
"""Rows of a merged part at most: what they are sorted by is held in memory, about 60 bytes a row."""

FAN_IN = 16
"""Parts that are merged at once: each keeps some pages of every column in memory, about 6 MB were seen."""

_STEP_BYTES = 16 * 1024 * 1024
_STEP_ROWS = 65_536
"""Merged at once: at most so many rows, and about so many bytes as they lie in the files."""


def plan_merge(parts: Iterable[Part], options: UpkeepOptions) -> list[tuple[Part, ...]]:
    """Which parts are to become one, each group of one dataset and partition.

    A partition takes part where it has `merge_parts` small parts. What comes of a merge is not small but for the rest,
    so that merging again finds nothing to do, or ends after some times.
    """
    small: dict[tuple[str, str, str], list[Part]] = defaultdict(list)
    for part in parts:
        if part.rows and 2 * part.bytes < options.part_bytes and 2 * part.rows < MOST_ROWS:
            small[part.dataset, part.source, part.day].append(part)
    groups = []
    for _, each in sorted(small.items()):
        if len(each) >= options.merge_parts:
            groups += [group for group in _fill(each, options.part_bytes) if len(group) > 1]
    return groups


def _fill(parts: Iterable[Part], part_bytes: int) -> Iterator[tuple[Part, ...]]:
    """The parts in groups, the smallest first, each as large as may be."""
    group: list[Part] = []
    size = rows = 0
    for part in sorted(parts, key=lambda part: (part.bytes, part.path)):
        if group and (size + part.bytes > part_bytes or rows + part.rows > MOST_ROWS):
            yield tuple(group)
            group, size, rows = [], 0, 0
        group.append(part)
        size, rows = size + part.bytes, rows + part.rows
    yield tuple(group)


def merge_parts(parts: Sequence[PlacedPart], staging: Path, aside: Path) -> Part:
    """Write the rows of parts of one partition as one part below `staging`, in the order of the dataset.

    Each part is in that order already, so that it is read once, from its start to its end. In memory are the keys of
    all rows, what is written next, and some pages of each of `FAN_IN` parts at most: of more, so many at a time are
    merged below `aside` first, which is gone afterwards.
    """
    (dataset,) = [one for one in DATASETS if one.name == parts[0].part.dataset]
    source, day = parts[0].part.partition
    try:
        while len(parts) > FAN_IN:
            folder = aside / str(len(parts))
            batches = [parts[start : start + FAN_IN] for start in range(0, len(parts), FAN_IN)]
            merged = [write_row_groups(folder, dataset, source, day, _merge_rows(each, dataset)) for each in batches]
            parts = [PlacedPart(part, folder) for part in merged]
        return write_row_groups(staging, dataset, source, day, _merge_rows(parts, dataset))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _merge_rows(parts: Sequence[PlacedPart], dataset: Dataset) -> Iterator[pa.Table]:
    """The rows of all parts in the order of the dataset, a row group at a time."""
    waiting: list[pa.Table] = []
    for piece in _merge_steps(parts, dataset):
        waiting.append(piece)
        if sum(table.nbytes for table in waiting) >= ROW_GROUP_BYTES:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _merge_steps(parts: Sequence[PlacedPart], dataset: Dataset) -> Iterator[pa.Table]:
    order = [(name, "ascending") for name in dataset.sort]
    keys = [read_part(item.root, item.part, list(dataset.sort)) for item in parts]
    owners = np.repeat(np.arange(len(parts), dtype=np.int32), [len(rows) for rows in keys])
    owners = owners[np.asarray(pc.sort_indices(pa.concat_tables(keys), sort_keys=order))]
    del keys
    streams = [_Stream(item, dataset) for item in parts]
    step = max(1, min(_STEP_ROWS, int(_STEP_BYTES * len(owners) / max(1, sum(stream.bytes for stream in streams)))))
    for stream in streams:
        stream.start(step // len(streams) + 1)
    for start in range(0, len(owners), step):
        counts = np.bincount(owners[start : start + step], minlength=len(streams))
        rows = [stream.take(int(count)) for stream, count in zip(streams, counts, strict=True) if count]
        yield pa.concat_tables(rows).sort_by(order).combine_chunks()


class _Stream:
    """The rows of one part, from the first on. `StorageError` where the file is damaged."""

    def __init__(self, item: PlacedPart, dataset: Dataset) -> None:
        self._path = item.root / item.part.path
        self._schema = dataset.schema
        self._rest = dataset.schema.empty_table()
        self._batches: Iterator[pa.RecordBatch] = iter(())
        with self._reading():
            self._file = pq.ParquetFile(self._path, pre_buffer=False, buffer_size=1 << 16)
        groups = range(self._file.num_row_groups)
        self.bytes = sum(self._file.metadata.row_group(number).total_byte_size for number in groups)

    def start(self, rows_at_once: int) -> None:
        """Read so many rows at once from now on."""
        self._batches = self._file.iter_batches(rows_at_once, columns=self._schema.names, use_threads=False)

    def take(self, count: int) -> pa.Table:
        """The next rows."""
        with self._reading():
            while len(self._rest) < count:
                batch = pa.Table.from_batches([next(self._batches)])
                self._rest = pa.concat_tables([self._rest, batch.select(self._schema.names).cast(self._schema)])
        taken, self._rest = self._rest.slice(0, count), self._rest.slice(count)
        return taken

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException, StopIteration) as error:
            raise StorageError(
                problem=f"cannot read this part of a snapshot: {[*str(error).splitlines(), 'it ends too early'][0]}",
                hint="nothing was published. `winnow verify` says what else is damaged, and the way out",
                path=str(self._path),
            ) from error
