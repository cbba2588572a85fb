"""One document of a snapshot, whole, and what repeats it: read by its partition, not by looking through all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.explorer.database import Database, files, paths_of, rows_of
from tasks.errors import UsageError
from tasks.parts import PlacedPart
from tasks.publish.reading import Row, WholeDocument, assemble
from tasks.publish.snapshot import Snapshot
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, DUPLICATES, Dataset

SHOWN_REPEATS = 200
"""Members of a cluster that a page lists; a notice that 10,000 pages consist of is one cluster."""

_MEMBER = "document_id, source, day, title, raw_path, raw_record"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A member of a cluster; relation and likeness are against the canonical, which itself has none."""

    document_id: str
    source: str
    day: str
    title: str | None
    raw_path: str
    raw_record: str
    relation: str = "canonical"
    similarity: float = 1.0
    containment: float = 1.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """The canonical and what repeats it, the most alike first: some of them, and how many there are in all."""

    members: tuple[Repeat, ...]
    count: int


def read_document(database: Database, snapshot: Snapshot, source: str, day: str, document_id: str) -> WholeDocument:
    """The document or duplicate of this id in this partition; `UsageError` where it is not there."""
    for dataset in (DOCUMENTS, DUPLICATES):
        for row in _rows(database, snapshot, dataset, source, day, document_id):
            comments, boilerplate = (
                _rows(database, snapshot, each, source, day, document_id) for each in (COMMENTS, BOILERPLATE)
            )
            return assemble(row, comments, boilerplate, dataset is DUPLICATES)
    raise UsageError(
        problem=f"snapshot {snapshot.id} has no document {document_id} of {source} on {day}",
        hint="it may have been withdrawn, or be of another day now: look for its id",
    )


def find_id(database: Database, snapshot: Snapshot, document_id: str) -> tuple[str, str] | None:
    """The source and day of the document or duplicate with this id, wherever it is."""
    for dataset in (DOCUMENTS, DUPLICATES):
        found = _select(
            database, snapshot.parts_of(dataset.name), "source, day", "document_id = $id", {"id": document_id}
        )
        for row in found:
            return row["source"], row["day"]
    return None


def read_cluster(database: Database, snapshot: Snapshot, row: Row) -> Cluster:
    """The cluster that the document or duplicate of this row is in; of one member where nothing repeats it."""
    key = {"id": row.get("canonical_id") or row["document_id"]}
    canonical = [{name: row[name] for name in _MEMBER.split(", ")}]
    if "canonical_id" in row:
        canonical = _select(database, snapshot.parts_of(DOCUMENTS.name), _MEMBER, "document_id = $id", key)
    parts = snapshot.parts_of(DUPLICATES.name)
    repeats = _select(
        database,
        parts,
        f"{_MEMBER}, relation, similarity, containment",
        f"canonical_id = $id ORDER BY similarity DESC, document_id LIMIT {SHOWN_REPEATS}",
        key,
    )
    count = len(repeats)
    if count == SHOWN_REPEATS:
        count = _select(database, parts, "count(*) AS count", "canonical_id = $id", key)[0]["count"]
    return Cluster(tuple(Repeat(**row) for row in [*canonical, *repeats]), count + len(canonical))


def list_languages(database: Database, snapshot: Snapshot) -> list[tuple[str, int]]:
    """The languages of the documents with their numbers, the most frequent first."""
    rows = _select(
        database,
        snapshot.parts_of(DOCUMENTS.name),
        "language, count(*) AS count",
        "TRUE GROUP BY language ORDER BY count DESC, language",
        {},
    )
    return [(row["language"], row["count"]) for row in rows]


def _rows(
    database: Database, snapshot: Snapshot, dataset: Dataset, source: str, day: str, document_id: str
) -> list[Row]:
    """The rows of a document. Ids are sorted in each part, so that little of it is read."""
    parts = [item for item in snapshot.parts_of(dataset.name) if item.part.partition == (source, day)]
    return _select(database, parts, "*", "document_id = $id", {"id": document_id})


def _select(
    database: Database, parts: list[PlacedPart], columns: str, where: str, parameters: Mapping[str, Any]
) -> list[Row]:
    """Rows of the parts of one dataset; `columns` and `where` are ours, what comes from outside is a parameter."""
    if not parts:
        return []
    sql = f"SELECT {columns} FROM {files('parts')} WHERE {where}"  # noqa: S608
    return list(rows_of(database.read(sql, {"parts": paths_of(parts), **parameters})))
