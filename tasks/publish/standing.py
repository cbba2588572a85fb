"""What stands: the records of a snapshot by source and day, for the gate to compare a run with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.withdrawals import REASON as WITHDRAWN
from tasks.errors import StorageError
from tasks.parts import Part, read_part, split_rows
from tasks.publish.changes import Keys, Partition
from tasks.publish.snapshot import Snapshot
from tasks.schema import DOCUMENTS, DUPLICATES, REJECTED
from tasks.tally import DayTally, sum_days

_READ = {
    DOCUMENTS.name: ["characters", "boilerplate_characters"],
    DUPLICATES.name: ["characters", "boilerplate_characters"],
    REJECTED.name: ["reason"],
}
"""The datasets whose rows are records, and what is to be read of each."""


def count_days(snapshot: Snapshot | None) -> dict[str, dict[str, DayTally]]:
    """The records of every source by day, from the manifest alone: no characters, and none known as withdrawn."""
    parts = snapshot.parts if snapshot is not None else ()
    counted: defaultdict[str, dict[str, DayTally]] = defaultdict(dict)
    for tally in sum_days(_count(part) for part in parts if part.dataset in _READ and part.rows):
        counted[tally.source][tally.day] = tally
    return dict(counted)


def measure_days(
    snapshot: Snapshot, days: Collection[Partition], without: Keys | None = None
) -> tuple[list[DayTally], dict[Partition, str]]:
    """All there is to know of these days: two columns of numbers are read, and of what was rejected the reasons.

    The rows of the raw files in `without` do not count. A day of which nothing is left has no tally, nor has one of
    which a part cannot be read: the second answer says why.
    """
    leaving = without or {}
    measured: list[DayTally] = []
    damaged: dict[Partition, str] = {}
    for part in snapshot.parts:
        if part.dataset not in _READ or not part.rows or part.partition not in days:
            continue
        paths = leaving.get(part.partition)
        columns = _READ[part.dataset]
        try:
            rows = read_part(snapshot.root, part, columns if paths is None else [*columns, "raw_path"])
        except StorageError as error:
            damaged[part.partition] = f"{error.path}: {error.problem}"
            continue
        rows = rows if paths is None else split_rows(rows, "raw_path", paths)[1]
        if len(rows):
            measured.append(_measure(part, rows))
    return [tally for tally in sum_days(measured) if (tally.source, tally.day) not in damaged], damaged


def _count(part: Part) -> DayTally:
    if part.dataset == REJECTED.name:
        return DayTally(*part.partition, rejected=part.rows)
    return DayTally(*part.partition, cleaned=part.rows, duplicates=part.rows * (part.dataset == DUPLICATES.name))


def _measure(part: Part, rows: pa.Table) -> DayTally:
    if part.dataset == REJECTED.name:
        withdrawn = pc.sum(pc.equal(rows["reason"], WITHDRAWN)).as_py()
        return DayTally(*part.partition, rejected=len(rows), withdrawn=withdrawn)
    main, boilerplate = (pc.sum(rows[name]).as_py() for name in _READ[part.dataset])
    return DayTally(
        *part.partition,
        cleaned=len(rows),
        duplicates=len(rows) * (part.dataset == DUPLICATES.name),
        characters=main + boilerplate,
        boilerplate_characters=boilerplate,
    )
