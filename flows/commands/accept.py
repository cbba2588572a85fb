"""`winnow accept`: publish what a closed gate holds of a source."""

from __future__ import annotations

import json
from dataclasses import replace

import click
from rich.markup import escape

from flows.commands.options import complete_source, messages, output
from flows.commands.running import Asked, carry_out, run_options
from flows.order import RunOrder
from flows.pipeline import check_sources
from flows.state import look_for_held
from tasks.settings import folder_options


@click.command(short_help="Publish what a closed gate holds of a source.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", shell_complete=complete_source)
@run_options
def accept(sources: tuple[str, ...], asked: Asked) -> None:
    """Take in what the gate holds of SOURCE, whatever its checks say this time; and all else, as `winnow ingest` does.

    Records that are held come in, and documents whose raw files are gone are withdrawn. Look first at what is held and
    why: the findings of the last run stand in its summary and in curated/runs/. Where nothing of SOURCE is held,
    nothing is done.

    \b
    Example:
      winnow accept harbour-news
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    check_sources(asked.settings, sources)
    held = frozenset(held.source for held in look_for_held(asked.settings.curated)) & {*sources}
    for source in sorted({*sources} - held):
        messages().print(f"nothing of {escape(source)} is held", highlight=False)
    if held:
        carry_out(asked, RunOrder(replace(asked.settings, accepted=held)))
        return
    if asked.is_json:
        output().print_json(json.dumps({"status": "nothing_held", "sources": sorted(sources)}))
    else:
        folders = folder_options(asked.settings.raw, asked.settings.curated, asked.settings.canonical)
        words = f"nothing was done; `winnow ingest{folders}` takes in what is new"
        messages().print(words, highlight=False, markup=False, soft_wrap=True)
