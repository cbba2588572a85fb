"""Why the documents of a cluster are in it: for each the one that joined it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.arrays import Integers
from tasks.dedupe.clusters import describe_pairs, put_together, verified_pairs
from tasks.dedupe.options import DEFAULTS, Options
from tasks.dedupe.standing import first_of_text, newest_versions, number_texts, rank_rows

REASONS: pa.Schema = pa.schema(
    [
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("joined_to", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("similarity", pa.float64(), nullable=False),
        pa.field("containment", pa.float64(), nullable=False),
    ]
)
"""One row per document but the canonical: what it was joined to, and `version` or the relation of the two."""


def explain(members: pa.Table, options: Options = DEFAULTS) -> pa.Table:
    """Say what joined each member of one cluster, by `REASONS`, in order of the steps from the canonical.

    `members` are the signatures of all documents of the cluster, the canonical too, with `source`. An older version
    hangs on the newest of its URL, an exact copy on the first document with its text, and that on the one of the
    fewest steps from the canonical that it is a verified copy of; of several on the first by rank.
    """
    table = members.take(rank_rows(members, options.canonical))
    rows = np.arange(len(table))
    newest = newest_versions(table) if options.has_url_versions else rows
    first = first_of_text(number_texts(table), newest)
    texts = rows[(newest == rows) & (first == rows)]
    parents, steps = rows.copy(), np.zeros(len(table), np.int64)
    parents[texts], steps[texts] = _walk(table.take(texts), texts, options)
    is_copy = (newest == rows) & (first != rows)
    parents[is_copy], steps[is_copy] = first[is_copy], steps[first[is_copy]] + 1
    is_old = newest != rows
    parents[is_old], steps[is_old] = newest[is_old], steps[newest[is_old]] + 1
    joined = np.flatnonzero(parents != rows)
    joined = joined[np.argsort(steps[joined], kind="stable")]
    relation, similarity, containment = describe_pairs(table, joined, parents[joined], options)
    reasons: npt.NDArray[np.str_] = np.where(is_old[joined], "version", np.array(relation.to_pylist(), dtype=str))
    ids = table["document_id"].combine_chunks()
    columns = [ids.take(joined), ids.take(parents[joined]), pa.array(reasons.tolist(), pa.string())]
    return pa.table([*columns, similarity, containment], schema=REASONS)


def _walk(texts: pa.Table, rows: Integers, options: Options) -> tuple[Integers, Integers]:
    """Give for each text the row that it is joined to on the way from the first one, and the steps from there."""
    count = len(texts)
    parents, steps = np.zeros(count, np.int64), np.full(count, -1)
    steps[:1] = 0
    left, right = put_together(verified_pairs(texts, options))
    sources, targets = np.concatenate([left, right]), np.concatenate([right, left])
    step = 0
    while (is_reached := (steps[sources] == step) & (steps[targets] < 0)).any():
        step += 1
        # In reverse order of rank, so that what the first one writes stays.
        order = np.argsort(-sources[is_reached], kind="stable")
        parents[targets[is_reached][order]] = sources[is_reached][order]
        steps[targets[is_reached]] = step
    steps[steps < 0] = step + 1
    return rows[parents], steps
