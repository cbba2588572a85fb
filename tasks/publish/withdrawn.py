"""What a change of `withdrawn.txt` means for what is published."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.withdrawals import REASON, Withdrawals
from tasks.parts import read_rows
from tasks.publish.snapshot import Snapshot
from tasks.schema import REJECTED, SIGNATURES


def paths_to_clean_again(snapshot: Snapshot | None, withdrawals: Withdrawals) -> frozenset[str]:
    """The raw files with documents that are to go, or with records that were withdrawn before and may come back."""
    if snapshot is None:
        return frozenset()
    documents = read_rows(snapshot.parts_of("signatures"), SIGNATURES, ["document_id", "url", "raw_path"])
    goes = pa.array([False] * len(documents))
    for column, entries in (
        ("document_id", withdrawals.ids),
        ("url", withdrawals.urls),
        ("source", withdrawals.sources),
    ):
        goes = pc.or_(goes, pc.is_in(documents[column], value_set=pa.array(list(entries), pa.string())))
    rejected = read_rows(snapshot.parts_of("rejected"), REJECTED, ["raw_path", "reason"])
    paths = (
        *documents.filter(goes)["raw_path"].to_pylist(),
        *rejected.filter(pc.equal(rejected["reason"], REASON))["raw_path"].to_pylist(),
    )
    return frozenset(path.partition("!")[0] for path in paths)
