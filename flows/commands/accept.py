"""`winnow accept`: publish what a closed gate holds of a source."""

from __future__ import annotations

from dataclasses import replace

import click

from flows.commands.running import Asked, carry_out, run_options
from flows.order import RunOrder
from flows.pipeline import check_sources


@click.command(short_help="Publish what a closed gate holds of a source.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@run_options
def accept(sources: tuple[str, ...], asked: Asked) -> None:
    """Take in what the gate holds of SOURCE, whatever its checks say this time; and all else, as `winnow ingest` does.

    Records that are held come in, and documents whose raw files are gone are withdrawn. Look first at what is held and
    why: the findings of the last run stand in its summary and in curated/runs/.

    \b
    Example:
      winnow accept harbour-news
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    check_sources(asked.settings, sources)
    carry_out(asked, RunOrder(replace(asked.settings, accepted=frozenset(sources))))
