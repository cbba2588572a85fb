"""The ledger after a run: a row for every raw file that was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.ledger import Difference, HashedFile
from tasks.acquire.survey import Partition, input_day
from tasks.garbage import collecting_later
from tasks.schema import INPUTS
from tasks.tally import FileTally

LEDGER = INPUTS.schema.append(pa.field("source", pa.string())).append(pa.field("day", pa.string()))
"""The ledger in memory: the columns of `inputs`, then those of its path."""


@collecting_later()  # the objects of all files that were read are at hand, and none is garbage
def next_ledger(
    ledger: pa.Table | None,
    difference: Difference,
    files: Iterable[HashedFile],
    tallies: Mapping[str, FileTally],
    fingerprints: Mapping[str, str],
    held: frozenset[str],
    withdrawn: Mapping[str, int],
    cleaned_with: str,
) -> tuple[pa.Table, frozenset[Partition]]:
    """The rows of the next ledger, and the partitions that are not as they were.

    `tallies` says what became of the `files` that were read, by `raw_path`; files without one were left for the next
    run. A file of a held source keeps its published row, if it has one, and gets a held row beside it. Files that are
    gone leave, but for what is published of them where their source is held, or the one that they moved into.
    `withdrawn` counts, by raw path, the published documents that are taken out of files that stay as they are: they
    are rejected from now on. `cleaned_with` is the version that read the files.
    """
    old = (ledger if ledger is not None else LEDGER.empty_table()).cast(LEDGER)
    read = {item.file.raw_path: item for item in files if item.file.raw_path in tallies}
    is_read, is_gone, goes = (
        _is_in(old["raw_path"], paths) for paths in (read, difference.gone, difference.going(held))
    )
    is_held, was_held = _is_in(old["source"], held), pc.equal(old["status"], "held")
    leaves = pc.if_else(was_held, pc.or_(is_read, is_gone), pc.and_not(pc.or_(is_read, goes), is_held))
    stays, changed = _take_off(old.filter(pc.invert(leaves)), withdrawn)
    fresh = _rows([(item, tallies[path]) for path, item in read.items()], fingerprints, held, cleaned_with)
    touched = pa.concat_tables([old.filter(leaves), changed, fresh]).group_by(["source", "day"]).aggregate([])
    return pa.concat_tables([stays, fresh]), frozenset(zip(*touched.to_pydict().values(), strict=True))


def published_paths(ledger: pa.Table | None, difference: Difference) -> set[str]:
    """The raw paths of which something is published, and those that such files have now, where they only moved."""
    if ledger is None:
        return set()
    paths = set(ledger.filter(pc.equal(ledger["status"], "published"))["raw_path"].to_pylist())
    return paths | {new for old, new in difference.moved if old in paths}


def _rows(
    files: Sequence[tuple[HashedFile, FileTally]],
    fingerprints: Mapping[str, str],
    held: frozenset[str],
    cleaned_with: str,
) -> pa.Table:
    """The rows of files that were read."""
    columns: dict[str, list[Any]] = {
        "raw_path": [item.file.raw_path for item, _ in files],
        "bytes": [item.file.bytes for item, _ in files],
        "sha256": [item.sha256 for item, _ in files],
        "settings": [fingerprints[item.file.source] for item, _ in files],
        "days": [[tallied.day for tallied in tally.days] for _, tally in files],
        "records": [tally.records for _, tally in files],
        "documents": [tally.cleaned for _, tally in files],
        "rejected": [tally.rejected for _, tally in files],
        "status": ["held" if item.file.source in held else "published" for item, _ in files],
        "cleaned_with": [cleaned_with] * len(files),
        "source": [item.file.source for item, _ in files],
        "day": [input_day(item) for item, _ in files],
    }
    return pa.table(columns, LEDGER)


def _take_off(ledger: pa.Table, withdrawn: Mapping[str, int]) -> tuple[pa.Table, pa.Table]:
    """The ledger with so many documents of published files rejected instead, and its rows that are others by that."""
    if not withdrawn:
        return ledger, ledger.slice(0, 0)
    counts = pa.array(withdrawn.values(), pa.int64())
    found = counts.take(pc.index_in(ledger["raw_path"], value_set=pa.array(withdrawn, pa.string())).combine_chunks())
    is_published = pc.equal(ledger["status"], "published")
    off = pc.if_else(is_published, pc.fill_null(found, 0), 0)
    for name, number in (
        ("documents", pc.subtract(ledger["documents"], off)),
        ("rejected", pc.add(ledger["rejected"], off)),
    ):
        ledger = ledger.set_column(ledger.schema.get_field_index(name), LEDGER.field(name), number)
    return ledger, ledger.filter(pc.greater(off, 0))


def _is_in(column: pa.ChunkedArray, values: Iterable[str]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(list(values), pa.string()))
