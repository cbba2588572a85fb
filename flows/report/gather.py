"""Gather what a report tells, from the shards of a run: they are there until it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.accounts import Results
from flows.report.examples import choose_documents, find_rejected, read_documents
from flows.report.gathered import Cluster, Gathered, Keep
from flows.report.removed import find_removed
from tasks.dedupe.resolve import Resolution
from tasks.parts import PlacedPart, read_part, split_rows
from tasks.publish.runs import RunRecord
from tasks.schema import BOILERPLATE, DOCUMENTS, REJECTED

MOST_CLUSTERS = 10

Ids = Sequence[tuple[PlacedPart, pa.Array]]


def gather_for(
    record: RunRecord, results: Results, resolution: Resolution, held: frozenset[str], keep: Keep
) -> RunRecord:
    """Gather for the report of a run, and `keep` it; the record with what it counts of that, or with a warning."""
    try:
        gathered = gather(record.run_id, results, resolution, held)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a report must not fail the run
        note = f"the report of this run has no examples: {type(error).__name__}: {error}"
        return replace(record, warnings=[*record.warnings, note])
    keep(gathered)
    return replace(record, encodings=gathered.by_encoding(), fixes=dict(gathered.fixes))


def gather(run_id: str, results: Results, resolution: Resolution, held: frozenset[str]) -> Gathered:
    """What there is to tell of the run.

    Of documents some short columns are read, part by part; of all else what the examples need. What of it depends on
    chance depends on `run_id`.
    """
    every = results.parts()
    ids, encodings, fixes = _look_through(_of(every, DOCUMENTS.name), held)
    published = [(item, column) for item, column in ids if item.part.source not in held]
    rejected, reasons_held = find_rejected(_of(every, REJECTED.name), held)
    boilerplate = [item for item in _of(every, BOILERPLATE.name) if item.part.source not in held]
    return Gathered(
        encodings=encodings,
        fixes=fixes,
        removed=find_removed(boilerplate),
        rejected=rejected,
        reasons_held=reasons_held,
        clusters=_find_clusters(published, resolution.assignments),
        documents=read_documents(choose_documents(run_id, ids, held), every),
        days=tuple(results.days),
        held=held,
    )


def _of(parts: Iterable[PlacedPart], dataset: str) -> list[PlacedPart]:
    return [item for item in parts if item.part.dataset == dataset]


def _look_through(
    parts: Iterable[PlacedPart], held: frozenset[str]
) -> tuple[Ids, dict[tuple[str, str], int], dict[str, int]]:
    """The ids of the documents, part by part; how many there are of each encoding and method, and of each repair.

    Those of held sources are not counted.
    """
    ids = []
    encodings: Counter[tuple[str, str]] = Counter()
    fixes: Counter[str] = Counter()
    for item in parts:
        rows = read_part(item.root, item.part, ["document_id", "encoding", "encoding_method", "fixes"])
        ids.append((item, rows["document_id"].combine_chunks()))
        if item.part.source not in held:
            pairs = pc.binary_join_element_wise(rows["encoding"], rows["encoding_method"], "\n")
            for each in pc.value_counts(pairs).to_pylist():
                encoding, _, method = each["values"].partition("\n")
                encodings[encoding, method] += each["counts"]
            fixes.update(
                {e["values"]: e["counts"] for e in pc.value_counts(pc.list_flatten(rows["fixes"])).to_pylist()}
            )
    return ids, dict(encodings.most_common()), dict(fixes.most_common())


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
            rows = read_part(item.root, item.part, ["document_id", "raw_path", "url", "title"])
            for row in split_rows(rows, "document_id", keys)[0].to_pylist():
                found[row["document_id"]] = row | {"source": item.part.source}
    return found
