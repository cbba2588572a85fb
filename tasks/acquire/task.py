"""The door of acquire: its Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.acquire.survey import survey
from tasks.retry import RETRIES, is_storage_error

survey_task = task(
    name="acquire", cache_policy=NO_CACHE, persist_result=False, retry_condition_fn=is_storage_error, **RETRIES
)(survey)
"""Survey `raw/` and plan the shards; see `survey`."""
