"""The door of clean: its Prefect task, one run of it for each shard."""

from __future__ import annotations

from concurrent.futures import Executor

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.clean.finished import ShardResult, read_result
from tasks.clean.order import ShardOrder, carry_out
from tasks.retry import RETRIES, is_storage_error


@task(
    name="clean",
    task_run_name="clean {name}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retry_condition_fn=is_storage_error,
    **RETRIES,
)
def clean_task(name: str, order: ShardOrder, executor: Executor) -> ShardResult:  # noqa: ARG001 - Prefect shows the name
    """Hand the shard to a worker process and wait for it: here is a thread, there is no Prefect."""
    return read_result(order.folder, reused=executor.submit(carry_out, order).result())
