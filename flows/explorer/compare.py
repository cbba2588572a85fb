"""What changed between two snapshots: partitions by their files, then documents by their ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.explorer.catalog import Partition
from flows.explorer.database import Database, Parameters, files, paths_of, rows_of
from tasks.parts import PlacedPart
from tasks.publish.snapshot import Snapshot
from tasks.schema import BOILERPLATE, COMMENTS, DATASETS, DOCUMENTS, DUPLICATES, REJECTED

COMPARED = (DOCUMENTS.name, DUPLICATES.name, COMMENTS.name, BOILERPLATE.name, REJECTED.name)

CHANGES = ("added", "removed", "moved", "changed")
"""What can become of a document; `moved` is one that is a duplicate now, or no longer is."""

COUNTED_BYTES = 32_000_000
"""Parts whose rows are compared for the list of partitions, about half a second of work; others when one is opened."""

SHOWN = 100
"""Documents that the page of a partition lists."""

_ALONE = ("document_id", "run_id", "version")
"""What says nothing of whether a row is as it was."""

Files = Mapping[str, Sequence[PlacedPart]]
"""The parts of a partition, or of some, by dataset."""


@dataclass(frozen=True, slots=True)
class PartitionChange:
    """A partition with other files: its rows by dataset, before and after.

    `documents` counts them by change; None where there was too much to look at.
    """

    source: str
    day: str
    before: Mapping[str, int]
    after: Mapping[str, int]
    documents: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document that is not as it was; `columns` are those of its row that have other values."""

    document_id: str
    title: str | None
    change: str
    columns: tuple[str, ...]


def compare_snapshots(database: Database, before: Snapshot, after: Snapshot) -> list[PartitionChange]:
    """The partitions that differ, the newest day first."""
    old, new = _by_place(before), _by_place(after)
    places = [place for place in {**old, **new} if _hashes(old.get(place, {})) != _hashes(new.get(place, {}))]
    places.sort()
    places.sort(key=lambda place: place[1], reverse=True)
    counted = _first(places, old, new)
    counts: dict[Partition, dict[str, int]] = {place: dict.fromkeys(CHANGES, 0) for place in counted}
    query = "SELECT source, day, change, count(*) AS count FROM changes GROUP BY ALL"
    for row in _compare(database, _joined(old, counted), _joined(new, counted), query):
        counts[row["source"], row["day"]][row["change"]] = row["count"]
    return [
        PartitionChange(*place, _count(old.get(place, {})), _count(new.get(place, {})), counts.get(place))
        for place in places
    ]


def compare_partition(
    database: Database, before: Snapshot, after: Snapshot, source: str, day: str
) -> tuple[list[DocumentChange], dict[str, int]]:
    """The documents of a partition that differ, some of them, and how many there are by change."""
    old, new = (_by_place(snapshot).get((source, day), {}) for snapshot in (before, after))
    counts = dict.fromkeys(CHANGES, 0)
    for row in _compare(database, old, new, "SELECT change, count(*) AS count FROM changes GROUP BY change"):
        counts[row["change"]] = row["count"]
    query = f"SELECT document_id, title, change FROM changes ORDER BY change, document_id LIMIT {SHOWN}"  # noqa: S608
    found = _compare(database, old, new, query)
    ids = [row["document_id"] for row in found]
    rows_before, rows_after = _read_rows(database, old, ids), _read_rows(database, new, ids)
    return [
        DocumentChange(
            **row, columns=_differing(rows_before.get(row["document_id"]), rows_after.get(row["document_id"]))
        )
        for row in found
    ], counts


def _compare(database: Database, old: Files, new: Files, query: str) -> Sequence[dict[str, Any]]:
    """The answer to a query on `changes`: document_id, source, day, title, change."""
    parameters: Parameters = {}
    sides = [_side(name, each, parameters) for name, each in (("old", old), ("new", new))]
    if not parameters:
        return []
    sql = f"""WITH {", ".join(sides)}, changes AS (
        SELECT coalesce(new.document_id, old.document_id) AS document_id,
            coalesce(new.source, old.source) AS source, coalesce(new.day, old.day) AS day,
            coalesce(new.title, old.title) AS title,
            CASE WHEN old.document_id IS NULL THEN 'added' WHEN new.document_id IS NULL THEN 'removed'
                WHEN old.dataset <> new.dataset THEN 'moved' ELSE 'changed' END AS change
        FROM old FULL JOIN new USING (document_id)
        WHERE old.document_id IS NULL OR new.document_id IS NULL OR old.dataset <> new.dataset
            OR old.hash <> new.hash OR old.segments IS DISTINCT FROM new.segments
    ) {query}"""  # noqa: S608 - made of our own words
    return rows_of(database.read(sql, parameters))


def _side(name: str, parts: Files, parameters: Parameters) -> str:
    """The documents and duplicates of one snapshot, with hashes of their rows and of their segments."""
    rows = []
    for dataset in (DOCUMENTS, DUPLICATES):
        if parts.get(dataset.name):
            place = f"{name}_{dataset.name}"
            parameters[place] = paths_of(parts[dataset.name])
            columns = _columns(dataset.name, DOCUMENTS.schema.names)
            rows.append(
                f"SELECT document_id, source, day, title, '{dataset.name}' AS dataset, hash({columns}) AS hash "  # noqa: S608
                f"FROM {files(place)}"
            )
    segments = []
    for each in (COMMENTS, BOILERPLATE):
        if parts.get(each.name):
            place = f"{name}_{each.name}"
            parameters[place] = paths_of(parts[each.name])
            columns = _columns(each.name, each.schema.names)
            segments.append(f"SELECT document_id, hash({columns}) AS hash FROM {files(place)}")  # noqa: S608
    none = "SELECT NULL::VARCHAR AS document_id, NULL::VARCHAR AS source, NULL::VARCHAR AS day, NULL::VARCHAR AS title,"
    all_rows = " UNION ALL ".join(rows) or f"{none} '' AS dataset, 0::UBIGINT AS hash WHERE FALSE"
    all_segments = " UNION ALL ".join(segments) or "SELECT NULL::VARCHAR AS document_id, 0::UBIGINT AS hash WHERE FALSE"
    return f"""{name} AS (SELECT * FROM ({all_rows}) LEFT JOIN (
        SELECT document_id, bit_xor(hash) AS segments FROM ({all_segments}) GROUP BY document_id
    ) USING (document_id))"""  # noqa: S608


def _columns(dataset: str, names: Iterable[str]) -> str:
    """The columns that say whether a row is as it was, those that both snapshots are sure to have."""
    first = {column.name for each in DATASETS if each.name == dataset for column in each.columns if column.since == 1}
    return ", ".join(f'"{name}"' for name in names if name in first and name not in _ALONE)


def _read_rows(database: Database, parts: Files, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The rows of documents and duplicates with these ids, by id."""
    found: dict[str, dict[str, Any]] = {}
    for dataset in (DOCUMENTS, DUPLICATES):
        if parts.get(dataset.name) and ids:
            sql = f"SELECT * FROM {files('parts')} WHERE list_contains($ids, document_id)"  # noqa: S608
            table = database.read(sql, {"parts": paths_of(parts[dataset.name]), "ids": list(ids)})
            found |= {row["document_id"]: row for row in rows_of(table)}
    return found


def _differing(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[str, ...]:
    if old is None or new is None:
        return ()
    return tuple(name for name in {**old, **new} if name not in _ALONE and old.get(name) != new.get(name))


def _by_place(snapshot: Snapshot) -> dict[Partition, dict[str, list[PlacedPart]]]:
    """The compared parts of a snapshot, by partition and dataset."""
    found: dict[Partition, dict[str, list[PlacedPart]]] = {}
    for dataset in COMPARED:
        for item in snapshot.parts_of(dataset):
            found.setdefault(item.part.partition, {}).setdefault(dataset, []).append(item)
    return found


def _hashes(parts: Files) -> set[str]:
    return {item.part.sha256 for items in parts.values() for item in items}


def _count(parts: Files) -> dict[str, int]:
    return {dataset: sum(item.part.rows for item in parts.get(dataset, ())) for dataset in COMPARED}


def _first(places: Iterable[Partition], *sides: Mapping[Partition, Files]) -> list[Partition]:
    """The first places, as many as may be looked into at once."""
    chosen, left = [], COUNTED_BYTES
    for place in places:
        left -= sum(item.part.bytes for side in sides for items in side.get(place, {}).values() for item in items)
        if left < 0:
            break
        chosen.append(place)
    return chosen


def _joined(parts: Mapping[Partition, Files], places: Iterable[Partition]) -> dict[str, list[PlacedPart]]:
    joined: dict[str, list[PlacedPart]] = {}
    for place in places:
        for dataset, items in parts.get(place, {}).items():
            joined.setdefault(dataset, []).extend(items)
    return joined
