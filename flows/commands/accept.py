"""`winnow accept`: publish what a closed gate holds of a source."""

from __future__ import annotations

import click

from flows.commands.running import Asked, run_options, take_in
from tasks.acquire.inventory import list_sources
from tasks.errors import UsageError
from tasks.publish.snapshot import load_current


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
    snapshot = load_current(asked.settings.curated)
    known = {*list_sources(asked.settings.raw), *(part.source for part in (snapshot.parts if snapshot else ()))}
    for source in sources:
        if source not in known:
            raise UsageError(problem=f"there is no source {source!r}", hint=f"one of: {', '.join(sorted(known))}")
    take_in(asked, frozenset(sources))
