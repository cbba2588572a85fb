"""Reading a snapshot back: one document whole, from the pieces that were published of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.document import ROLES
from tasks.errors import UsageError
from tasks.parts import read_part, with_partition
from tasks.publish.snapshot import Snapshot
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, DUPLICATES, Dataset

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a document's repaired text, with its label and role."""

    start: int
    end: int
    label: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class WholeDocument:
    """A document or duplicate as it was published: its row, its comments, and all pieces of its text in order."""

    row: Row
    is_duplicate: bool
    comments: tuple[Row, ...]
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The repaired text, rebuilt from the pieces."""
        return "".join(piece.text for piece in self.pieces)


def find_document(snapshot: Snapshot, wanted: str) -> WholeDocument:
    """The one document or duplicate whose id starts with `wanted`, or whose raw path (`path#record`) it is.

    `UsageError` where there is none, or more than one: then the hint names them.
    """
    path, _, record = wanted.partition("#")
    found: list[tuple[Dataset, Row]] = []
    for dataset in (DOCUMENTS, DUPLICATES):
        for item in snapshot.parts_of(dataset.name):
            keys = read_part(item.root, item.part, ["document_id", "raw_path", "raw_record"])
            is_path = pc.equal(keys["raw_path"], path)
            if record:
                is_path = pc.and_(is_path, pc.equal(keys["raw_record"], record))
            hit = pc.or_(pc.starts_with(keys["document_id"], pattern=wanted), is_path)
            if pc.any(hit).as_py():
                rows = with_partition(read_part(item.root, item.part).filter(hit), *item.part.partition)
                found += [(dataset, row) for row in rows.to_pylist()]
    if len(found) != 1:
        several = ", ".join(f"{row['document_id']} ({row['raw_path']}#{row['raw_record']})" for _, row in found[:5])
        raise UsageError(
            problem=f"{len(found)} documents match {wanted!r}" if found else f"no document matches {wanted!r}",
            hint=f"name one of: {several}" if found else "give a document_id, the start of one, or a path below raw/",
        )
    dataset, row = found[0]
    return assemble(row, _rows(snapshot, COMMENTS, row), _rows(snapshot, BOILERPLATE, row), dataset is DUPLICATES)


def assemble(row: Row, comments: list[Row], boilerplate: list[Row], is_duplicate: bool) -> WholeDocument:  # noqa: FBT001 - a fact, no switch
    """Put the pieces of a document together, in their order."""
    pieces: list[Piece] = []
    at = 0
    for passage in row["passages"]:
        length = passage["end"] - passage["start"]
        pieces.append(Piece(passage["start"], passage["end"], "main", passage["role"], row["text"][at : at + length]))
        at += length
    pieces += [Piece(c["start"], c["end"], "comment", "comment", c["text"]) for c in comments]
    pieces += [Piece(b["start"], b["end"], ROLES[b["role"]], b["role"], b["text"]) for b in boilerplate]
    pieces.sort(key=lambda piece: piece.start)
    return WholeDocument(row, is_duplicate, tuple(sorted(comments, key=lambda c: c["position"])), tuple(pieces))


def _rows(snapshot: Snapshot, dataset: Dataset, row: Row) -> list[Row]:
    tables = [
        read_part(item.root, item.part).filter(pc.field("document_id") == row["document_id"])
        for item in snapshot.parts_of(dataset.name)
        if item.part.partition == (row["source"], row["day"])
    ]
    return list(pa.concat_tables([dataset.schema.empty_table(), *tables]).to_pylist())
