"""Compares texts of the index pair by pair, as many at a time as bounded memory takes."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedupe.arrays import Integers
from tasks.dedupe.likeness import Fingerprints
from tasks.dedupe.options import Options

PAIRS_AT_ONCE = 1 << 17
"""Pairs whose fingerprints are read at a time. With two texts of their own each, of 600 bytes as most have, that is
160 MB; a run that brings a million pairs has them in order, so that most share a text with those beside them."""

Block = tuple[Integers, Integers, Fingerprints]


def find_copies(connection: duckdb.DuckDBPyConnection, candidates: str, options: Options) -> pa.Table:
    """Verify the pairs of numbers of texts in a table, and give those that are copies."""
    pairs = connection.sql(f'SELECT "left", "right" FROM {candidates} ORDER BY ALL').to_arrow_table()  # noqa: S608
    found = [
        fingerprints.find_copies(left, right, options)
        for left, right, fingerprints in _read_in_blocks(connection, *map(to_integers, pairs.columns))
    ]
    return pairs.filter(pa.array(np.concatenate([np.zeros(0, np.bool_), *found])))


def describe(
    connection: duckdb.DuckDBPyConnection, left: Integers, right: Integers, options: Options
) -> list[pa.ChunkedArray]:
    """Give relation, similarity and containment of each text and its canonical; either may be -1, which is no text."""
    is_exact = (left == right) & (left >= 0)
    columns: list[list[pa.Array]] = [[], [], []]
    done = 0
    for left_rows, right_rows, fingerprints in _read_in_blocks(connection, left, right):
        block = is_exact[done : done + len(left_rows)]
        done += len(block)
        for column, values in zip(
            columns, fingerprints.compare(left_rows, right_rows).describe(block, options), strict=True
        ):
            column.append(values)
    kinds = (pa.string(), pa.float64(), pa.float64())
    return [pa.chunked_array(column, kind) for column, kind in zip(columns, kinds, strict=True)]


def to_integers(column: pa.Array | pa.ChunkedArray) -> Integers:
    """Give a column of numbers of texts; null is -1."""
    numbers: Integers = np.asarray(pc.fill_null(column, -1)).astype(np.int64)
    return numbers


def _read_in_blocks(connection: duckdb.DuckDBPyConnection, left: Integers, right: Integers) -> Iterator[Block]:
    """Give the pairs in order, in blocks: their rows in the fingerprints that come with them."""
    for start in range(0, len(left), PAIRS_AT_ONCE):
        sides = (side[start : start + PAIRS_AT_ONCE] for side in (left, right))
        yield _read(connection, *sides)


def _read(connection: duckdb.DuckDBPyConnection, left: Integers, right: Integers) -> Block:
    """Read the fingerprints of some texts, with an empty one behind the last, which stands for -1."""
    wanted = np.unique(np.concatenate([left, right]))
    connection.register("wanted", pa.table({"text": wanted.astype(np.int32)}))
    table = connection.sql(
        "SELECT text, sketch, shingles, numbers FROM texts SEMI JOIN wanted USING (text) ORDER BY text"
    ).to_arrow_table()
    connection.unregister("wanted")
    numbers = to_integers(table["text"])
    left_rows, right_rows = (
        np.where(side >= 0, np.searchsorted(numbers, side), len(numbers)) for side in (left, right)
    )
    return left_rows, right_rows, Fingerprints(pa.concat_tables([table, _nothing(table.schema)]))


def _nothing(schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{"text": -1, "sketch": b"", "shingles": 0, "numbers": []}], schema)
