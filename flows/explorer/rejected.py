"""Rejected records, the newest days first, and how many there are by reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.explorer.database import Database, Parameters, files, paths_of, rows_of
from flows.explorer.question import Question
from tasks.publish.snapshot import Snapshot
from tasks.schema import REJECTED

PAGE = 50


def count_reasons(database: Database, snapshot: Snapshot, question: Question) -> dict[str, int]:
    """The reasons with their numbers, the most frequent first, in the source and days of the question."""
    rows = _select(
        database, snapshot, question, "SELECT reason, count(*) AS count FROM {} GROUP BY 1 ORDER BY 2 DESC, 1", {}
    )
    return {row["reason"]: row["count"] for row in rows}


def list_rejected(
    database: Database, snapshot: Snapshot, question: Question, reason: str, start: int
) -> Sequence[dict[str, Any]]:
    """A page of rejected records and one more, from the one with this number on; of one reason, or of all."""
    sql = (
        "SELECT * FROM {} WHERE $reason = '' OR reason = $reason "  # noqa: S608 - a number of ours
        f"ORDER BY day DESC, source, raw_path, raw_record, byte_offset LIMIT {PAGE + 1} OFFSET $start"
    )
    return _select(database, snapshot, question, sql, {"reason": reason, "start": start})


def _select(
    database: Database, snapshot: Snapshot, question: Question, sql: str, parameters: Parameters
) -> Sequence[dict[str, Any]]:
    parts = [item for item in snapshot.parts_of(REJECTED.name) if question.wants(*item.part.partition)]
    if not parts:
        return []
    return rows_of(database.read(sql.format(files("parts")), {"parts": paths_of(parts), **parameters}))
