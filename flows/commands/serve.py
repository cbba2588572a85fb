"""`winnow serve`: Prefect's server, the schedules and what carries runs out, in one command."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from rich.markup import escape
from rich.table import Table

from flows.commands.options import Whole, canonical, folders, load, messages
from flows.interrupt import Interrupted, interruptible
from flows.service import GRACE_SECONDS, Served, ServiceOrder
from flows.service import serve as run_service
from tasks.acquire.inventory import list_sources
from tasks.errors import UsageError
from tasks.place import absolute
from tasks.settings import Settings

_BY_HAND = "by hand"


def _check_name(_context: click.Context, _option: click.Parameter, name: str) -> str:
    """A name that Prefect takes for a deployment, and a file system for a file."""
    if not re.fullmatch(r"\w[\w.-]{0,99}", name, re.ASCII):
        raise click.BadParameter(f"{name!r}: letters, digits, dots, - and _ only, and a letter or digit first")
    return name


@click.command(short_help="Start Prefect with everything scheduled, in one go.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where Prefect's server listens.")
@click.option("--port", type=Whole(1, 65535), default=4200, show_default=True, help="Its port.")
@click.option(
    "--ingest-cron", default="7 * * * *", show_default=True, help="When to take in what is new; - is by hand."
)
@click.option(
    "--maintain-cron", default="37 3 * * *", show_default=True, help="When to keep curated/ small; - is by hand."
)
@click.option("--timezone", default="UTC", show_default=True, help="Of the schedules, as in Europe/Paris.")
@click.option(
    "--name",
    default="winnow",
    show_default=True,
    callback=_check_name,
    help="Name of the deployments, one for each curated/.",
)
@canonical
@load
@folders
def serve(host: str, port: int, ingest_cron: str, maintain_cron: str, timezone: str, name: str, **options: Any) -> None:
    """Start a Prefect server with the flows deployed, and carry their runs out, one at a time.

    It ends with Ctrl-C or SIGTERM, and everything with it, a run at work in order. Started again it has the same
    schedules: those of the options. Where PREFECT_API_URL names a server, that one is used.

    The server has no password unless Prefect's own PREFECT_SERVER_API_AUTH_STRING sets one: whoever reaches --host and
    --port may start runs.

    \b
    Examples:
      winnow serve
      winnow serve --raw /data/raw --curated /data/curated --ingest-cron "*/15 * * * *"
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    settings = Settings(**options)
    list_sources(settings.raw)  # a wrong folder is known before Prefect has started
    schedules = {
        "ingest": _cron(ingest_cron, timezone),
        "maintain": _cron(maintain_cron, timezone),
        "backfill": None,
    }
    parameters = {
        key: str(value.absolute()) if isinstance(value, Path) else value
        for key, value in {**asdict(settings), "raw": str(absolute(settings.raw))}.items()
        if key not in ("accepted", "wait_seconds")
    }
    order = ServiceOrder(name, schedules, timezone, parameters)
    console = messages()
    try:
        with interruptible(GRACE_SECONDS):
            run_service(
                order, host, port, lambda text: console.print(escape(text)), lambda served: _announce(served, order)
            )
    except Interrupted:  # the way to end a service, and no failure
        console.print("stopped")


def _cron(text: str, timezone: str) -> str | None:
    """The schedule, None where a person starts the runs."""
    from prefect.client.schemas.schedules import CronSchedule

    if text.strip() in ("", "-"):
        return None
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "name one of the IANA database, as UTC or Europe/Paris"
        raise UsageError(problem=f"--timezone: there is no time zone {timezone!r}", hint=hint) from error
    try:
        CronSchedule(cron=text, timezone=timezone)
    except ValueError as error:
        raise UsageError(
            problem=f"{text!r} is no schedule of cron",
            hint="minute, hour, day of the month, month, day of the week, as in '7 * * * *'; - is by hand",
        ) from error
    return text


def _announce(served: Served, order: ServiceOrder) -> None:
    """Say where the UI is, what runs when, and where one reads of it."""
    console = messages()
    table = Table(box=None, pad_edge=False, show_header=False)
    for one in served.deployments:
        when = ", ".join(f"{cron} ({order.timezone})" for cron in one["schedules"]) or _BY_HAND
        if one["is_paused"]:
            when += "; paused in the UI"
        table.add_row(one["flow"], when, f"{served.url}/deployments/deployment/{one['id']}")
    console.print(f"Prefect is up: [bold]{escape(served.url)}[/]", highlight=False, soft_wrap=True)
    console.print(table, soft_wrap=True)
    where = f"the server's in {served.log}" if served.log else "the server's where it was started"
    console.print(f"logs of runs: here and in the UI; {escape(where)}", highlight=False, soft_wrap=True)
    console.print("Ctrl-C ends all of it", highlight=False)
