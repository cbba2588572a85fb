"""Tables on the terminal."""

import io

from rich.console import Console

from flows.tables import plain_table, print_whole
from flows.terminal import Terminal

NAMES = ("run", "flow", "status", "read", "documents", "duplicates", "rejected", "held")
CELLS = ("20261127T023505Z-cbb366", "ingest", "published", "20000", "18664", "1336", "12", "0")


def printed(console_of: type[Console], width: int) -> str:
    told = io.StringIO()
    console = console_of(file=told, width=width, force_terminal=True, color_system=None)
    table = plain_table("last runs")
    for name in NAMES:
        table.add_column(name)
    table.add_row(*CELLS)
    print_whole(console, table)
    assert console.width == width
    return told.getvalue()


def test_a_narrow_terminal_cuts_nothing() -> None:
    for console_of in (Console, Terminal):
        narrow, wide = printed(console_of, 40), printed(console_of, 200)
        assert narrow.split() == wide.split() == ["last", "runs", *NAMES, *CELLS]
