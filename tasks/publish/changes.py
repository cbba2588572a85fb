"""Changes: the parts of the next snapshot, from those of the one before and what a run brings.

Only parts that lose a row are written anew; all others are taken as they are. So a run costs what it changes, not what
has ever been curated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tasks.parts import PlacedPart, read_part, read_rows, split_partitions, split_rows, write_part
from tasks.publish.snapshot import Snapshot
from tasks.publish.taking_out import take_out
from tasks.publish.upgrade import upgraded_parts
from tasks.publish.withdrawn import Withdrawn
from tasks.schema import BOILERPLATE, COMMENTS, DATASETS, DOCUMENTS, DUPLICATES, INPUTS, REJECTED, SIGNATURES, Dataset

Partition = tuple[str, str]
Keys = Mapping[Partition, pa.Array]
"""Document ids or raw paths, by the partition that may hold their rows."""

MOVED_BYTES = 16 * 1024 * 1024
"""Rows that wait to be written in another dataset: a day of nothing but duplicates must not have to fit in memory."""

ASSIGNMENT = ("canonical_id", "relation", "similarity", "containment")
"""What a duplicate has beyond a document."""


@dataclass(frozen=True)
class Delta:
    """What a run brings to the snapshot before it.

    `fresh` are the parts of its finished shards. `leaving` are the raw files whose former rows go (they changed, went,
    or were cleaned again), by every partition that may hold a row of theirs. `ledger` is the whole new ledger, with
    `source` and `day`, and `touched` its partitions that are not as they were. `assignments` has one row for every
    document of the whole live set that is not canonical: `document_id` and the columns of `ASSIGNMENT`. `withdrawn` is
    what goes though its raw file does not leave. `emptied` are partitions of which every raw file leaves: what they
    held goes unread.
    """

    fresh: tuple[PlacedPart, ...]
    leaving: Keys
    ledger: pa.Table
    touched: frozenset[Partition]
    assignments: pa.Table
    withdrawn: Withdrawn = field(default_factory=Withdrawn)
    emptied: frozenset[Partition] = frozenset()


def apply_delta(parent: Snapshot | None, delta: Delta, staging: Path) -> list[PlacedPart]:
    """The parts of the next snapshot; what is new among them is written below `staging`.

    Whatever the parent holds of a leaving raw file or a withdrawn document goes from all datasets, the rows of `fresh`
    come, and documents move between `documents` and `duplicates` where their assignment changed.
    """
    old = list(upgraded_parts(parent.without(delta.emptied) if parent else None, staging))
    ids = leaving_ids(_of(old, SIGNATURES), delta.leaving, delta.withdrawn)
    parts = [item for item in _of(old, INPUTS) if item.part.partition not in delta.touched]
    parts += _write(staging, INPUTS, delta.ledger, only=delta.touched)
    files = _joined(delta.leaving, delta.withdrawn.files)
    parts += take_out(_of(old, REJECTED), files, REJECTED, staging)
    parts += _write(staging, REJECTED, delta.withdrawn.rejected)
    for dataset in (SIGNATURES, COMMENTS, BOILERPLATE):
        parts += take_out(_of(old, dataset), ids, dataset, staging)
    for dataset in (REJECTED, SIGNATURES, COMMENTS, BOILERPLATE):
        parts += _of(delta.fresh, dataset)
    parts += _place_documents(old, delta, ids, staging)
    return parts + placeholders(parts, staging)


def leaving_ids(signatures: Iterable[PlacedPart], leaving: Keys, withdrawn: Withdrawn) -> dict[Partition, pa.Array]:
    """The ids of the documents that leave with their raw files or are withdrawn, by partition."""
    ids: dict[Partition, list[pa.Array]] = {}
    for item in signatures:
        paths = leaving.get(item.part.partition)
        if paths is not None:
            rows = read_part(item.root, item.part, ["document_id", "raw_path"])
            ids.setdefault(item.part.partition, []).append(_flat(split_rows(rows, "raw_path", paths)[0]["document_id"]))
    return _joined({partition: pa.concat_arrays(arrays) for partition, arrays in ids.items()}, withdrawn.ids)


def _place_documents(old: list[PlacedPart], delta: Delta, ids: Keys, staging: Path) -> list[PlacedPart]:
    """The parts of `documents` and `duplicates`: every row in the one that its assignment says."""
    key = "document_id"
    standing = _without(read_rows(_of(old, DUPLICATES), DUPLICATES, [key, *ASSIGNMENT]), ids)
    _, changed = _split_same(standing, delta.assignments)
    new = delta.assignments[key].filter(pc.invert(pc.is_in(delta.assignments[key], value_set=_flat(standing[key]))))
    demoted = _places([*_of(delta.fresh, SIGNATURES), *_of(old, SIGNATURES)], _flat(new))

    moves = _Moves(delta.assignments, ids, staging)
    kept = take_out(_of(delta.fresh, DOCUMENTS), demoted, DOCUMENTS, staging, moves.take_fresh)
    kept += take_out(_of(old, DOCUMENTS), _joined(ids, demoted), DOCUMENTS, staging, moves.take)
    kept += take_out(_of(old, DUPLICATES), _joined(ids, _by_partition(changed)), DUPLICATES, staging, moves.take)
    return kept + moves.flush()


class _Moves:
    """Documents on their way to the dataset that their assignment says, written whenever enough have come together."""

    def __init__(self, assignments: pa.Table, leaving: Keys, staging: Path) -> None:
        self._assignments = assignments
        self._leaving = leaving
        self._staging = staging
        self._waiting: list[pa.Table] = []
        self._parts: list[PlacedPart] = []

    def take(self, rows: pa.Table) -> None:
        """Move these rows, but for those that leave for good."""
        self.take_fresh(_without(rows, self._leaving))

    def take_fresh(self, rows: pa.Table) -> None:
        """Move these rows."""
        self._waiting.append(rows.select([*DOCUMENTS.schema.names, "source", "day"]))
        if sum(table.nbytes for table in self._waiting) > MOVED_BYTES:
            self._write()

    def flush(self) -> list[PlacedPart]:
        """Write what waits; all parts that were written."""
        if self._waiting:
            self._write()
        return self._parts

    def _write(self) -> None:
        ids = _flat(self._assignments["document_id"])
        repeating, canonical = split_rows(pa.concat_tables(self._waiting), "document_id", ids)
        found = self._assignments.take(pc.index_in(repeating["document_id"], value_set=ids))
        for name in ASSIGNMENT:
            repeating = repeating.append_column(name, found[name])
        self._parts += _write(self._staging, DOCUMENTS, canonical)
        self._parts += _write(self._staging, DUPLICATES, repeating)
        self._waiting = []


def _places(signatures: Iterable[PlacedPart], ids: pa.Array) -> dict[Partition, pa.Array]:
    """The documents with these ids, by partition. Signatures that come first count where two have one id."""
    found: dict[Partition, list[pa.Array]] = {}
    for item in signatures:
        if not len(ids):
            break
        here = _flat(split_rows(read_part(item.root, item.part, ["document_id"]), "document_id", ids)[0]["document_id"])
        if len(here):
            found.setdefault(item.part.partition, []).append(here)
            ids = ids.filter(pc.invert(pc.is_in(ids, value_set=here)))
    return {partition: pa.concat_arrays(arrays) for partition, arrays in found.items()}


def _split_same(standing: pa.Table, assignments: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The duplicates whose assignment is as it was, and those whose is not (they repeat another now, or none)."""
    index = pc.index_in(standing["document_id"], value_set=_flat(assignments["document_id"]))
    now = assignments.take(index)
    same = pc.is_valid(index)
    for name in ASSIGNMENT:
        same = pc.and_(same, pc.fill_null(pc.equal(standing[name], now[name]), fill_value=False))
    return standing.filter(same), standing.filter(pc.invert(same))


def placeholders(parts: list[PlacedPart], staging: Path) -> list[PlacedPart]:
    """A part of zero rows for every dataset that has none, inside a real partition, so that readers can open it."""
    present = {item.part.dataset for item in parts}
    source, day = min((item.part.partition for item in parts), default=("none", "1970-01-01"))
    return [
        PlacedPart(write_part(staging, dataset, source, day, dataset.schema.empty_table()), staging)
        for dataset in DATASETS
        if dataset.name not in present
    ]


def _of(parts: Iterable[PlacedPart], dataset: Dataset) -> list[PlacedPart]:
    return [item for item in parts if item.part.dataset == dataset.name]


def _write(
    staging: Path, dataset: Dataset, table: pa.Table, only: frozenset[Partition] | None = None
) -> list[PlacedPart]:
    if only is not None:  # of a large ledger few rows are written, and only those need to be put in order
        places = pa.array([f"{source}/{day}" for source, day in only], pa.string())
        table = table.filter(pc.is_in(pc.binary_join_element_wise(table["source"], table["day"], "/"), places))
    return [
        PlacedPart(write_part(staging, dataset, source, day, rows), staging)
        for source, day, rows in split_partitions(table)
    ]


def _without(table: pa.Table, ids: Keys) -> pa.Table:
    gone = [array for array in ids.values() if len(array)]
    return split_rows(table, "document_id", pa.concat_arrays(gone))[1] if gone else table


def _by_partition(table: pa.Table) -> dict[Partition, pa.Array]:
    return {(source, day): _flat(rows["document_id"]) for source, day, rows in split_partitions(table)}


def _joined(one: Keys, other: Keys) -> dict[Partition, pa.Array]:
    return {p: pa.concat_arrays([keys[p] for keys in (one, other) if p in keys]) for p in {*one, *other}}


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
