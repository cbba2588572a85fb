"""The door of dedupe: its Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.dedupe.resolve import keep_index, resolve
from tasks.retry import RETRIES, is_storage_error

resolve_task = task(
    name="dedupe", cache_policy=NO_CACHE, persist_result=False, retry_condition_fn=is_storage_error, **RETRIES
)(resolve)
"""Cluster what lives after the run; see `resolve`."""

keep_index_task = task(
    name="index", cache_policy=NO_CACHE, persist_result=False, retry_condition_fn=is_storage_error, **RETRIES
)(keep_index)
"""See to it that the index is that of the current snapshot; see `keep_index`."""
