"""The command line: `winnow`.

A command is imported only when it is asked for, and Prefect only when a flow is to run: it takes seconds.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import metadata

import click
from rich.markup import escape

from flows.commands import SECTIONS, load_command, load_commands
from flows.commands.options import messages
from flows.interrupt import Interrupted
from tasks.errors import StorageError, UsageError, WinnowError

_MEND = "make room or mend the folder, then run it again"


class _Sections(click.Group):
    """A group whose help lists the commands by section, and which imports none but those it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Give the names of all commands, in the order of the sections."""
        return [name for _, names in SECTIONS for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of this name."""
        if cmd_name in self.list_commands(ctx):
            return load_command(cmd_name)
        self.commands = {command.name or "": command for command in load_commands()}  # click names the nearest of these
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list for each section."""
        width = max(map(len, self.list_commands(ctx)))
        for title, names in SECTIONS:
            with formatter.section(title):
                limit = formatter.width - width - 6
                formatter.write_dl([(name, load_command(name).get_short_help_str(limit)) for name in names])


@click.group(cls=_Sections, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(metadata.version("winnow"), prog_name="winnow")
def winnow() -> None:
    """Turn raw scraped text into curated Parquet.

    raw/ goes in, one consistent snapshot in curated/current comes out: decoded, repaired, split into main text,
    boilerplate and comments, with languages and duplicates named.

    \b
    Exit status: 0 done, 1 this run held something or a source failed, 2 wrong use.
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped


def main(arguments: list[str] | None = None) -> None:
    """Run `winnow`, and end the process with its exit status."""
    try:
        sys.exit(winnow.main(arguments, prog_name="winnow", standalone_mode=False))
    except click.Abort as abort:  # what click makes of KeyboardInterrupt
        cause = abort.__cause__ if isinstance(abort.__cause__, Interrupted) else Interrupted(signal.SIGINT)
        messages().print(f"\ninterrupted by {cause}: run it again to go on where it stopped")
        sys.exit(cause.status)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except WinnowError as error:
        _print_error(error)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except OSError as error:  # a disk that is full, a folder that may not be written to: no fault of ours
        place = os.fsdecode(error.filename) if error.filename else "what is printed, or the folder"
        _print_error(StorageError(error.strerror or str(error), _MEND, place))
        sys.exit(1)


def _print_error(error: WinnowError) -> None:
    """Say where, what and what to do; data in the message does not reach the terminal as markup."""
    console = messages()
    place = ":".join(str(part) for part in (getattr(error, "path", None), getattr(error, "line", None)) if part)
    problem = f"{place}: {error.problem}" if place else error.problem
    console.print(f"[bold red]error:[/] {escape(problem)}", soft_wrap=True)
    if error.hint:
        console.print(f"[bold]what to do:[/] {escape(error.hint)}", soft_wrap=True)
