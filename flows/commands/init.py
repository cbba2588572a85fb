"""`winnow init`: propose a `source.toml` from the files of a source."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.options import messages, raw
from tasks.acquire.inventory import list_files, list_sources
from tasks.acquire.proposal import propose_settings
from tasks.acquire.source import SETTINGS_FILE
from tasks.errors import UsageError


@click.command(short_help="Propose a source.toml from the files of a source.")
@click.argument("source")
@raw
@click.option("--write", is_flag=True, help="Write it to raw/SOURCE/source.toml, unless there is one.")
def init(source: str, raw: Path, write: bool) -> None:
    """Look at the files of SOURCE and print a source.toml for it, with what was seen in its comments.

    \b
    Examples:
      winnow init harbour-news
      winnow init harbour-news --write
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    known = list_sources(raw)
    if source not in known:
        hint = f"one of: {', '.join(known)}" if known else "make a folder for it"
        raise UsageError(problem=f"there is no source {source!r} in {raw}", hint=hint)
    inventory = list_files(raw)
    if source in inventory.stopped:
        raise inventory.stopped[source]
    files = [file for file in inventory.files if file.source == source]
    if not files:
        raise UsageError(problem=f"there are no files in {raw / source}", hint="put some there first")
    text = propose_settings(source, files)
    path = raw / source / SETTINGS_FILE
    if not write:
        click.echo(text, nl=False)
        return
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(problem=f"{path} is there already", hint="print the proposal without --write") from None
    messages().print(f"wrote {path}", markup=False)
