"""Signatures as the steps of an update read them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedupe.index.compare import to_integers
from tasks.dedupe.likeness import flatten
from tasks.dedupe.options import Options


def prepare(signatures: pa.Table, options: Options) -> dict[str, pa.Table]:
    """Give signatures as the steps read them: documents, their distinct prints, and the keys of these.

    Times are numbers; of two documents that with the lower rank is canonical.
    """
    codes = signatures["exact_hash"].combine_chunks().dictionary_encode().indices
    _, rows = np.unique(to_integers(codes.drop_null()), return_index=True)
    rows = np.flatnonzero(np.asarray(codes.is_valid()))[rows]
    prints = signatures.select(["exact_hash", "sketch", "shingles", "numbers"]).take(rows)
    keys, offsets = flatten(signatures["keys"].take(rows))
    numbers = np.arange(len(rows), dtype=np.int32)
    key_counts = np.diff(offsets)
    return {
        "added": list_documents(signatures, options).append_column("print", codes.cast(pa.int32())),
        "prints": prints.append_column("print", pa.array(numbers)).append_column("key_count", pa.array(key_counts)),
        "print_keys": pa.table({"print": np.repeat(numbers, key_counts), "key": keys}),
    }


def list_documents(signatures: pa.Table, options: Options) -> pa.Table:
    """Give of each document what the index knows of it beside its text: times as numbers, and what it ranks by.

    An empty URL is none.
    """
    seen_at, version_at = (signatures[name].cast(pa.int64()) for name in ("seen_at", "version_at"))
    rank = {
        "earliest": lambda: seen_at,
        "newest": lambda: pc.negate(seen_at),
        "longest": lambda: pc.negate(signatures["characters"]),
    }[options.canonical]()
    url = signatures["url"]
    return pa.table(
        {name: signatures[name] for name in ("document_id", "source")}
        | {"url": pc.if_else(pc.equal(url, ""), pa.scalar(None, url.type), url)}
        | {"seen_at": seen_at, "version_at": version_at, "rank": rank}
    )
