"""`winnow ingest`: take in whatever is new, changed or gone in `raw/`."""

from __future__ import annotations

import click

from flows.commands.running import Asked, carry_out, run_options
from flows.order import RunOrder


@click.command(short_help="Take in what is new, changed or gone in raw/.")
@run_options
def ingest(asked: Asked) -> None:
    """Take in whatever is new, changed or gone in raw/, and publish one snapshot if anything is.

    Running it again is free: where nothing is new, nothing is done. A run that was killed is simply run again.

    \b
    Examples:
      winnow ingest                          the folders raw/ and curated/ of this folder
      winnow ingest --direct --workers 1     without Prefect, on one core
      winnow ingest --wait 600               wait for a run that is under way
      winnow ingest --plan                   only tell what it would do

    Exit status: 0 done, 1 this run held something or a source failed, 2 wrong use. Records that an earlier run
    held count no more; a withdrawal that is held counts in each run.
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    carry_out(asked, RunOrder(asked.settings))
