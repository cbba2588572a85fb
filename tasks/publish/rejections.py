"""Which raw files hold records that were rejected."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.paths import file_of
from tasks.acquire.withdrawals import REASON as WITHDRAWN
from tasks.parts import read_rows
from tasks.publish.snapshot import Snapshot
from tasks.schema import REJECTED


def rejected_files(snapshot: Snapshot | None, reasons: Collection[str] = ()) -> frozenset[str]:
    """The raw paths of files with a record rejected for one of the reasons.

    Where none is named they are all but `withdrawn`: nothing is wrong with what a person took out.
    """
    if snapshot is None:
        return frozenset()
    rows = read_rows(snapshot.parts_of(REJECTED.name), REJECTED, ["raw_path", "reason"])
    if reasons:
        wanted = pc.is_in(rows["reason"], value_set=pa.array(sorted(reasons), pa.string()))
    else:
        wanted = pc.not_equal(rows["reason"], WITHDRAWN)
    return frozenset(file_of(path) for path in rows.filter(wanted)["raw_path"].to_pylist())
