"""`winnow verify`: is what is published whole, and what to do where it is not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from flows.commands.options import RawFolder, as_json, curated, output
from flows.commands.running import chosen_watcher
from flows.inspection import inspect
from flows.inspection_view import print_inspection
from flows.interrupt import interruptible
from tasks.errors import UsageError
from tasks.place import Place


@click.command(short_help="Check that what is published is whole.")
@click.argument("snapshots", nargs=-1, metavar="[SNAPSHOT]...")
@click.option("--all", "is_all", is_flag=True, help="Check all snapshots, not only the current one.")
@click.option(
    "--raw",
    type=RawFolder(exists=True),
    help="Compare the raw files of this folder with the ledger too, byte for byte.",
)
@curated
@as_json
def verify(snapshots: tuple[str, ...], is_all: bool, raw: Place | None, curated: Path, is_json: bool) -> None:
    """Check the current snapshot, or SNAPSHOT (the start of its name will do), and say what to do where it is damaged.

    Every file is read: its SHA-256, its schema and its rows; whether the pieces of every text tile it; whether ids,
    canonicals, comments, boilerplate and signatures belong together; whether every record is accounted for. Nothing is
    changed, no lock is held, and a run may go on beside it.

    \b
    Examples:
      winnow verify                          the current snapshot
      winnow verify --all                    all of them, as before a backup
      winnow verify --raw raw                and whether raw/ is still what was read

    Exit status: 0 all is as it should be, 1 something is wrong, 2 wrong use.
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    if is_all and snapshots:
        raise UsageError(problem="--all and names of snapshots exclude each other", hint="leave out one of them")
    with interruptible(), chosen_watcher(is_quiet=is_json) as watcher:
        found = inspect(curated, watcher, snapshots, is_all=is_all, raw=raw)
    if is_json:
        output().print_json(json.dumps(found.as_json()))
    else:
        print_inspection(output(), found)
    sys.exit(0 if found.is_fine else 1)
