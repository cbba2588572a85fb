"""When a task is tried again: storage may recover, nothing else does."""

from __future__ import annotations

from typing import Any, TypedDict

from tasks.errors import StorageError


class _Retries(TypedDict):
    retries: int
    retry_delay_seconds: list[float]


RETRIES: _Retries = {"retries": 3, "retry_delay_seconds": [1, 5, 20]}
"""A network share that hangs comes back within half a minute or not while we wait."""

_FINAL = (PermissionError, FileNotFoundError, IsADirectoryError, NotADirectoryError)


def is_storage_error(_task: Any, _task_run: Any, state: Any) -> bool:
    """Whether a failed Prefect task is worth another try."""
    error = state.result(raise_on_failure=False)
    cause = error.__cause__ if isinstance(error, StorageError) else error
    return isinstance(error, StorageError | OSError) and not isinstance(cause, _FINAL)
