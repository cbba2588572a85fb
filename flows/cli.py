"""The command line: `winnow`.

Prefect is imported only when a flow is to run: it takes seconds.
"""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Any

import click

from flows.commands import SECTIONS
from flows.commands.options import messages
from flows.interrupt import Interrupted
from tasks.errors import UsageError, WinnowError


class _Sections(click.Group):
    """A group whose help lists the commands by section."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write one list for each section."""
        width = max(len(command.name or "") for _, commands in SECTIONS for command in commands)
        for title, commands in SECTIONS:
            with formatter.section(title):
                limit = formatter.width - width - 6
                formatter.write_dl([(command.name or "", command.get_short_help_str(limit)) for command in commands])


@click.group(cls=_Sections, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(metadata.version("winnow"), prog_name="winnow")
def winnow() -> None:
    r"""Turn raw scraped text into curated Parquet.

    raw/ goes in, one consistent snapshot in curated/current comes out: decoded, repaired, split into main text,
    boilerplate and comments, with languages and duplicates named.

    \b
    Exit status: 0 done, 1 something was held or a source failed, 2 wrong use.
    """


for _, _commands in SECTIONS:
    for _command in _commands:
        winnow.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run `winnow`, and end the process with its exit status."""
    try:
        sys.exit(_run(arguments))
    except Interrupted as interruption:
        messages().print(
            f"interrupted by {interruption}: nothing was published; run it again to go on", highlight=False
        )
        sys.exit(interruption.status)
    except WinnowError as error:
        console = messages()
        place = ":".join(str(p) for p in (getattr(error, "path", None), getattr(error, "line", None)) if p is not None)
        console.print("[bold red]error:[/] ", end="")
        console.print(f"{place}: {error.problem}" if place else error.problem, markup=False, soft_wrap=True)
        if error.hint:
            console.print(f"  what to do: {error.hint}", markup=False, soft_wrap=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)


def _run(arguments: list[str] | None) -> Any:
    return winnow.main(arguments, standalone_mode=True)
