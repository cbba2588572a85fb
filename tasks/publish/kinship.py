"""The cluster of a document, read back from a snapshot: who is in it, and what joined each member."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from tasks.dedupe.explain import explain
from tasks.dedupe.options import Options
from tasks.parts import read_part, read_rows, split_rows, with_partition
from tasks.publish.reading import place_of
from tasks.publish.snapshot import Snapshot
from tasks.schema import DOCUMENTS, DUPLICATES, SIGNATURES

_NAMES = ["document_id", "raw_path", "raw_record"]


@dataclass(frozen=True, slots=True)
class Member:
    """A document of a cluster, and where its record lies (`raw_path#raw_record`).

    Also the document it was joined to, why (`version`, `exact`, `near`, `contained`), and how alike the two are.
    """

    document_id: str
    place: str
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
    places = _find_places(snapshot, members)
    joined = [
        Member(
            row["document_id"],
            places[row["document_id"]],
            row["joined_to"],
            row["reason"],
            row["similarity"],
            row["containment"],
        )
        for row in explain(members, options).to_pylist()
    ]
    return [Member(canonical_id, places[canonical_id], None, "canonical", 1.0, 1.0), *joined]


def _find_places(snapshot: Snapshot, members: pa.Table) -> dict[str, str]:
    """Where the record of each member lies; only their own partitions are read."""
    homes = set(zip(members["source"].to_pylist(), members["day"].to_pylist(), strict=True))
    places: dict[str, str] = {}
    for dataset in (DOCUMENTS, DUPLICATES):
        parts = [item for item in snapshot.parts_of(dataset.name) if item.part.partition in homes]
        rows = split_rows(read_rows(parts, dataset, _NAMES), "document_id", members["document_id"].combine_chunks())[0]
        places |= {row["document_id"]: place_of(row) for row in rows.to_pylist()}
    return places
