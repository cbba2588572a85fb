"""Do the pieces of every text tile it? Passages, comments and boilerplate of one partition, laid end to end.

A partition is gone through a range of document ids at a time: its files are in their order, so that each row group is
read about once, and memory does not grow with the partition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.document import ROLES
from tasks.parts import PlacedPart
from tasks.publish.verify.finding import SHOWN, name_some

ROWS_AT_ONCE = 1_000_000
"""Documents, comments and boilerplate of one range of ids: some 200 MB with their pieces."""

_BATCH_ROWS = 1024
"""Texts that are in memory at once."""

_KEY = "document_id"
_BOILERPLATE = pa.array([role for role, label in ROLES.items() if label == "boilerplate"])

Numbers = npt.NDArray[np.int64]
Parts = Mapping[str, Sequence[PlacedPart]]
"""The parts of one partition, by dataset."""


def check_pieces(parts: Parts) -> list[tuple[str, str]]:
    """What is wrong with the pieces of the documents and duplicates of a partition: pairs of dataset and problem."""
    rows = sum(item.part.rows for each in parts.values() for item in each)
    wrong = _Wrong()
    for least, beyond in _ranges(-(-rows // ROWS_AT_ONCE)):
        _check_range(parts, least, beyond, wrong)
    return wrong.tell()


@dataclass
class _Wrong:
    """Ids of what is wrong, by dataset and kind of trouble: some of them, and how many there are."""

    some: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, dataset: str, problem: str, ids: pa.Array | pa.ChunkedArray) -> None:
        """Take in what is wrong in the same way."""
        distinct = ids.unique()
        if len(distinct):
            key = (dataset, problem)
            self.some.setdefault(key, []).extend(distinct.slice(0, SHOWN).to_pylist())
            self.counts[key] = self.counts.get(key, 0) + len(distinct)

    def tell(self) -> list[tuple[str, str]]:
        """Each kind of trouble in words."""
        return [
            (dataset, f"{problem}: {name_some(self.some[dataset, problem], count)}")
            for (dataset, problem), count in self.counts.items()
        ]


def _ranges(count: int) -> Iterator[tuple[str, str | None]]:
    """Ranges that all ids lie in, about as many ids in each: they are hashes in hexadecimal."""
    bounds = ["", *(f"{(number << 32) // count:08x}" for number in range(1, count))]
    for number, least in enumerate(bounds):
        yield least, bounds[number + 1] if number + 1 < len(bounds) else None


def _check_range(parts: Parts, least: str, beyond: str | None, wrong: _Wrong) -> None:
    documents = _Documents(wrong)
    for dataset in ("documents", "duplicates"):
        for item in parts.get(dataset, ()):
            columns = [_KEY, "text", "passages", "characters", "comment_count", "boilerplate_characters"]
            for rows in _read(item, columns, least, beyond):
                documents.take(dataset, rows)
    ids = documents.ids()
    for dataset, more in (("comments", []), ("boilerplate", ["role"])):
        for item in parts.get(dataset, ()):
            for rows in _read(item, [_KEY, "start", "end", "text", *more], least, beyond):
                documents.add_pieces(dataset, rows, ids)
    documents.check(ids)


def _read(item: PlacedPart, columns: list[str], least: str, beyond: str | None) -> Iterator[pa.Table]:
    """The rows of a part whose id lies in the range, some at a time."""
    with pq.ParquetFile(item.root / item.part.path, pre_buffer=False) as file:
        (at,) = [number for number, name in enumerate(file.schema_arrow.names) if name == _KEY][:1]
        groups = [n for n in range(file.num_row_groups) if _may_hold(file, n, at, least, beyond)]
        for batch in file.iter_batches(_BATCH_ROWS, row_groups=groups, columns=columns, use_threads=False):
            rows = pa.Table.from_batches([batch])
            inside = pc.greater_equal(rows[_KEY], least)
            if beyond is not None:
                inside = pc.and_(inside, pc.less(rows[_KEY], beyond))
            yield rows if least == "" and beyond is None else rows.filter(inside)


def _may_hold(file: pq.ParquetFile, group: int, column: int, least: str, beyond: str | None) -> bool:
    statistics = file.metadata.row_group(group).column(column).statistics
    if statistics is None or not statistics.has_min_max:
        return True
    return statistics.max >= least and (beyond is None or statistics.min < beyond)


class _Documents:
    """The documents and duplicates of a range: their ids, and where their pieces lie."""

    def __init__(self, wrong: _Wrong) -> None:
        self._wrong = wrong
        self._ids: list[pa.Array] = []
        self._count = 0
        self._claims: list[tuple[Numbers, Numbers]] = []
        self._pieces: list[tuple[Numbers, Numbers, Numbers]] = []
        self._comments: list[Numbers] = []
        self._boilerplate: list[tuple[Numbers, Numbers]] = []

    def take(self, dataset: str, rows: pa.Table) -> None:
        """Take documents in, with their passages, and hold each against what its own row says."""
        rows = rows.combine_chunks()
        passages = rows["passages"].combine_chunks()
        places = passages.flatten()
        owners, starts, ends = (
            _numbers(column) for column in (pc.list_parent_indices(passages), *map(places.field, ("start", "end")))
        )
        lengths = _numbers(pc.utf8_length(rows["text"]))
        covered = np.bincount(owners, weights=ends - starts, minlength=len(rows)).astype(np.int64)
        self._report(dataset, "the passages are not as long as the text", rows[_KEY], covered != lengths)
        claimed = _numbers(rows["characters"])
        self._report(dataset, "`characters` is not the length of the text", rows[_KEY], claimed != lengths)
        self._ids.append(rows[_KEY].combine_chunks())
        self._claims.append((_numbers(rows["comment_count"]), _numbers(rows["boilerplate_characters"])))
        self._pieces.append((owners + self._count, starts, ends))
        self._count += len(rows)

    def ids(self) -> pa.Array:
        """The ids in the order in which they came."""
        return pa.concat_arrays([pa.array([], pa.string()), *self._ids])

    def add_pieces(self, dataset: str, rows: pa.Table, ids: pa.Array) -> None:
        """Take comments or boilerplate in; those of no document are told and left out."""
        owners = _numbers(pc.fill_null(pc.index_in(rows[_KEY], value_set=ids), -1))
        self._report(dataset, "rows that belong to no document or duplicate, of", rows[_KEY], owners < 0)
        starts, ends = _numbers(rows["start"]), _numbers(rows["end"])
        lengths = _numbers(pc.utf8_length(rows["text"]))
        self._report(
            dataset, "rows whose text is not as long as from start to end, of", rows[_KEY], lengths != ends - starts
        )
        known = owners >= 0
        self._pieces.append((owners[known], starts[known], ends[known]))
        if dataset == "comments":
            self._comments.append(owners[known])
        else:
            known &= np.asarray(pc.is_in(rows["role"], value_set=_BOILERPLATE))
            self._boilerplate.append((owners[known], (ends - starts)[known]))

    def check(self, ids: pa.Array) -> None:
        """Lay the pieces of every document end to end, and count them."""
        if not len(ids):
            return
        owners, starts, ends = (np.concatenate(column) for column in zip(*self._pieces, strict=True))
        order = np.lexsort((ends, starts, owners))
        owners, starts, ends = owners[order], starts[order], ends[order]
        is_first = np.diff(owners, prepend=-1) != 0
        before = np.where(is_first, 0, np.concatenate([[0], ends[:-1]]))
        self._report_owners("documents whose pieces leave a gap or overlap", ids, owners[starts != before])
        comment_count, boilerplate_characters = (np.concatenate(column) for column in zip(*self._claims, strict=True))
        comments = np.bincount(np.concatenate([*self._comments, _NONE]), minlength=len(ids))
        self._report_owners("documents with more or fewer comments than they say", ids, comments != comment_count)
        owned, sizes = (np.concatenate(column) for column in zip(*self._boilerplate, (_NONE, _NONE), strict=True))
        characters = np.bincount(owned, weights=sizes, minlength=len(ids)).astype(np.int64)
        self._report_owners(
            "documents with more or less boilerplate than they say", ids, characters != boilerplate_characters
        )

    def _report(self, dataset: str, problem: str, ids: pa.ChunkedArray, is_wrong: npt.NDArray[np.bool_]) -> None:
        if is_wrong.any():
            self._wrong.add(dataset, problem, ids.filter(pa.array(is_wrong)))

    def _report_owners(self, problem: str, ids: pa.Array, which: npt.NDArray[Any]) -> None:
        """Tell of documents by their numbers, or by a flag for each."""
        numbers = np.flatnonzero(which) if which.dtype == np.bool_ else np.unique(which)
        if len(numbers):
            self._wrong.add("documents", problem, ids.take(pa.array(numbers)))


_NONE: Numbers = np.zeros(0, np.int64)


def _numbers(column: pa.Array | pa.ChunkedArray) -> Numbers:
    numbers: Numbers = np.asarray(column).astype(np.int64)
    return numbers
