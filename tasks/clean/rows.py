"""Rows: finished drafts and rejected records as Arrow tables, with `source` and `day` as columns beside them.

Tables are made a column at a time: of a row as a mapping most of the time goes into its names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa

from tasks.clean.draft import Draft
from tasks.clean.quality import MEASURES
from tasks.dedupe.fingerprints import fingerprint
from tasks.document import Comment, Record, Rejected, Segment
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, REJECTED, SIGNATURES, VERSION, Dataset

Columns = dict[str, Any]


def document_table(drafts: Sequence[Draft], run_id: str) -> pa.Table:
    """One row of `documents` for each draft."""
    records = [draft.record for draft in drafts]
    removed = [[s for s in draft.segments if s.label == "boilerplate"] for draft in drafts]
    columns = _who(records) | {
        "url": [draft.url for draft in drafts],
        "title": [draft.title for draft in drafts],
        "author": [draft.author for draft in drafts],
        "published_at": [draft.published_at for draft in drafts],
        "fetched_at": [record.fetched_at for record in records],
        "text": [draft.main for draft in drafts],
        "passages": _lists("passages", map(_passages, drafts)),
        "language": [draft.language for draft in drafts],
        "language_confidence": [draft.language_confidence for draft in drafts],
        "languages": _lists("languages", (draft.languages for draft in drafts)),
        **{name: [getattr(draft.quality, name, None) for draft in drafts] for name in MEASURES},
        "encoding": [draft.encoding for draft in drafts],
        "encoding_method": [draft.encoding_method for draft in drafts],
        "fixes": [draft.fixes for draft in drafts],
        "comment_count": [len(draft.comments) for draft in drafts],
        "boilerplate_characters": [sum(s.end - s.start for s in segments) for segments in removed],
        "raw_path": [record.raw_path for record in records],
        "raw_record": [record.raw_record for record in records],
        "raw_sha256": [record.raw_sha256 for record in records],
        "run_id": [run_id] * len(drafts),
        "version": [VERSION] * len(drafts),
    }
    return _table(DOCUMENTS, columns)


def comment_table(drafts: Sequence[Draft]) -> pa.Table:
    """One row of `comments` for each comment of the drafts."""
    places = [(draft, position) for draft in drafts for position in range(len(draft.comments))]
    comments = [draft.comments[position] for draft, position in places]
    languages = [
        draft.comment_languages[position] if draft.comment_languages else ("und", 0.0) for draft, position in places
    ]
    columns = _who([draft.record for draft, _ in places]) | {
        "comment_id": [_comment_id(draft, position) for draft, position in places],
        "position": [position for _, position in places],
        "start": [comment.start for comment in comments],
        "end": [comment.end for comment in comments],
        "author": [comment.author for comment in comments],
        "posted_at": [comment.posted_at for comment in comments],
        "in_reply_to": [
            None if comment.in_reply_to is None else _comment_id(draft, comment.in_reply_to)
            for (draft, _), comment in zip(places, comments, strict=True)
        ],
        "text": [_cut(draft, comment) for (draft, _), comment in zip(places, comments, strict=True)],
        "language": [code for code, _ in languages],
        "language_confidence": [confidence for _, confidence in languages],
    }
    return _table(COMMENTS, columns)


def boilerplate_table(drafts: Sequence[Draft]) -> pa.Table:
    """One row of `boilerplate` for each segment that is in neither the main text nor a comment."""
    removed = [[s for s in draft.segments if s.label == "boilerplate" or s.role == "comment_meta"] for draft in drafts]
    owners = [draft for draft, segments in zip(drafts, removed, strict=True) for _ in segments]
    segments = list(chain.from_iterable(removed))
    columns = _who([draft.record for draft in owners]) | {
        "position": list(chain.from_iterable(range(len(each)) for each in removed)),
        "start": [segment.start for segment in segments],
        "end": [segment.end for segment in segments],
        "role": [segment.role for segment in segments],
        "score": [segment.score for segment in segments],
        "text": [_cut(draft, segment) for draft, segment in zip(owners, segments, strict=True)],
    }
    return _table(BOILERPLATE, columns)


def rejected_table(rejected: Sequence[Rejected]) -> pa.Table:
    """One row of `rejected` for each record that failed."""
    names = _partitioned(REJECTED).names
    return _table(REJECTED, {name: [getattr(row, name) for row in rejected] for name in names})


def signature_table(drafts: Sequence[Draft]) -> pa.Table:
    """One row of `signatures` for each draft, with the fingerprint of its main text."""
    marks = fingerprint([draft.main for draft in drafts])
    records = [draft.record for draft in drafts]
    days = [_midnight(record.partition_day) for record in records]
    fetched = [record.fetched_at for record in records]
    published = [draft.published_at for draft in drafts]
    columns = _who(records) | {
        "raw_path": [record.raw_path for record in records],
        "url": [draft.url for draft in drafts],
        # Which copy was first, and which version of a URL is the newest.
        "seen_at": [first or second or day for first, second, day in zip(published, fetched, days, strict=True)],
        "version_at": [first or second or day for first, second, day in zip(fetched, published, days, strict=True)],
        "characters": [len(draft.main) for draft in drafts],
        "language": [draft.language for draft in drafts],
        **{name: marks[name] for name in marks.column_names},
    }
    return _table(SIGNATURES, columns)


def _who(records: Sequence[Record]) -> Columns:
    """What all rows of a document have: its number and where it belongs."""
    return {
        "source": [record.source for record in records],
        "day": [record.partition_day for record in records],
        "document_id": [record.document_id for record in records],
    }


def _passages(draft: Draft) -> list[tuple[int, int, str]]:
    return [(s.start, s.end, s.role) for s in draft.segments if s.label == "main"]


def _lists(name: str, rows: Iterable[Sequence[tuple[Any, ...]]]) -> pa.Array:
    """A column of `documents` whose values are lists of structs, of tuples of what these hold."""
    kind = DOCUMENTS.schema.field(name).type
    held = list(rows)
    offsets = pa.array([0, *accumulate(map(len, held))], pa.int32())
    fields = list(kind.value_type)
    values = zip(*chain.from_iterable(held), strict=True) if any(held) else ([] for _ in fields)
    arrays = [pa.array(column, field.type) for field, column in zip(fields, values, strict=True)]
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(arrays, fields=fields), kind)


def _cut(draft: Draft, piece: Segment | Comment) -> str:
    return draft.text[piece.start : piece.end]


def _comment_id(draft: Draft, position: int) -> str:
    return hashlib.blake2b(f"{draft.record.document_id}\0{position}".encode(), digest_size=16).hexdigest()


@cache
def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _partitioned(dataset: Dataset) -> pa.Schema:
    """The schema of the dataset with the partition's columns beside it."""
    return dataset.schema.append(pa.field("source", pa.string())).append(pa.field("day", pa.string()))


def _table(dataset: Dataset, columns: Mapping[str, Any]) -> pa.Table:
    return pa.Table.from_pydict(columns, schema=_partitioned(dataset))
