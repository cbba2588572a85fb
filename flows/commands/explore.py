"""`winnow explore`: look through what is published, in a browser, on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.options import Whole, folders, messages
from flows.interrupt import Interrupted, interruptible
from tasks.place import Place
from tasks.settings import Settings


@click.command(short_help="Look through what is published, in a browser.")
@click.option("--port", type=Whole(0, 65535), default=8377, show_default=True, help="0 takes a free one.")
@click.option("--open", "is_opening", is_flag=True, help="Open the browser as well.")
@folders
def explore(port: int, is_opening: bool, raw: Place, curated: Path) -> None:
    """Serve pages over the current snapshot, to this machine alone: search, documents, their raw bytes, what changed.

    They only read. To search fast they keep lists of the words of each file in curated/.work, which may be deleted.
    Ctrl-C ends it.

    \b
    Examples:
      winnow explore --open
      winnow explore --port 9000 --curated /data/curated --raw /data/raw
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    from flows.explorer.serving import serve_pages

    console = messages()

    def announce(address: str) -> None:
        console.print(f"the explorer is at [bold]{address}[/]; Ctrl-C ends it", highlight=False, soft_wrap=True)
        if is_opening:
            click.launch(address)

    try:
        with interruptible():
            serve_pages(Settings(raw=raw, curated=curated), port, announce)
    except Interrupted:  # the way to end a service, and no failure
        console.print("stopped")
