"""Documents that repeat each other, as a function of the live documents alone: never of the order they came in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedupe.arrays import Integers
from tasks.dedupe.candidates import find_candidates
from tasks.dedupe.fingerprints import ALGORITHM_VERSION
from tasks.dedupe.likeness import Fingerprints, flatten
from tasks.dedupe.options import DEFAULTS, Canonical, Options
from tasks.dedupe.signatures import DUPLICATES
from tasks.errors import WinnowError


@dataclass(frozen=True)
class Clusters:
    """Which documents repeat which, and what a person should know of it.

    `duplicates` has the schema `DUPLICATES`. `largest` is the size of the largest cluster, its canonical counted;
    `alarms` are the canonicals of the clusters beyond `Options.alarm_cluster_size`, with their sizes.
    """

    duplicates: pa.Table
    largest: int
    alarms: dict[str, int]


def cluster(signatures: pa.Table, options: Options = DEFAULTS) -> pa.Table:
    """Name the canonical of each document that repeats another: `find_clusters` without the extras."""
    return find_clusters(signatures, options).duplicates


def find_clusters(signatures: pa.Table, options: Options = DEFAULTS) -> Clusters:
    """Find all clusters among the documents.

    `signatures` has the columns of `SIGNATURES` and `source`, its rows in any order, each `document_id` once. The
    answer is a function of the set of rows:

    1. Of the documents with one URL in one source only the newest (`version_at`, then `seen_at`, then the least
       `document_id`) counts; the older ones are its duplicates, and join nothing to its cluster: a front page that
       shows other news each day would else join them all.
    2. Of those left, documents with one `exact_hash` are one text, ranked as its first by `Options.canonical`.
    3. Texts that meet in keys (`find_candidates`) and are verified (`Fingerprints.find_copies`) are joined; a cluster
       is what hangs together, its canonical the first by rank. A document without text is nobody's duplicate.

    Similarity and containment are those of the duplicate and its canonical, however it was joined, rounded to four
    decimals; the relation is `exact` for equal hashes, `contained` if nearly the whole of one is in the larger other,
    and else `near`: so also for an older version of a URL that has little in common with the newest.

    Raises `WinnowError` where a document stands twice, or a signature is of another `ALGORITHM_VERSION`.
    """
    check_comparable(signatures)
    standing = find_standing(signatures, options)
    roots = np.arange(len(standing.firsts))
    for left, right in verified_pairs(standing.texts(), options):
        roots = connect(roots, left, right)
    return describe_clusters(standing, roots, options)


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


def verified_pairs(texts: pa.Table, options: Options) -> Iterator[tuple[Integers, Integers]]:
    """Give the verified pairs of texts, which stand in the order of rank, as rows with left < right, in blocks."""
    fingerprints = Fingerprints(texts)
    candidates = find_candidates(*flatten(texts["keys"]), options.key_cap, options.key_hubs, options.shared_keys)
    for left, right in candidates:
        is_copy = fingerprints.find_copies(left, right, options)
        yield left[is_copy], right[is_copy]


def put_together(pairs: Iterable[tuple[Integers, Integers]]) -> tuple[Integers, Integers]:
    """Give all pairs of the blocks as one."""
    nothing = np.zeros(0, np.int64)
    left, right = (np.concatenate(side) for side in zip((nothing, nothing), *pairs, strict=True))
    return left, right


def check_comparable(signatures: pa.Table) -> None:
    """Raise `WinnowError` where a document stands twice, or a signature is of another `ALGORITHM_VERSION`."""
    if len(signatures) == 0:
        return
    versions = sorted(pc.unique(signatures["algorithm_version"]).to_pylist())
    if versions != [ALGORITHM_VERSION]:
        raise WinnowError(
            f"signatures of algorithm versions {versions}, where {ALGORITHM_VERSION} is wanted",
            hint="their texts must be fingerprinted again: ingest everything into another --curated",
        )
    if pc.count_distinct(signatures["document_id"]).as_py() != len(signatures):
        raise WinnowError(
            "a document stands twice among the live signatures",
            hint="this is a fault of Winnow: please report it, and ingest into another --curated",
        )


def _large(schema: pa.Schema) -> pa.Schema:
    """Give the schema with 64-bit offsets for what may exceed two gigabytes over all documents."""
    types = {"keys": pa.large_list(pa.uint64()), "numbers": pa.large_list(pa.uint64()), "sketch": pa.large_binary()}
    types |= dict.fromkeys(("document_id", "raw_path", "url", "source"), pa.large_string())
    return pa.schema([field.with_type(types.get(field.name, field.type)) for field in schema])


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


def connect(roots: Integers, left: Integers, right: Integers) -> Integers:
    """Join the components of the pairs; the root of a component is its first member."""
    while True:
        left_roots, right_roots = roots[left], roots[right]
        is_apart = left_roots != right_roots
        if not is_apart.any():
            return roots
        left, right = left[is_apart], right[is_apart]
        left_roots, right_roots = left_roots[is_apart], right_roots[is_apart]
        roots = roots.copy()
        np.minimum.at(roots, np.maximum(left_roots, right_roots), np.minimum(left_roots, right_roots))
        while not np.array_equal(above := roots[roots], roots):
            roots = above


def describe_clusters(standing: Standing, roots: Integers, options: Options) -> Clusters:
    """Say of each document that has another one as its canonical how alike they are; `roots` as of `canonical`."""
    table, canonical = standing.table, standing.canonical(roots)
    rows = np.flatnonzero(canonical != np.arange(len(table)))
    ids = table["document_id"].combine_chunks()
    columns = describe_pairs(table, rows, canonical[rows], options)
    pairs = [ids.take(rows).cast(pa.string()), ids.take(canonical[rows]).cast(pa.string())]
    duplicates = pa.table([*pairs, *columns], schema=DUPLICATES)
    sizes = np.bincount(canonical, minlength=1)
    large = np.flatnonzero(sizes > options.alarm_cluster_size)
    return Clusters(
        duplicates=duplicates.sort_by("document_id"),
        largest=int(sizes.max()),
        alarms=dict(zip(ids.take(large).to_pylist(), sizes[large].tolist(), strict=True)),
    )


def describe_pairs(table: pa.Table, left: Integers, right: Integers, options: Options) -> list[pa.Array]:
    """Give relation, similarity and containment of pairs of rows, as arrays."""
    involved, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    likeness = Fingerprints(table.take(involved)).compare(places[: len(left)], places[len(left) :])
    hashes = table["exact_hash"].combine_chunks()
    is_exact = np.asarray(pc.fill_null(pc.equal(hashes.take(left), hashes.take(right)), fill_value=False))
    return likeness.describe(is_exact, options)
