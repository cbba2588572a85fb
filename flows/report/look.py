"""Look through the shards of a run for its report: all of it that need not know of duplicates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from flows.report.examples import choose_documents, find_rejected, read_documents
from flows.report.gathered import Removed, Row, Sample
from flows.report.removed import find_removed
from tasks.parts import PlacedPart, read_part
from tasks.schema import BOILERPLATE, DOCUMENTS, REJECTED

Ids = Sequence[tuple[PlacedPart, pa.Array]]
"""Parts of `documents`, with the ids of their documents."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in the shards: for all but `published` see `Gathered`; that has the ids of what is not held."""

    published: Ids
    encodings: Mapping[tuple[str, str], int]
    fixes: Mapping[str, int]
    removed: tuple[Removed, ...]
    rejected: tuple[Row, ...]
    reasons_held: Mapping[str, Mapping[str, int]]
    documents: tuple[Sample, ...]


def look_through(run_id: str, parts: Sequence[PlacedPart], held: frozenset[str] = frozenset()) -> Seen:
    """What there is to see in all `parts` of a run that holds the sources `held`.

    Of documents some short columns are read, part by part; of all else what the examples need. What of it depends on
    chance depends on `run_id`.
    """
    ids, encodings, fixes = _count(_of(parts, DOCUMENTS.name), held)
    rejected, reasons_held = find_rejected(_of(parts, REJECTED.name), held)
    return Seen(
        published=[(item, column) for item, column in ids if item.part.source not in held],
        encodings=encodings,
        fixes=fixes,
        removed=find_removed([item for item in _of(parts, BOILERPLATE.name) if item.part.source not in held]),
        rejected=rejected,
        reasons_held=reasons_held,
        documents=read_documents(choose_documents(run_id, ids, held), parts),
    )


def _of(parts: Iterable[PlacedPart], dataset: str) -> list[PlacedPart]:
    return [item for item in parts if item.part.dataset == dataset]


def _count(parts: Iterable[PlacedPart], held: frozenset[str]) -> tuple[Ids, dict[tuple[str, str], int], dict[str, int]]:
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
