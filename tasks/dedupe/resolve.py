"""Which of all live documents repeat which, after a run: from the signatures that lie beside the partitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedupe.clusters import find_clusters
from tasks.dedupe.options import Options
from tasks.parts import PlacedPart, read_rows, split_rows
from tasks.schema import SIGNATURES


@dataclass(frozen=True)
class Resolution:
    """The clusters of the live documents.

    `assignments` has one row for each document that is not canonical: the columns of `dedupe.signatures.DUPLICATES`,
    then `source` and `day`. `fresh_duplicates` counts, by source and day, those that this run brought.
    """

    assignments: pa.Table
    fresh_duplicates: Mapping[tuple[str, str], int]
    largest: int
    alarms: Mapping[str, int]


def resolve(
    standing: Iterable[PlacedPart],
    leaving: Mapping[tuple[str, str], pa.Array],
    fresh: Iterable[PlacedPart],
    options: Options,
) -> Resolution:
    """Cluster what lives after the run: the standing signatures without those of leaving raw files, and the fresh ones.

    `standing` and `fresh` are parts of `signatures`; `leaving` has raw paths by partition.
    """
    kept = [_without(read_rows([item], SIGNATURES), leaving.get(item.part.partition)) for item in standing]
    new = read_rows(fresh, SIGNATURES)
    live = pa.concat_tables([new, *kept])
    clusters = find_clusters(live, options)
    ids = clusters.duplicates["document_id"]
    places = live.select(["source", "day"]).take(pc.index_in(ids, value_set=live["document_id"].combine_chunks()))
    assignments = clusters.duplicates
    for name in ("source", "day"):
        assignments = assignments.append_column(name, places[name])
    repeated = split_rows(assignments, "document_id", new["document_id"].combine_chunks())[0]
    counts = repeated.group_by(["source", "day"]).aggregate([([], "count_all")]).to_pylist()
    return Resolution(
        assignments=assignments,
        fresh_duplicates={(row["source"], row["day"]): row["count_all"] for row in counts},
        largest=clusters.largest,
        alarms=clusters.alarms,
    )


def _without(rows: pa.Table, paths: pa.Array | None) -> pa.Table:
    return rows if paths is None else split_rows(rows, "raw_path", paths)[1]
