"""The readers, one module each. The list is the order of probing: the first that knows a stream reads it."""

from __future__ import annotations

from tasks.acquire.reader import Reader
from tasks.acquire.readers import delimited, jsonl, page, parquet, text, values, warc

READERS: tuple[Reader, ...] = (parquet, warc, page, jsonl, values, delimited, text)
