"""Partitions that a run empties: every raw file with rows in them leaves, so nobody needs to read what they held.

That is how a damaged partition is made anew. Its files go as they are, also those that cannot be read any more.
"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from tasks.parts import is_whole
from tasks.publish.changes import Keys, Partition
from tasks.publish.snapshot import Snapshot
from tasks.schema import INPUTS


def emptied_partitions(ledger: pa.Table | None, leaving: Keys) -> frozenset[Partition]:
    """The partitions of which all raw files leave. `ledger` has `source`; `leaving` are raw files by partition."""
    if ledger is None or not leaving:
        return frozenset()
    sources = pa.array(sorted({source for source, _ in leaving}))
    rows = ledger.filter(
        pc.and_(pc.is_in(ledger["source"], value_set=sources), pc.equal(ledger["status"], "published"))
    )
    rows = rows.filter(pc.invert(pc.is_in(rows["raw_path"], value_set=pa.concat_arrays([*leaving.values()]))))
    owners = pc.list_parent_indices(rows["days"])
    stay = pa.table({"source": rows["source"].take(owners), "day": pc.list_flatten(rows["days"])})
    stay = stay.group_by(["source", "day"]).aggregate([])
    return frozenset(leaving) - frozenset(zip(*(stay[name].to_pylist() for name in ("source", "day")), strict=True))


def damaged_partitions(snapshot: Snapshot | None, partitions: Collection[Partition]) -> frozenset[Partition]:
    """Those of the partitions that a file of a dataset is missing from, or holds other bytes than were written."""
    if snapshot is None:
        return frozenset()
    asked = [part for part in snapshot.parts if part.partition in partitions and part.dataset != INPUTS.name]
    return frozenset(part.partition for part in asked if not is_whole(snapshot.root, part))
