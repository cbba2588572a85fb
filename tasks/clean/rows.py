"""Rows: finished drafts and rejected records as Arrow tables, with `source` and `day` as columns beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from tasks.clean.draft import Draft
from tasks.clean.quality import MEASURES
from tasks.dedupe.fingerprints import fingerprint
from tasks.document import Rejected
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, REJECTED, SIGNATURES, VERSION, Dataset

Row = dict[str, Any]


def document_table(drafts: Sequence[Draft], run_id: str) -> pa.Table:
    """One row of `documents` for each draft."""
    return _table(_partitioned(DOCUMENTS), (_document(draft, run_id) for draft in drafts))


def comment_table(drafts: Sequence[Draft]) -> pa.Table:
    """One row of `comments` for each comment of the drafts."""
    return _table(_partitioned(COMMENTS), (row for draft in drafts for row in _comments(draft)))


def boilerplate_table(drafts: Sequence[Draft]) -> pa.Table:
    """One row of `boilerplate` for each segment that is in neither the main text nor a comment."""
    return _table(_partitioned(BOILERPLATE), (row for draft in drafts for row in _boilerplate(draft)))


def rejected_table(rejected: Sequence[Rejected]) -> pa.Table:
    """One row of `rejected` for each record that failed."""
    return _table(_partitioned(REJECTED), (asdict(row) for row in rejected))


def signature_table(drafts: Sequence[Draft]) -> pa.Table:
    """One row of `signatures` for each draft, with the fingerprint of its main text."""
    marks = fingerprint([draft.main for draft in drafts])
    known = [name for name in _partitioned(SIGNATURES).names if name not in marks.column_names]
    table = _table(pa.schema([_partitioned(SIGNATURES).field(name) for name in known]), map(_signature, drafts))
    for name in marks.column_names:
        table = table.append_column(name, marks[name])
    return table.select(_partitioned(SIGNATURES).names).cast(_partitioned(SIGNATURES))


def _document(draft: Draft, run_id: str) -> Row:
    record, quality = draft.record, draft.quality
    return {
        "source": record.source,
        "day": record.partition_day,
        "document_id": record.document_id,
        "url": draft.url,
        "title": draft.title,
        "author": draft.author,
        "published_at": draft.published_at,
        "fetched_at": record.fetched_at,
        "text": draft.main,
        "passages": [{"start": s.start, "end": s.end, "role": s.role} for s in draft.segments if s.label == "main"],
        "language": draft.language,
        "language_confidence": draft.language_confidence,
        "languages": [{"code": code, "share": share} for code, share in draft.languages],
        **({name: getattr(quality, name) for name in MEASURES} if quality is not None else {}),
        "encoding": draft.encoding,
        "encoding_method": draft.encoding_method,
        "fixes": list(draft.fixes),
        "comment_count": len(draft.comments),
        "boilerplate_characters": sum(s.end - s.start for s in draft.segments if s.label == "boilerplate"),
        "raw_path": record.raw_path,
        "raw_record": record.raw_record,
        "raw_sha256": record.raw_sha256,
        "run_id": run_id,
        "version": VERSION,
    }


def _signature(draft: Draft) -> Row:
    record = draft.record
    day = datetime.fromisoformat(record.partition_day).replace(tzinfo=UTC)
    return {
        "source": record.source,
        "day": record.partition_day,
        "document_id": record.document_id,
        "raw_path": record.raw_path,
        "url": draft.url,
        "seen_at": draft.published_at or record.fetched_at or day,
        "version_at": record.fetched_at or draft.published_at or day,
        "characters": len(draft.main),
        "language": draft.language,
    }


def _comments(draft: Draft) -> Iterable[Row]:
    document_id = draft.record.document_id
    languages = draft.comment_languages or (("und", 0.0),) * len(draft.comments)
    for position, (comment, (code, confidence)) in enumerate(zip(draft.comments, languages, strict=True)):
        yield {
            "source": draft.record.source,
            "day": draft.record.partition_day,
            "comment_id": _comment_id(document_id, position),
            "document_id": document_id,
            "position": position,
            "start": comment.start,
            "end": comment.end,
            "author": comment.author,
            "posted_at": comment.posted_at,
            "in_reply_to": None if comment.in_reply_to is None else _comment_id(document_id, comment.in_reply_to),
            "text": draft.text[comment.start : comment.end],
            "language": code,
            "language_confidence": confidence,
        }


def _boilerplate(draft: Draft) -> Iterable[Row]:
    removed = (s for s in draft.segments if s.label == "boilerplate" or s.role == "comment_meta")
    for position, segment in enumerate(removed):
        yield {
            "source": draft.record.source,
            "day": draft.record.partition_day,
            "document_id": draft.record.document_id,
            "position": position,
            "start": segment.start,
            "end": segment.end,
            "role": segment.role,
            "score": segment.score,
            "text": draft.text[segment.start : segment.end],
        }


def _comment_id(document_id: str, position: int) -> str:
    return hashlib.blake2b(f"{document_id}\0{position}".encode(), digest_size=16).hexdigest()


def _partitioned(dataset: Dataset) -> pa.Schema:
    """The schema of the dataset with the partition's columns beside it."""
    return dataset.schema.append(pa.field("source", pa.string())).append(pa.field("day", pa.string()))


def _table(schema: pa.Schema, rows: Iterable[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema)
