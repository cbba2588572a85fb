"""`winnow retry`: rejected records tried again."""

from __future__ import annotations

import click

from flows.commands.options import complete_source
from flows.commands.running import Asked, carry_out, run_options
from flows.order import RunOrder
from tasks.acquire.scope import Scope


@click.command(short_help="Try rejected records again, after a fix or an upgrade.")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=complete_source)
@click.option("--reason", "reasons", multiple=True, metavar="CODE", help="Only those rejected for this reason.")
@run_options
def retry(sources: tuple[str, ...], reasons: tuple[str, ...], asked: Asked) -> None:
    """Read the raw files again that hold rejected records, of SOURCE or of all sources.

    A raw file that changed is read again by `winnow ingest` anyway, and one whose source.toml changed too. This is for
    the others: after an upgrade of Winnow, or where a disk gave wrong bytes. What `withdrawn.txt` names stays out.

    \b
    Examples:
      winnow retry --plan
      winnow retry wire-feed --reason broken_json
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    carry_out(asked, RunOrder(asked.settings, Scope(frozenset(sources)), frozenset(reasons)))
