"""Fills an index that has no documents: the same state that an update would bring it to, found without its tables.

An update asks the tables what is there already. Where nothing is, `clusters` finds all of it in arrays, in half the
time, and each table is written once.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from tasks.dedupe.arrays import Integers
from tasks.dedupe.candidates import find_common
from tasks.dedupe.clusters import Connected
from tasks.dedupe.index.intake import list_documents
from tasks.dedupe.likeness import flatten
from tasks.dedupe.options import Options
from tasks.dedupe.standing import Standing


def fill(connection: duckdb.DuckDBPyConnection, connected: Connected, options: Options) -> None:
    """Write the tables of an index of these documents and no others; those of the connection have no rows."""
    standing = connected.standing
    tables = {
        "documents": _documents(standing, options),
        **_texts(standing),
        **_standing(connected, options),
        "edges": _edges(connected),
        "duplicates": connected.clusters.duplicates,
    }
    for name, rows in tables.items():
        connection.register("filling", rows)
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM filling")  # noqa: S608 - a name of ours
        connection.unregister("filling")
    connection.execute("UPDATE meta SET texts = ?", [int(standing.numbers.max(initial=-1)) + 1])


def _documents(standing: Standing, options: Options) -> pa.Table:
    rows = np.arange(len(standing.table))
    ids = standing.table["document_id"].combine_chunks()
    heads = pa.array(standing.newest, mask=standing.newest == rows)
    return (
        list_documents(standing.table, options)
        .append_column("text", _numbers(standing.numbers))
        .append_column("head", ids.take(heads))
    )


def _texts(standing: Standing) -> dict[str, pa.Table]:
    """The texts, and the keys of those that only older versions have."""
    has_text = np.flatnonzero(standing.numbers >= 0)
    numbers, at = np.unique(standing.numbers[has_text], return_index=True)
    prints = standing.table.take(has_text[at])
    keys, offsets = flatten(prints["keys"])
    key_counts = np.diff(offsets)
    sleeps = np.repeat(~np.isin(numbers, standing.numbers[standing.firsts]), key_counts)
    return {
        "texts": prints.select(["exact_hash", "sketch", "shingles", "numbers"])
        .append_column("text", _numbers(numbers))
        .append_column("key_count", pa.array(key_counts.astype(np.int32))),
        "dormant": pa.table({"key": keys[sleeps], "text": np.repeat(numbers, key_counts)[sleeps]}),
    }


def _standing(connected: Connected, options: Options) -> dict[str, pa.Table]:
    """The texts that stand, and what is known by their keys."""
    documents = list_documents(connected.texts, options)
    numbers, roots = _numbers_of_firsts(connected.standing), connected.roots
    has_text = np.flatnonzero(numbers >= 0)
    first = documents["document_id"].combine_chunks()
    keys, offsets = flatten(connected.texts["keys"])
    common, counts, hub_keys, hubs = find_common(keys, offsets, options.key_cap, options.key_hubs)
    return {
        "standing": pa.table(
            {
                "text": _numbers(numbers[has_text]),
                "rank": documents["rank"].take(has_text),
                "first": first.take(has_text),
                "root": _numbers(numbers[roots[has_text]]),
                "canonical": first.take(roots[has_text]),
            }
        ),
        "postings": pa.table({"key": keys, "text": np.repeat(numbers, np.diff(offsets))}),
        "common": pa.table({"key": common, "texts": counts}),
        "common_hubs": pa.table(
            {
                "key": hub_keys,
                "text": _numbers(numbers[hubs]),
                "rank": documents["rank"].take(hubs),
                "first": first.take(hubs),
            }
        ),
    }


def _edges(connected: Connected) -> pa.Table:
    numbers = _numbers_of_firsts(connected.standing)
    left, right = numbers[connected.left], numbers[connected.right]
    return pa.table({"left": _numbers(np.minimum(left, right)), "right": _numbers(np.maximum(left, right))})


def _numbers_of_firsts(standing: Standing) -> Integers:
    numbers: Integers = standing.numbers[standing.firsts]
    return numbers


def _numbers(values: Integers) -> pa.Array:
    """Numbers of texts; null is none."""
    return pa.array(values.astype(np.int32), mask=values < 0)
