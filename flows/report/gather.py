"""Gather what a report tells, from the shards of a run: they are there until it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.accounts import Results
from flows.report.gathered import Cluster, Gathered, Keep
from flows.report.look import Ids, Seen, look_through
from tasks.dedupe.resolve import Resolution
from tasks.parts import read_part, split_rows
from tasks.publish.runs import RunRecord
from tasks.tally import sum_days

MOST_CLUSTERS = 10


def gather_for(
    record: RunRecord,
    results: Results,
    resolution: Resolution,
    held: frozenset[str],
    keep: Keep,
    looked: Callable[[], Seen],
    published: Callable[[], Collection[str]],
) -> RunRecord:
    """Gather for the report of a run, and `keep` it; the record with what it counts of that, or with a warning.

    `looked` gives what was seen while nobody knew yet what is held: where something is, it is looked for once more.
    `published` gives the raw paths of which an earlier reading is published; it is asked where something is held.
    """
    try:
        seen = look_through(record.run_id, results.parts(), held) if held else looked()
        gathered = gather(seen, results, resolution, held, published() if held else ())
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a report must not fail the run
        note = f"the report of this run has no examples: {type(error).__name__}: {error}"
        return replace(record, warnings=[*record.warnings, note])
    keep(gathered)
    return replace(record, encodings=gathered.by_encoding(), fixes=dict(gathered.fixes))


def gather(
    seen: Seen, results: Results, resolution: Resolution, held: frozenset[str], published: Collection[str] = ()
) -> Gathered:
    """What there is to tell of the run."""
    again = [file for file in results.files if file.source in held and file.raw_path in published]
    return Gathered(
        encodings=seen.encodings,
        fixes=seen.fixes,
        removed=seen.removed,
        rejected=seen.rejected,
        reasons_held=seen.reasons_held,
        clusters=_find_clusters(seen.published, resolution.assignments),
        documents=seen.documents,
        days=tuple(results.days),
        held=held,
        held_again=tuple(sum_days(day for file in again for day in file.days)),
    )


def _find_clusters(ids: Ids, assignments: pa.Table) -> tuple[Cluster, ...]:
    """The clusters that most documents of the run joined."""
    fresh = pa.concat_arrays([pa.array([], pa.string()), *(column for _, column in ids)])
    joined = split_rows(assignments, "document_id", fresh)[0]
    sizes = joined.group_by(["canonical_id"]).aggregate([([], "count_all")])
    order = [("count_all", "descending"), ("canonical_id", "ascending")]
    largest = sizes.sort_by(order).slice(0, MOST_CLUSTERS).to_pylist()
    canonicals = pa.array([row["canonical_id"] for row in largest], pa.string())
    joined, whole = (split_rows(table, "canonical_id", canonicals)[0] for table in (joined, assignments))
    in_all = Counter(whole["canonical_id"].to_pylist())
    relations: dict[str, Counter[str]] = {row["canonical_id"]: Counter() for row in largest}
    members: dict[str, str] = {}
    for row in joined.sort_by("document_id").to_pylist():
        relations[row["canonical_id"]][row["relation"]] += 1
        members.setdefault(row["canonical_id"], row["document_id"])
    known = _find_rows(ids, [*relations, *members.values()])
    return tuple(
        Cluster(
            row["canonical_id"],
            row["count_all"],
            in_all[row["canonical_id"]] + 1,
            dict(relations[row["canonical_id"]].most_common()),
            known.get(row["canonical_id"]) or known[members[row["canonical_id"]]],
        )
        for row in largest
    )


def _find_rows(ids: Ids, wanted: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """What names a document, by document id, of those that are among the fresh ones."""
    keys = pa.array(wanted, pa.string())
    found = {}
    for item, column in ids:
        if pc.any(pc.is_in(column, value_set=keys)).as_py():
            rows = read_part(item.root, item.part, ["document_id", "raw_path", "raw_record", "url", "title"])
            for row in split_rows(rows, "document_id", keys)[0].to_pylist():
                found[row["document_id"]] = row | {"source": item.part.source}
    return found
