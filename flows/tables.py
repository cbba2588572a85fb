"""Tables on the terminal: figures and short names, of which nothing is cut off."""

from __future__ import annotations

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_WIDEST = 1000
"""Characters: what a table of short cells never needs."""


def plain_table(title: str = "") -> Table:
    """A table without lines around its cells."""
    return Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="dim")


def print_whole(console: Console, table: Table) -> None:
    """Print a table at the width that it needs; a narrower terminal wraps its lines, where Rich would cut its cells."""
    width = console.width
    console.width = max(width, Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum)
    console.print(table)
    console.width = width
