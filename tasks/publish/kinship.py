"""The cluster of a document, read back from a snapshot: who is in it, and what joined each member."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from tasks.dedupe.explain import explain
from tasks.dedupe.options import Options
from tasks.parts import read_part, read_rows, split_rows, with_partition
from tasks.publish.snapshot import Snapshot
from tasks.schema import DUPLICATES, SIGNATURES


@dataclass(frozen=True, slots=True)
class Member:
    """A document of a cluster: the one it was joined to, why (`version`, `exact`, `near`, `contained`), how alike."""

    document_id: str
    raw_path: str
    joined_to: str | None
    reason: str
    similarity: float
    containment: float


def read_cluster(snapshot: Snapshot, canonical_id: str, options: Options) -> list[Member]:
    """The members of the cluster of this canonical, itself first; only itself where nothing repeats it."""
    repeats = read_rows(snapshot.parts_of(DUPLICATES.name), DUPLICATES, ["document_id", "canonical_id"])
    ids = split_rows(repeats, "canonical_id", pa.array([canonical_id]))[0]["document_id"].combine_chunks()
    wanted = pa.concat_arrays([pa.array([canonical_id]), ids])
    found = [read_rows([], SIGNATURES)]
    for item in snapshot.parts_of(SIGNATURES.name):
        if len(split_rows(read_part(item.root, item.part, ["document_id"]), "document_id", wanted)[0]):
            rows = read_part(item.root, item.part).cast(SIGNATURES.schema)
            found.append(split_rows(with_partition(rows, *item.part.partition), "document_id", wanted)[0])
    members = pa.concat_tables(found)
    paths = dict(zip(members["document_id"].to_pylist(), members["raw_path"].to_pylist(), strict=True))
    joined = [
        Member(
            row["document_id"],
            paths[row["document_id"]],
            row["joined_to"],
            row["reason"],
            row["similarity"],
            row["containment"],
        )
        for row in explain(members, options).to_pylist()
    ]
    return [Member(canonical_id, paths[canonical_id], None, "canonical", 1.0, 1.0), *joined]
