"""The commands of `winnow`, one module each. The list is the order in `winnow --help`."""

from __future__ import annotations

import click

from flows.commands.accept import accept
from flows.commands.backfill import backfill
from flows.commands.completion import completion
from flows.commands.explore import explore
from flows.commands.ingest import ingest
from flows.commands.init import init
from flows.commands.learn import learn
from flows.commands.maintain import maintain
from flows.commands.push import push
from flows.commands.report import report
from flows.commands.retry import retry
from flows.commands.schema import schema
from flows.commands.serve import serve
from flows.commands.show import show
from flows.commands.status import status
from flows.commands.try_file import try_file
from flows.commands.verify import verify

SECTIONS: tuple[tuple[str, tuple[click.Command, ...]], ...] = (
    ("Run", (ingest, backfill, retry, accept, serve)),
    ("Keep", (maintain, verify, push)),
    ("Set up", (init, try_file, learn, completion)),
    ("Look", (status, show, report, explore, schema)),
)
