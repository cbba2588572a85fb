"""The options that commands share, and the consoles they print to."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource
from rich.console import Console

from flows.terminal import Terminal
from tasks.errors import UsageError, WinnowError
from tasks.objects import refuse_address
from tasks.place import Place, parse_place
from tasks.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])


class Whole(click.IntRange):
    """A whole number, called so in messages."""

    name = "whole number"


class Number(click.FloatRange):
    """A finite number, called so in messages."""

    name = "number"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """The number; `nan` and `inf`, which Python takes for such, are none here."""
        number = super().convert(value, parameter, context)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a valid number.", parameter, context)
        return number


class Folder(click.Path):
    """A folder on a file system; object storage has neither links nor an atomic rename."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """`UsageError` where it is an address of object storage."""
        refuse_address(str(value))
        return super().convert(value, parameter, context)


class RawFolder(click.Path):
    """A folder on a file system, or an address of object storage."""

    def __init__(self, *, exists: bool = False) -> None:
        super().__init__(path_type=Path, exists=exists, file_okay=not exists)

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """The place. `UsageError` where an address is none."""
        place = parse_place(str(value))
        return super().convert(value, parameter, context) if isinstance(place, Path) else place


class _Option(click.Option):
    """An option that an environment variable gives as well; a message names that one only if the value came from it."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """What the message calls it."""
        is_typed = ctx is not None and ctx.get_parameter_source(self.name or "") is ParameterSource.COMMANDLINE
        return click.Parameter.get_error_hint(self, ctx) if is_typed else super().get_error_hint(ctx)


def local_folder(raw: Place, what: str) -> Path:
    """The folder of the raw files, to write there; `UsageError` where that is object storage."""
    if isinstance(raw, Path):
        return raw
    raise UsageError(problem=f"{what} is not written to object storage", hint="print it, and put it there by hand")


def complete_source(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The sources whose names begin so, for the shell; none where raw/ cannot be listed."""
    from tasks.acquire.inventory import list_sources

    chosen = context.params.get("raw") or os.environ.get("WINNOW_RAW") or Settings().raw
    try:
        return [name for name in list_sources(parse_place(str(chosen))) if name.startswith(incomplete)]
    except WinnowError:
        return []


def output() -> Console:
    """Where results go: standard output. Rich leaves colours out where there is no terminal or NO_COLOR is set."""
    return _console(stderr=False)


def messages() -> Console:
    """Where everything else goes: standard error."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    console = Terminal(stderr=stderr)
    if not console.is_terminal:
        console.width = 120  # a file has no width; rich takes 80 and cuts tables
    return console


def folders(function: Function) -> Function:
    """Add --raw and --curated."""
    return raw(curated(function))


def raw(function: Function) -> Function:
    """Add --raw."""
    return click.option(
        "--raw",
        type=RawFolder(),
        default=Settings().raw,
        envvar="WINNOW_RAW",
        cls=_Option,
        show_envvar=True,
        show_default=True,
        help="Folder of the raw files, one folder a source in it; or s3://bucket/prefix.",
    )(function)


def curated(function: Function) -> Function:
    """Add --curated."""
    return click.option(
        "--curated",
        type=Folder(),
        default=Settings().curated,
        envvar="WINNOW_CURATED",
        cls=_Option,
        show_envvar=True,
        show_default=True,
        help="Folder of the snapshots.",
    )(function)


def load(function: Function) -> Function:
    """Add --workers, --shard-mb and --dask."""
    workers = click.option(
        "--workers",
        type=Whole(min=1, max=4 * (os.cpu_count() or 1)),
        default=Settings().workers,
        envvar="WINNOW_WORKERS",
        cls=_Option,
        show_envvar=True,
        show_default="one a core",
        help="Worker processes, at most four a core.",
    )
    shard = click.option(
        "--shard-mb",
        type=Number(min=0, min_open=True),
        default=Settings().shard_mb,
        envvar="WINNOW_SHARD_MB",
        cls=_Option,
        show_envvar=True,
        show_default=True,
        help="Megabytes of raw files in one shard, the unit of work, at most.",
    )
    dask = click.option(
        "--dask",
        metavar="ADDRESS",
        default=Settings().dask,
        envvar="WINNOW_DASK",
        cls=_Option,
        show_envvar=True,
        help="Dask scheduler, as tcp://HOST:8786: its workers take the place of worker processes here.",
    )
    return workers(shard(dask(function)))


def canonical(function: Function) -> Function:
    """Add --canonical."""
    return click.option(
        "--canonical",
        type=click.Choice(["earliest", "newest", "longest"]),
        default=Settings().canonical,
        envvar="WINNOW_CANONICAL",
        cls=_Option,
        show_envvar=True,
        show_default=True,
        help="Which document of a cluster of duplicates stands in `documents`.",
    )(function)


def as_json(function: Function) -> Function:
    """Add --json."""
    return click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs.")(function)
