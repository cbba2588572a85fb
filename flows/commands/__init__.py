"""The commands of `winnow`, one module each. The list is the order in `winnow --help`.

A command is imported when it is asked for: those that look into documents load the stages of cleaning.
"""

from __future__ import annotations

from importlib import import_module

import click

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Run", ("ingest", "backfill", "retry", "accept", "serve")),
    ("Keep", ("maintain", "verify", "push")),
    ("Set up", ("init", "try", "learn", "completion")),
    ("Look", ("status", "show", "report", "explore", "schema")),
)

_MODULES = {"try": "try_file"}
"""Commands whose module may not be called as they are."""


def load_command(name: str) -> click.Command:
    """Import the command of this name, one of `SECTIONS`."""
    module = _MODULES.get(name, name)
    command: click.Command = getattr(import_module(f"{__name__}.{module}"), module)
    return command


def load_commands() -> tuple[click.Command, ...]:
    """Import all commands, in the order of the list."""
    return tuple(load_command(name) for _, names in SECTIONS for name in names)
