"""The door of publish: its Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.publish.commit import publish_delta
from tasks.retry import RETRIES, is_storage_error

publish_task = task(
    name="publish", cache_policy=NO_CACHE, persist_result=False, retry_condition_fn=is_storage_error, **RETRIES
)(publish_delta)
"""Publish the next snapshot; see `publish_delta`. A second try starts anew, or moves the link."""
