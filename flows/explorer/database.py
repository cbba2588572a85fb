"""DuckDB over the files of snapshots: locked so that a query can read nothing else, and write nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tasks.cores import usable_cores
from tasks.errors import StorageError
from tasks.parts import PlacedPart
from tasks.publish.snapshot import SNAPSHOTS

MEMORY = "1GB"
"""Row groups have at most 64 MB, and two threads hold one each; the rest is room for the rows of a page."""

Parameters = dict[str, Any]


class Database:
    """A connection that sees the snapshots of one `curated/` and nothing else; safe for several threads."""

    def __init__(self, curated: Path, threads: int | None = None) -> None:
        settings = {
            "threads": threads or usable_cores(),
            "memory_limit": MEMORY,
            "allowed_directories": [str(curated.resolve() / SNAPSHOTS) + "/"],
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "parquet_metadata_cache": True,
            "preserve_insertion_order": False,
            "enable_external_access": False,
            "lock_configuration": True,
        }
        self._connection = duckdb.connect()
        for name, value in settings.items():
            self._connection.execute(f"SET {name} = {_literal(value)}")  # all of them are ours

    def read(self, sql: str, parameters: Parameters) -> pa.Table:
        """The rows of a query. `StorageError` where a file is gone or damaged."""
        cursor = self._connection.cursor()
        try:
            return cursor.sql(sql, params=parameters).to_arrow_table()
        except duckdb.Error as error:
            raise StorageError(
                problem=f"this cannot be read from the snapshot: {str(error).splitlines()[0]}",
                hint="if the snapshot has expired, start again from the current one; else see `winnow verify`",
            ) from error
        finally:
            cursor.close()

    def close(self) -> None:
        """End it."""
        self._connection.close()


def _literal(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    text = str(value).replace("'", "''")
    return f"'{text}'"


def paths_of(items: Iterable[PlacedPart]) -> list[str]:
    """The files of parts, as a query takes them."""
    return [str(item.root / item.part.path) for item in items]


def rows_of(table: pa.Table) -> Sequence[dict[str, Any]]:
    """The rows of an answer, each by its columns."""
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def files(parameter: str) -> str:
    """The table of the files that a parameter names, with `source` and `day` from their paths."""
    return f"read_parquet(${parameter}, hive_partitioning = true, hive_types_autocast = false)"
