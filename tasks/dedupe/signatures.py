"""The signature of a document: its fingerprint, and what decides which of its copies is canonical."""

from __future__ import annotations

import pyarrow as pa

from tasks.dedupe.fingerprints import FINGERPRINT_FIELDS

_TIME = pa.timestamp("us", tz="UTC")

SIGNATURES: pa.Schema = pa.schema(
    [
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("raw_path", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        # The time that decides which copy was first: published, else fetched, else the day.
        pa.field("seen_at", _TIME, nullable=False),
        # The time that decides which version of a URL is the newest: fetched, else published, else the day.
        pa.field("version_at", _TIME, nullable=False),
        pa.field("characters", pa.int64(), nullable=False),
        pa.field("language", pa.string()),
        *FINGERPRINT_FIELDS,
    ]
)
"""One row per document, duplicates too; `source` and `day` are in the path of the partition."""

DUPLICATES: pa.Schema = pa.schema(
    [
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("canonical_id", pa.string(), nullable=False),
        pa.field("relation", pa.string(), nullable=False),
        pa.field("similarity", pa.float64(), nullable=False),
        pa.field("containment", pa.float64(), nullable=False),
    ]
)
"""One row per document that is not canonical, in order of `document_id`."""
