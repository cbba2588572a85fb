"""The door of the gate: its Prefect task."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.gate import judge

judge_task = task(name="gate", cache_policy=NO_CACHE, persist_result=False)(judge)
"""Judge whether the run is fit to publish; see `judge`. Not tried again: the same evidence gives the same answer."""
