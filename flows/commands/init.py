"""`winnow init`: propose a `source.toml` from the files of a source."""

from __future__ import annotations

import click

from flows.commands.options import complete_source, local_folder, messages, raw
from flows.commands.sources import list_source
from tasks.acquire.proposal import propose_settings
from tasks.acquire.source import SETTINGS_FILE
from tasks.errors import UsageError
from tasks.place import Place


@click.command(short_help="Propose a source.toml from the files of a source.")
@click.argument("source", shell_complete=complete_source)
@raw
@click.option("--write", is_flag=True, help="Write it to raw/SOURCE/source.toml, unless there is one.")
def init(source: str, raw: Place, write: bool) -> None:
    """Look at the files of SOURCE and print a source.toml for it, with what was seen in its comments.

    \b
    Examples:
      winnow init harbour-news
      winnow init harbour-news --write
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    files = list_source(raw, source)
    text = propose_settings(source, files)
    if not write:
        click.echo(text, nl=False)
        return
    path = local_folder(raw, SETTINGS_FILE) / source / SETTINGS_FILE
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(problem=f"{path} is there already", hint="print the proposal without --write") from None
    messages().print(f"wrote {path}", markup=False)
