"""Examples of what a run brought: some documents with all their pieces, some rejected records of each reason."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from flows.report.gathered import Row, Sample
from tasks.parts import PlacedPart, read_part, read_rows, with_partition
from tasks.publish.reading import Piece, assemble
from tasks.schema import BOILERPLATE, COMMENTS, REJECTED

MOST_DOCUMENTS = 5
MOST_CHARACTERS = 4_000
"""Characters of a document that are kept: some screens of it."""

MOST_PIECES = 150

EACH_REASON = 3
"""Rejected records that are kept for each reason."""

MOST_PARTS = 300
"""Parts of `rejected` that are searched for them."""


Chosen = tuple[tuple[bool, str], PlacedPart]
"""A document: its rank, which ends with its id, and the part that it stands in."""


def choose_documents(run_id: str, ids: Sequence[tuple[PlacedPart, pa.Array]], held: Collection[str]) -> list[Chosen]:
    """A few documents, as good as random and the same ones each time: of as many sources as can be, held ones first.

    `ids` are the parts of `documents` with their document ids. These are hashes, so the next ones above a number that
    depends on the run are a sample.
    """
    pivot = hashlib.blake2b(run_id.encode(), digest_size=16).hexdigest()
    candidates: defaultdict[str, list[Chosen]] = defaultdict(list)
    for item, column in ids:
        above = column.filter(pc.greater_equal(column, pivot))
        for one in _least(above, MOST_DOCUMENTS) or _least(column, MOST_DOCUMENTS):
            candidates[item.part.source].append(((one < pivot, one), item))
    ranked = {source: sorted(found, key=lambda chosen: chosen[0]) for source, found in candidates.items()}
    in_turn = [
        (place, source not in held, found[place][0], found[place])
        for source, found in ranked.items()
        for place in range(min(MOST_DOCUMENTS, len(found)))
    ]
    return [chosen for *_, chosen in sorted(in_turn, key=lambda each: each[:3])[:MOST_DOCUMENTS]]


def _least(ids: pa.Array, count: int) -> list[str]:
    if not len(ids):
        return []
    table = pa.table({"id": ids})
    best = pc.select_k_unstable(table, count, sort_keys=[("id", "ascending")])
    found: list[str] = table["id"].take(best).to_pylist()
    return found


def read_documents(chosen: Iterable[Chosen], parts: Sequence[PlacedPart]) -> tuple[Sample, ...]:
    """The documents with their pieces, as far as `MOST_CHARACTERS` go; `parts` are all fresh parts of the run."""
    documents = []
    for (_, document_id), item in chosen:
        rows = read_part(item.root, item.part)
        row = with_partition(_only(rows, document_id), *item.part.partition).to_pylist()[0]
        beside = [each for each in parts if each.root == item.root and each.part.partition == item.part.partition]
        comments, boilerplate = (
            [
                row
                for each in beside
                if each.part.dataset == dataset.name
                for row in _only(read_part(each.root, each.part), document_id).to_pylist()
            ]
            for dataset in (COMMENTS, BOILERPLATE)
        )
        whole = assemble(row, comments, boilerplate, is_duplicate=False)
        characters = whole.pieces[-1].end if whole.pieces else 0
        documents.append(Sample(replace(whole, row=row | {"text": ""}, pieces=_cut(whole.pieces)), characters))
    return tuple(documents)


def _only(rows: pa.Table, document_id: str) -> pa.Table:
    return rows.filter(pc.equal(rows["document_id"], document_id))


def _cut(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The first pieces, the last of them cut where there is no more room."""
    kept: list[Piece] = []
    left = MOST_CHARACTERS
    for piece in pieces[:MOST_PIECES]:
        kept.append(replace(piece, text=piece.text[:left]))
        left -= len(piece.text)
        if left <= 0:
            break
    return tuple(kept)


def find_rejected(
    parts: Sequence[PlacedPart], held: Collection[str]
) -> tuple[tuple[Row, ...], dict[str, Mapping[str, int]]]:
    """Examples of each reason, and how many records of held sources were rejected for which. `parts` are of `rejected`.

    What `withdrawn.txt` names has no sample in the first place.
    """
    kept: defaultdict[str, list[Row]] = defaultdict(list)
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item in parts[:MOST_PARTS]:
        source = item.part.source
        rows = read_rows([item], REJECTED)
        counts = Counter(rows["reason"].to_pylist())
        if source in held:
            reasons[source].update(counts)
        for reason in counts:
            found = rows.filter(pc.equal(rows["reason"], reason)).slice(0, EACH_REASON - len(kept[reason]))
            kept[reason] += found.to_pylist()
    rows = [row for reason in sorted(kept) for row in kept[reason]]
    return tuple(rows), {source: dict(found.most_common()) for source, found in reasons.items()}
