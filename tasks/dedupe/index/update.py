"""Brings the index up to date with what a run removes and adds, and tells whose canonical is another one now."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedupe.clusters import Connected, check_comparable, connect, find_connected
from tasks.dedupe.index.compare import describe, find_copies, to_integers
from tasks.dedupe.index.disk import cannot_write, give_up, remove_database
from tasks.dedupe.index.files import list_files, ranges_folder, sweep_ranges, sync_ranges
from tasks.dedupe.index.fill import fill
from tasks.dedupe.index.intake import prepare
from tasks.dedupe.index.ranges import ALONE, Crew, open_keys
from tasks.dedupe.index.steps import run_step, set_options
from tasks.dedupe.options import Options
from tasks.dedupe.signatures import DUPLICATES
from tasks.errors import StorageError


@dataclass(eq=False)
class TooMuchAtOnceError(StorageError):
    """More changed than one update can hold in memory: an index that is built anew takes it in piece by piece."""


@dataclass(frozen=True)
class Changes:
    """What an update changed.

    `duplicates` has the rows, by the schema `DUPLICATES`, of the duplicates among the added documents and of those
    whose row is new or another one; `canonicals` the sorted ids of the added documents that are canonical, and of the
    former duplicates. No document is in both, and of no other one anything changed.
    """

    duplicates: pa.Table
    canonicals: pa.Array


class Index:
    """All live documents and their clusters. Use `open_index`; nothing lasts before `commit`."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, options: Options, crew: Crew = ALONE) -> None:
        self._path = path
        self._connection = connection
        self._options = options
        set_options(connection, options)
        self._keys = open_keys(connection, path, options, crew)
        self._committed = set(list_files(connection))
        connection.begin()

    def update(self, removed: Sequence[str] | pa.Array, added: pa.Table, connected: Connected | None = None) -> Changes:
        """Take documents out and others in, and find the clusters that this changes.

        `added` has the columns of `SIGNATURES` and `source`; `connected` is what hangs together among them, where the
        caller knows it. A document that is replaced stands in both `removed` and `added`. The answer
        does not depend on how the documents came to be in the index. Raises `StorageError` where a removed document is
        unknown, an added one is there already, or the file turns out to be damaged (then it is removed, and built anew
        by `open_index`), and `TooMuchAtOnceError` where what is not committed yet needs more memory than it may take.
        """
        try:
            return self._update(removed, added, connected)
        except duckdb.OutOfMemoryException as error:
            raise TooMuchAtOnceError(
                "the index needs more memory", hint="see Resources.memory_megabytes", path=str(self._path)
            ) from error
        except duckdb.ProgrammingError:
            raise  # a fault of ours
        except duckdb.Error as error:
            raise give_up(self._connection, self._path, error) from error
        except StorageError as error:
            if error.path is not None and Path(error.path).parent == ranges_folder(self._path):
                raise give_up(self._connection, self._path, error) from error
            raise

    def _update(self, removed: Sequence[str] | pa.Array, added: pa.Table, connected: Connected | None) -> Changes:
        if not len(removed) and self._keys.are_whole and self._is_empty():
            return self._fill(connected or find_connected(added, self._options))
        check_comparable(added)
        self._run("clear")
        self._connection.register("removed", pa.table({"document_id": pa.array(removed, pa.string())}))
        for view, table in prepare(added, self._options).items():
            self._connection.register(view, table)
        self._check()
        self._run("documents")
        self._keys.join()
        self._run("pairs")
        self._keys.support()
        self._run("candidates")
        self._connection.register("new_edges", find_copies(self._connection, "candidates", self._options))
        self._run("components")
        self._connection.register("assigned", self._assign())
        self._run("results")
        changes = self._answer()
        self._run("clear")
        for view in ("removed", "added", "prints", "print_keys", "new_edges", "assigned", "described"):
            self._connection.unregister(view)
        self._sweep()
        return changes

    def _fill(self, connected: Connected) -> Changes:
        fill(self._connection, connected, self._options)
        ids = connected.standing.table["document_id"].cast(pa.string()).combine_chunks()
        duplicates = connected.clusters.duplicates
        return Changes(duplicates, ids.filter(pc.invert(pc.is_in(ids, duplicates["document_id"]))).sort())

    def duplicates(self) -> pa.Table:
        """Give all duplicates by the schema `DUPLICATES`, as `cluster` would."""
        return self._read("SELECT * FROM duplicates ORDER BY document_id").cast(DUPLICATES)

    def cluster_sizes(self, larger_than: int) -> dict[str, int]:
        """Give the canonicals of the clusters of more than so many documents, with their sizes."""
        rows = self._connection.execute(
            "SELECT canonical_id, count(*) + 1 AS size FROM duplicates GROUP BY ALL HAVING size > ? ORDER BY ALL",
            [larger_than],
        ).fetchall()
        return dict(rows)

    def commit(self, snapshot: str) -> None:
        """Make all updates last, as the state of this snapshot: all of them or, after a crash, none.

        `StorageError` where they cannot be written.
        """
        try:
            sync_ranges(self._path)
            self._connection.execute("UPDATE meta SET snapshot = ?", [snapshot])
            self._connection.commit()
            self._connection.begin()
            self._committed = set(list_files(self._connection))
            self._sweep()
        except (duckdb.Error, OSError) as error:
            raise cannot_write(self._path, error) from error

    def close(self) -> None:
        """Let go of the file; what was not committed is forgotten."""
        with suppress(duckdb.Error):  # there is nothing to roll back where a commit has failed
            self._connection.rollback()
        self._connection.close()

    def _sweep(self) -> None:
        """Remove the files of ranges that belong neither to what lasts nor to what would last with a commit."""
        sweep_ranges(self._path, self._committed | set(list_files(self._connection)))

    def _is_empty(self) -> bool:
        query = "SELECT texts = 0 AND NOT EXISTS (FROM documents) FROM meta"
        return self._connection.execute(query).fetchall() == [(True,)]

    def _run(self, step: str) -> None:
        run_step(self._connection, step)

    def _read(self, query: str) -> pa.Table:
        return self._connection.sql(query).to_arrow_table()

    def _check(self) -> None:
        unknown = self._read("SELECT document_id FROM removed ANTI JOIN documents USING (document_id)")
        present = self._read(
            "SELECT document_id FROM added SEMI JOIN documents USING (document_id) "
            "ANTI JOIN removed USING (document_id)"
        )
        for ids, problem in ((unknown, "is not there to be removed"), (present, "is there already")):
            if len(ids):
                remove_database(self._path)
                first = ids["document_id"][0].as_py()
                hint = "the index was at odds with the signatures, and was removed: run again to build it anew"
                raise StorageError(f"document {first} (one of {len(ids)}) {problem}", hint, str(self._path))

    def _assign(self) -> pa.Table:
        """Find the clusters that hang together among the members of changed ones, and the first document of each."""
        members = self._read('SELECT text, "first" FROM members ORDER BY rank, "first"')
        edges = self._read('SELECT "left", "right" FROM edges SEMI JOIN members ON edges."left" = members.text')
        texts = to_integers(members["text"])
        by_text = np.argsort(texts)
        left, right = (
            by_text[np.searchsorted(texts, to_integers(edges[side]), sorter=by_text)] for side in edges.column_names
        )
        roots = connect(np.arange(len(texts)), left, right)
        columns = [
            members["text"],
            pa.array(texts[roots].astype(np.int32)),
            members["first"].combine_chunks().take(roots),
        ]
        return pa.table(columns, names=["text", "root", "canonical"])

    def _answer(self) -> Changes:
        answers = self._read("SELECT * FROM answers WHERE document_id <> canonical_id ORDER BY root, text")
        texts, roots = (to_integers(answers[name]) for name in ("text", "root"))
        described = pa.table(
            [
                answers["document_id"],
                answers["canonical_id"],
                *describe(self._connection, texts, roots, self._options),
            ],
            schema=DUPLICATES,
        )
        self._connection.register("described", described)
        changed = self._read(
            "SELECT * FROM (SELECT * FROM described EXCEPT "
            "SELECT * FROM duplicates ANTI JOIN added USING (document_id)) ORDER BY document_id"
        )
        canonicals = self._read(
            "SELECT document_id FROM answers WHERE document_id = canonical_id AND (document_id IN (SELECT document_id "
            "FROM added) OR document_id IN (SELECT document_id FROM duplicates)) ORDER BY document_id"
        )
        self._connection.execute(
            "DELETE FROM duplicates WHERE document_id IN "
            "(SELECT document_id FROM answers UNION ALL SELECT document_id FROM removed); "
            "INSERT INTO duplicates SELECT * FROM described"
        )
        return Changes(changed.cast(DUPLICATES), canonicals["document_id"].combine_chunks())
