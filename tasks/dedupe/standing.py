"""Documents in the order of rank: the newest version of each URL, and the first document of each text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedupe.arrays import Integers
from tasks.dedupe.options import Canonical, Options


@dataclass(frozen=True)
class Standing:
    """Documents in the order of rank, the first of each text that counts, and which of these speaks for whom.

    `table` has their signatures, `numbers` the number of the text of each row, -1 for none. `newest` is for each row
    that of the newest version of its URL. `firsts` are the rows of the first current document of each text, and of each
    without one; `places` says for each row which of them has the text of its newest version.
    """

    table: pa.Table
    numbers: Integers
    newest: Integers
    firsts: Integers
    places: Integers

    def texts(self) -> pa.Table:
        """Give the signatures of the first document of each text."""
        return self.table.take(self.firsts)

    def canonical(self, roots: Integers) -> Integers:
        """Give for each row that of its canonical; `roots` are the places of the first text of each one's cluster."""
        rows: Integers = self.firsts[roots[self.places]]
        return rows


def find_standing(signatures: pa.Table, options: Options) -> Standing:
    """Rank the documents, and find the newest version of each URL and the first document of each text."""
    table = signatures.cast(_large(signatures.schema)).take(rank_rows(signatures, options.canonical))
    newest = newest_versions(table) if options.has_url_versions else np.arange(len(table))
    numbers = number_texts(table)
    first = first_of_text(numbers, newest)
    firsts = np.unique(first[newest])
    place_of = np.zeros(len(table), np.int64)
    place_of[firsts] = np.arange(len(firsts))
    return Standing(table, numbers, newest, firsts, place_of[first[newest]])


def rank_rows(table: pa.Table, canonical: Canonical) -> Integers:
    """Order the rows so that of any two the one that would be canonical comes first."""
    direction = "ascending" if canonical == "earliest" else "descending"
    column = "characters" if canonical == "longest" else "seen_at"
    order = pc.sort_indices(table, sort_keys=[(column, direction), ("document_id", "ascending")])
    return np.asarray(order).astype(np.int64)


def newest_versions(table: pa.Table) -> Integers:
    """Give for each row the row of the newest version of its URL in its source; itself, where it has no URL."""
    urls = table["url"].combine_chunks()
    has_url = pc.fill_null(pc.not_equal(urls, ""), fill_value=False)
    rows = np.flatnonzero(np.asarray(has_url))
    newest = np.arange(len(table))
    if not len(rows):
        return newest
    versions = table.select(["source", "url", "version_at", "seen_at", "document_id"]).take(rows)
    order = np.asarray(
        pc.sort_indices(
            versions,
            sort_keys=[
                ("source", "ascending"),
                ("url", "ascending"),
                ("version_at", "descending"),
                ("seen_at", "descending"),
                ("document_id", "ascending"),
            ],
        )
    )
    ordered = versions.select(["source", "url"]).take(order)
    is_first = np.ones(len(rows), np.bool_)
    is_same = pc.and_(
        pc.equal(ordered["source"][1:], ordered["source"][:-1]), pc.equal(ordered["url"][1:], ordered["url"][:-1])
    )
    is_first[1:] = ~np.asarray(is_same)
    heads = order[is_first]
    newest[rows[order]] = rows[heads[np.cumsum(is_first) - 1]]
    return newest


def number_texts(table: pa.Table) -> Integers:
    """Number the texts in the order of the rows: for each row the number of its text, -1 where it has none."""
    hashes = table["exact_hash"].combine_chunks()
    return np.asarray(pc.fill_null(hashes.dictionary_encode().indices, -1)).astype(np.int64)


def first_of_text(numbers: Integers, newest: Integers) -> Integers:
    """Give for each row the first current row with the same text; itself, where it has none.

    `numbers` and `newest` are those of `Standing`.
    """
    first = np.arange(len(numbers))
    rows = np.flatnonzero((numbers >= 0) & (newest == first))
    _, firsts, inverse = np.unique(numbers[rows], return_index=True, return_inverse=True)
    first[rows] = rows[firsts[inverse]]
    return first


def _large(schema: pa.Schema) -> pa.Schema:
    """Give the schema with 64-bit offsets for what may exceed two gigabytes over all documents."""
    types = {"keys": pa.large_list(pa.uint64()), "numbers": pa.large_list(pa.uint64()), "sketch": pa.large_binary()}
    types |= dict.fromkeys(("document_id", "raw_path", "url", "source"), pa.large_string())
    return pa.schema([field.with_type(types.get(field.name, field.type)) for field in schema])
