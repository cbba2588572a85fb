"""The steps of an update as SQL scripts, and what all connections that take them have in common."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

from tasks.dedupe.options import Options


@cache
def read_step(step: str) -> str:
    """Read one of the SQL scripts beside this module."""
    return (Path(__file__).parent / f"{step}.sql").read_text("utf-8")


def run_step(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    """Take one step."""
    connection.execute(read_step(step))


def set_options(connection: duckdb.DuckDBPyConnection, options: Options) -> None:
    """Let the scripts know what they ask of the options."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE settings AS SELECT ?::INTEGER AS key_cap, ?::INTEGER AS key_hubs, "
        "?::INTEGER AS shared_keys, ?::BOOLEAN AS has_url_versions",
        [options.key_cap, options.key_hubs, options.shared_keys, options.has_url_versions],
    )
