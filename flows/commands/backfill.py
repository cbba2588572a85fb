"""`winnow backfill`: days of some sources done over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from flows.commands.options import complete_source
from flows.commands.running import Asked, carry_out, run_options
from flows.order import RunOrder
from tasks.acquire.scope import Scope


class _Day(click.DateTime):
    """A day, as people write it and messages name it."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a day; the error says how one is written."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day: year, month and day, as in 2026-11-20", param, ctx)


_DAY = _Day()


@click.command(short_help="Do days of some sources over, also where nothing changed.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="SOURCE",
    shell_complete=complete_source,
    help="A source to do over; may be given again.",
)
@click.option("--since", type=_DAY, metavar="DAY", help="The first day to do over, as 2026-11-20.")
@click.option("--until", type=_DAY, metavar="DAY", help="The last day to do over.")
@click.option("--all", "is_everything", is_flag=True, help="Do all sources and days over.")
@run_options
def backfill(
    sources: tuple[str, ...], since: datetime | None, until: datetime | None, is_everything: bool, asked: Asked
) -> None:
    """Read and clean raw files over, whether they changed or not, and replace their rows: after an upgrade, say.

    What is done over are the raw files of the sources that hold records of the days; those that are new there come in,
    and those that are gone are withdrawn. The gate judges them as it judges any run, and everything is published in one
    snapshot, or nothing. Killed, it is simply run again and goes on from its finished shards.

    \b
    Examples:
      winnow backfill --source harbour-news --since 2026-11-01 --until 2026-11-07 --plan
      winnow backfill --source harbour-news --source wire-feed
      winnow backfill --all --wait 3600

    Exit status: 0 done, 1 this run held something or a source failed, 2 wrong use.
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    scope = Scope(frozenset(sources), since and since.date(), until and until.date())
    carry_out(asked, RunOrder(asked.settings, scope, is_everything=is_everything))
