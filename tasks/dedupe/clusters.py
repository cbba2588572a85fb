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
from tasks.dedupe.options import DEFAULTS, Options
from tasks.dedupe.signatures import DUPLICATES
from tasks.dedupe.standing import Standing, find_standing
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
    return find_connected(signatures, options).clusters


@dataclass(frozen=True)
class Connected:
    """Documents, and which of their texts hang together.

    `texts` are those of `standing`; `left` and `right` are the rows of verified pairs of them, left < right, and
    `roots` for each text that of the first one of its cluster.
    """

    standing: Standing
    texts: pa.Table
    left: Integers
    right: Integers
    roots: Integers
    clusters: Clusters


def find_connected(signatures: pa.Table, options: Options) -> Connected:
    """Find clusters, as `find_clusters` says, and tell how."""
    check_comparable(signatures)
    standing = find_standing(signatures, options)
    texts = standing.texts()
    left, right = put_together(verified_pairs(texts, options))
    roots = connect(np.arange(len(texts)), left, right)
    return Connected(standing, texts, left, right, roots, _describe_clusters(standing, roots, options))


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


def _describe_clusters(standing: Standing, roots: Integers, options: Options) -> Clusters:
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
