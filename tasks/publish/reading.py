"""Reading a snapshot back: one document whole, from the pieces that were published of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.paths import escape_name, file_of
from tasks.acquire.withdrawals import REASON as WITHDRAWN
from tasks.document import ROLES
from tasks.errors import UsageError
from tasks.parts import PlacedPart, read_part, read_rows, split_rows, with_partition
from tasks.publish.snapshot import Snapshot
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, DUPLICATES, INPUTS, REJECTED, Dataset

Row = dict[str, Any]

_HOW_TO_NAME = "give a document_id, the start of one, or a path below raw/"
_RECORD = re.compile(r"#([a-z]+:\d+)\Z")
"""The place of a record behind its raw path, which may hold the sign as well."""

_NAMED = 5
"""So many documents are named where a name fits several."""


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

    `raw/` may stand before the path. Nothing but names is read before it is known to be one. `UsageError` where there
    is none, which says what became of a record that is none, or where there is more than one: then the hint names some.
    """
    if not wanted:
        raise UsageError(problem="no document is named", hint=_HOW_TO_NAME)
    at_record = _RECORD.search(wanted)
    path, record = (wanted[: at_record.start()], at_record[1]) if at_record else (wanted, "")
    paths = _spell(path)
    found: list[tuple[Dataset, PlacedPart, pa.Table]] = []
    for dataset in (DOCUMENTS, DUPLICATES):
        for item in snapshot.parts_of(dataset.name):
            names = read_part(item.root, item.part, ["document_id", "raw_path", "raw_record"])
            is_path = _lies_at(names["raw_path"], paths)
            if record:
                is_path = pc.and_(is_path, pc.equal(names["raw_record"], record))
            is_id = pc.starts_with(names["document_id"], pattern=wanted) if wanted.isascii() else False
            hits = names.filter(pc.or_(is_id, is_path))
            found += [(dataset, item, hits)] if len(hits) else []
    count = sum(len(hits) for *_, hits in found)
    if not count:
        raise _miss(snapshot, wanted, paths, record)
    if count > 1:
        first = pa.concat_tables([hits.slice(0, _NAMED) for *_, hits in found[:_NAMED]]).slice(0, _NAMED).to_pylist()
        several = ", ".join(f"{row['document_id']} ({place_of(row)})" for row in first)
        more = f" and {count - _NAMED} more" if count > _NAMED else ""
        raise UsageError(problem=f"{count} documents match {wanted!r}", hint=f"name one of: {several}{more}")
    ((dataset, item, hits),) = found
    rows = split_rows(read_part(item.root, item.part), "document_id", hits["document_id"].combine_chunks())[0]
    (row,) = with_partition(rows, *item.part.partition).to_pylist()
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


def place_of(row: Row) -> str:
    """Where a record lies: its raw path, and its place in that file if it is not the whole of it."""
    return f"{row['raw_path']}#{row['raw_record']}" if row["raw_record"] else str(row["raw_path"])


def _spell(path: str) -> pa.Array:
    """What may stand in `raw_path` for a path: what was typed, or that escaped, as the name of a file or of a member.

    Bytes that are not UTF-8 are in what was typed as lone surrogates, which only the escaped ones do without.
    """
    named = [path, escape_name(path), "!".join(map(escape_name, path.split("!")))]
    spelled = {*named, *(name.removeprefix("raw/") for name in named)}
    return pa.array(sorted(name for name in spelled if name == name.encode(errors="ignore").decode()))


def _miss(snapshot: Snapshot, wanted: str, paths: pa.Array, record: str) -> UsageError:
    """Why there is no such document: it was rejected or is held, or nobody knows of it."""
    rejected = _rows_at(snapshot, REJECTED, paths, ["raw_path", "raw_record", "stage", "reason", "detail"])
    mine = [row for row in rejected if record in ("", row["raw_record"])]
    if mine:
        row = mine[0]
        more = f", and {len(mine) - 1} more of this file" if len(mine) > 1 else ""
        return UsageError(
            problem=f"{place_of(row)} was rejected by {row['stage']}: {row['reason']}, {row['detail']}{more}",
            hint="a line of raw/withdrawn.txt names it, and keeps it out"
            if row["reason"] == WITHDRAWN
            else "`winnow try` with the file shows it again; curated/README.md tells what each reason means",
        )
    files = pa.array([file_of(path) for path in paths.to_pylist()])
    known = _rows_at(snapshot, INPUTS, files, ["raw_path", "status"])
    if known and known[0]["status"] == "held":
        problem = f"the records of {known[0]['raw_path']} are held by the gate"
        return UsageError(problem=problem, hint="`winnow status` says why, and what takes them in")
    if known and record:
        problem = f"{known[0]['raw_path']} has no record {record!r}"
        return UsageError(problem=problem, hint="name the file alone to see which documents it has")
    return UsageError(problem=f"no document matches {wanted!r}", hint=_HOW_TO_NAME)


def _rows_at(snapshot: Snapshot, dataset: Dataset, paths: pa.Array, columns: list[str]) -> list[Row]:
    rows = read_rows(snapshot.parts_of(dataset.name), dataset, columns)
    return list(rows.filter(_lies_at(rows["raw_path"], paths)).to_pylist())


def _lies_at(raw_paths: pa.ChunkedArray, paths: pa.Array) -> pa.ChunkedArray:
    """Which of the raw paths are one of these, or lie in an archive that is."""
    inside = (pc.starts_with(raw_paths, pattern=f"{path}!") for path in paths.to_pylist())
    return reduce(pc.or_, inside, pc.is_in(raw_paths, value_set=paths))


def _rows(snapshot: Snapshot, dataset: Dataset, row: Row) -> list[Row]:
    tables = [
        read_part(item.root, item.part).filter(pc.field("document_id") == row["document_id"])
        for item in snapshot.parts_of(dataset.name)
        if item.part.partition == (row["source"], row["day"])
    ]
    return list(pa.concat_tables([dataset.schema.empty_table(), *tables]).to_pylist())
