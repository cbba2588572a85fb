"""What the parameters of the flows share, and with them their forms in Prefect: bounds, defaults, threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from tasks.errors import UsageError
from tasks.place import parse_place
from tasks.publish.contract import REASONS
from tasks.settings import Settings

Workers = Annotated[int, Field(ge=1)]
Megabytes = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Minutes = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
SourceName = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]*$")]
Day = Annotated[date, Field(json_schema_extra={"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})]
Reason = Annotated[str, Field(json_schema_extra={"enum": sorted(REASONS)})]

WAIT_SECONDS = 3600.0
"""A run that someone else started, or a person's on the command line, is let finish: hours are spared by it, and a
schedule that is seldomer than hourly loses no day."""

RUNNER: Any = ThreadPoolTaskRunner(max_workers=1024)
"""Threads that wait for the workers. There are only as many as `PrefectRooms.clean` has task runs at a time."""

_READ: tuple[tuple[str, Callable[[str], Any]], ...] = (
    ("raw", parse_place),
    ("curated", Path),
    ("workers", int),
    ("shard_mb", float),
    ("canonical", str),
    ("dask", str),
)


def settings_from_environment() -> Settings:
    """The settings with what `WINNOW_RAW` and its like say; `UsageError` where one of them cannot be read."""
    chosen: dict[str, Any] = {}
    for name, read in _READ:
        variable = f"WINNOW_{name.upper()}"
        if value := os.environ.get(variable):
            try:
                chosen[name] = read(value)
            except ValueError as error:
                raise UsageError(problem=f"{variable} is {value!r}", hint="give it a number") from error
    return Settings(**chosen)


DEFAULTS = settings_from_environment()
"""Those of the process that loads a flow: a form shows those of whoever deployed it, a schedule takes a worker's."""
