"""Documents -> clusters: fingerprints, the index, the clusters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from tasks.dedupe.clusters import cluster
from tasks.dedupe.fingerprints import FINGERPRINT_FIELDS, fingerprint
from tasks.dedupe.letters import to_arrow
from tasks.dedupe.options import DEFAULTS, Options
from tasks.dedupe.signatures import SIGNATURES

__all__ = ["SIGNATURES", "Options", "find_duplicates"]


def find_duplicates(
    ids: Sequence[str], texts: Sequence[str], seen_at: Sequence[datetime], options: Options = DEFAULTS
) -> dict[str, str]:
    """Map each id to that of its canonical, in the order given; a document that repeats no other to itself.

    The three go together, each id once. The canonical of a cluster is by default the one with the least
    `(seen_at, id)`; the answer does not depend on the order of the documents. Texts without any character but white
    space are nobody's duplicates.
    """
    count = len(ids)
    array = to_arrow(texts)
    times = pa.array(seen_at, pa.timestamp("us", tz="UTC"))
    prints = fingerprint(array)
    columns = {
        "source": pa.repeat("", count),
        "document_id": pa.array(ids, pa.string()),
        "raw_path": pa.repeat("", count),
        "url": pa.nulls(count, pa.string()),
        "seen_at": times,
        "version_at": times,
        "characters": pa.array([len(text) for text in texts], pa.int64()),
        "language": pa.nulls(count, pa.string()),
    }
    columns |= {field.name: prints[field.name] for field in FINGERPRINT_FIELDS}
    duplicates = cluster(pa.table(columns), options)
    found = dict(zip(ids, ids, strict=True))
    found.update(zip(duplicates["document_id"].to_pylist(), duplicates["canonical_id"].to_pylist(), strict=True))
    return found
