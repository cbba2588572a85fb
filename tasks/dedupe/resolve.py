"""Which of all live documents repeat which, after a run: answered by the index, which is built where it is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa

from tasks.dedupe.clusters import find_connected
from tasks.dedupe.index import ALONE, Crew, Index, TooMuchAtOnceError, open_index
from tasks.dedupe.index.disk import remove_database
from tasks.dedupe.options import Options
from tasks.dedupe.pending import PendingIndex
from tasks.errors import StorageError
from tasks.parts import PlacedPart, read_rows, split_rows
from tasks.schema import SIGNATURES

ROWS_AT_ONCE = 50_000
"""Signatures that the index takes in at once: about 40 MB of pages of 2 kB."""

BYTES_AT_ONCE = 64 * 1024 * 1024
"""The same for long documents, whose signatures are larger."""

MANY_ROWS = 200_000
"""New signatures from which on, where they are more than what stands, the index is built anew: in less memory."""


@dataclass(frozen=True)
class IndexPlace:
    """The file of the index, the snapshot that it should belong to, and the one that it will belong to."""

    path: Path
    before: str
    after: str


@dataclass(frozen=True)
class Resolution:
    """The clusters of the live documents.

    `assignments` has one row for each document that is not canonical, by `dedupe.signatures.DUPLICATES`.
    `fresh_duplicates` counts, by source and day, those that this
    run brought. `alarms` are the canonicals of clusters grown past all sense, with their sizes. `index` is open, with
    what the run changed in it, until it is kept or forgotten.
    """

    assignments: pa.Table
    fresh_duplicates: Mapping[tuple[str, str], int]
    alarms: Mapping[str, int]
    index: PendingIndex


def resolve(
    standing: Sequence[PlacedPart],
    leaving: Mapping[tuple[str, str], pa.Array],
    fresh: Sequence[PlacedPart],
    options: Options,
    index: IndexPlace,
    report: Callable[[int], None] | None = None,
    crew: Crew = ALONE,
) -> Resolution:
    """Cluster what lives after the run: the standing signatures without those of leaving documents, and the fresh ones.

    `standing` and `fresh` are parts of `signatures`; `leaving` has document ids by partition. What the run changes in
    the index waits to be kept; forgotten, it is the index of the snapshot before. `report` is told how many documents
    are in while it is built. A damaged index is built anew, and so is one to which more comes than it has, or than fits
    in memory at once: that one is written at once, and belongs to no snapshot if the run then publishes nothing. Where
    nothing stands, a first index of a few documents is made while the run goes on. The `crew` works on the ranges of
    one that is cut.
    """
    gone = pa.concat_arrays([pa.array([], pa.string()), *leaving.values()])
    counts = [sum(item.part.rows for item in parts) for parts in (fresh, standing)]
    if not standing and 0 < counts[0] <= ROWS_AT_ONCE and sum(item.part.bytes for item in fresh) <= BYTES_AT_ONCE:
        return _begin(fresh, options, index, crew)
    update = partial(_update, standing, gone, fresh, options, index, report, crew)
    if counts[0] > max(MANY_ROWS, counts[1]):
        return update(anew=True)
    try:
        return update()
    except TooMuchAtOnceError:
        return update(anew=True)
    except StorageError as error:  # it was damaged or wrong, and has been removed
        if error.path != str(index.path) or index.path.exists():
            raise
        return update()


def keep_index(
    signatures: Sequence[PlacedPart],
    options: Options,
    index: IndexPlace,
    report: Callable[[int], None] | None = None,
    *,
    anew: bool = False,
) -> None:
    """See to it that the index is that of the snapshot `index.after`, which has the same documents as `index.before`.

    `signatures` are their parts. Where the file is missing or stale, or where `anew` says so, it is built anew;
    `report` is told how many documents are in.
    """
    index.path.parent.mkdir(parents=True, exist_ok=True)
    if anew:
        remove_database(index.path)
    standing = partial(_signatures, signatures)
    with closing(open_index(index.path, index.before, standing, options, report=report)) as database:
        database.commit(index.after)


def _begin(fresh: Sequence[PlacedPart], options: Options, index: IndexPlace, crew: Crew) -> Resolution:
    """Answer without an index, of which there is none yet, and have it made meanwhile: so little is found in arrays."""
    index.path.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(1) as beside:
        rows = beside.submit(read_rows, fresh, SIGNATURES)
        connected = beside.submit(lambda: find_connected(rows.result(), options))  # while the index is opened

        def make() -> Index:
            database = open_index(index.path, index.before, list, options, crew=crew)
            with ExitStack() as forgetting:
                forgetting.callback(database.close)
                database.update([], rows.result(), connected.result())
                forgetting.pop_all()
            return database

        pending = PendingIndex(index.after, make)
        found = connected.result().clusters
    return Resolution(found.duplicates, _count_duplicates(rows.result(), found.duplicates), found.alarms, pending)


def _update(
    standing: Sequence[PlacedPart],
    gone: pa.Array,
    fresh: Sequence[PlacedPart],
    options: Options,
    index: IndexPlace,
    report: Callable[[int], None] | None,
    crew: Crew,
    *,
    anew: bool = False,
) -> Resolution:
    """Bring the index to the state after the run, or build one of that state `anew`, piece by piece.

    All updates of a run are one transaction, which has to fit in memory; pieces that are built are committed each.
    """

    def live() -> Iterator[pa.Table]:
        for rows in _signatures(standing):
            yield split_rows(rows, "document_id", gone)[1]
        yield from _signatures(fresh)

    index.path.parent.mkdir(parents=True, exist_ok=True)
    state, rows_of_state = (index.after, live) if anew else (index.before, partial(_signatures, standing))
    with ThreadPoolExecutor(1) as beside, ExitStack() as forgetting:
        coming = _read_ahead(iter(()) if anew else _signatures(fresh), beside)  # while the index is opened
        database = open_index(index.path, state, rows_of_state, options, report=report, crew=crew)
        forgetting.callback(database.close)
        if not anew and (len(gone) or not fresh):  # one update at least: it finds out damage
            database.update(gone, read_rows([], SIGNATURES).drop_columns(["day"]))
        for rows in coming:  # the answer does not depend on the cuts, the memory does
            database.update([], rows)
        assignments = database.duplicates()
        alarms = database.cluster_sizes(options.alarm_cluster_size)
        duplicates = _count_duplicates(read_rows(fresh, SIGNATURES, ["document_id"]), assignments)
        if not anew:
            forgetting.pop_all()
        pending = PendingIndex(index.after, None if anew else lambda: database)
        return Resolution(assignments, duplicates, alarms, pending)


def _count_duplicates(fresh: pa.Table, assignments: pa.Table) -> dict[tuple[str, str], int]:
    """How many of the fresh documents are duplicates, by source and day."""
    repeated = split_rows(fresh, "document_id", assignments["document_id"].combine_chunks())[0]
    counts = repeated.group_by(["source", "day"]).aggregate([([], "count_all")]).to_pylist()
    return {(row["source"], row["day"]): row["count_all"] for row in counts}


def _read_ahead(tables: Iterator[pa.Table], thread: Executor) -> Iterator[pa.Table]:
    """The tables, each made in the thread while the one before is worked on; the first one at once."""
    first = thread.submit(next, tables, None)

    def give() -> Iterator[pa.Table]:
        following = first
        while (table := following.result()) is not None:
            following = thread.submit(next, tables, None)
            yield table

    return give()


def _signatures(parts: Sequence[PlacedPart]) -> Iterator[pa.Table]:
    """All rows of the parts with `source`, in tables of at most `ROWS_AT_ONCE` rows and about `BYTES_AT_ONCE`."""
    waiting: list[pa.Table] = []
    rows_waiting = bytes_waiting = 0
    for item in parts:
        rows = read_rows([item], SIGNATURES).drop_columns(["day"])
        for start in range(0, len(rows), ROWS_AT_ONCE):
            piece = rows.slice(start, ROWS_AT_ONCE)
            count, size = len(piece), piece.nbytes
            if waiting and (rows_waiting + count > ROWS_AT_ONCE or bytes_waiting + size > BYTES_AT_ONCE):
                yield pa.concat_tables(waiting)
                waiting, rows_waiting, bytes_waiting = [], 0, 0
            waiting.append(piece)
            rows_waiting, bytes_waiting = rows_waiting + count, bytes_waiting + size
    if waiting:
        yield pa.concat_tables(waiting)
