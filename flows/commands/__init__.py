"""The commands of `winnow`, one module each. The list is the order in `winnow --help`."""

from __future__ import annotations

import click

from flows.commands.ingest import ingest
from flows.commands.schema import schema
from flows.commands.show import show
from flows.commands.status import status

SECTIONS: tuple[tuple[str, tuple[click.Command, ...]], ...] = (
    ("Run", (ingest,)),
    ("Look", (status, show, schema)),
)
