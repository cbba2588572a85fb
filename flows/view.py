"""A document on the terminal: its facts, and its text with the role of every piece in the margin."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from flows.document_facts import Fact
from flows.hidden import visible
from tasks.publish.reading import Piece

STYLES = {"main": "default", "boilerplate": "bright_black", "comment": "cyan"}
MARKS = {"main": " ", "boilerplate": "-", "comment": ">"}
"""Beside the role, so that the labels can be told apart without colours."""

_MARGIN = 18


def print_facts(console: Console, facts: Iterable[Fact]) -> None:
    """Print what is known, a line each; what is not known is left out."""
    for name, value in facts:
        if value:
            console.print(f"[dim]{name:<{_MARGIN}}[/]{escape(visible(str(value)))}", soft_wrap=True)
    console.print()


def print_pieces(console: Console, pieces: Iterable[Piece]) -> None:
    """Print the text; the role stands beside the first line of each piece, the mark of its label beside all."""
    for piece in pieces:
        margin = f"{MARKS[piece.label]} {piece.role}".ljust(_MARGIN)
        for line in visible(piece.text).splitlines():
            if line.strip():
                console.print(Text(margin, style="dim") + Text(line, style=STYLES[piece.label]), soft_wrap=True)
                margin = MARKS[piece.label].ljust(_MARGIN)
