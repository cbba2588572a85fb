"""`winnow show`: one document, with every line in the colour of its label."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from flows.commands.options import as_json, curated, output
from tasks.errors import UsageError
from tasks.publish.reading import WholeDocument, find_document
from tasks.publish.snapshot import load_current

STYLES = {"main": "default", "boilerplate": "bright_black", "comment": "cyan"}
MARKS = {"main": " ", "boilerplate": "-", "comment": ">"}
"""Beside the role, so that the labels can be told apart without colours."""

_MARGIN = 18


@click.command(short_help="Show one document, the role of every line beside it.")
@click.argument("document")
@curated
@as_json
def show(document: str, curated: Path, is_json: bool) -> None:
    """Show DOCUMENT: its facts, and its whole text with the role of every line in the margin.

    DOCUMENT is a document_id, the start of one, or a raw path (with #line:N where a file holds many records).

    \b
    Examples:
      winnow show 3fa9
      winnow show harbour-news/2026-11-20/tide.txt
      winnow show wire-feed/2026-11-20/feed.jsonl#line:3
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    snapshot = load_current(curated)
    if snapshot is None:
        raise UsageError(problem=f"nothing is published in {curated}", hint="run `winnow ingest` first")
    whole = find_document(snapshot, document)
    console = output()
    if is_json:
        console.print_json(json.dumps({"document": whole.row, "comments": whole.comments}, default=str))
        return
    _print_facts(console, whole)
    for piece in whole.pieces:
        margin = Text(f"{MARKS[piece.label]} {piece.role}".ljust(_MARGIN), style="dim")
        for line in visible(piece.text).splitlines():
            if line.strip():
                console.print(margin + Text(line, style=STYLES[piece.label]), soft_wrap=True)
                margin = Text(MARKS[piece.label].ljust(_MARGIN), style="dim")


def visible(text: str) -> str:
    r"""The text with control characters shown as such: data must not steer the terminal.

    >>> visible("a\x1b[31m")
    'a␛[31m'
    """
    return "".join(_picture(character) for character in text)


def _picture(character: str) -> str:
    code = ord(character)
    if code < 32 and character not in "\n\t":
        return chr(0x2400 + code)
    if code == 127 or 0x80 <= code < 0xA0 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return f"\\u{code:04x}"
    return character


def _print_facts(console: Console, whole: WholeDocument) -> None:
    row = whole.row
    facts = [
        ("document", row["document_id"]),
        ("raw", f"{row['raw_path']}#{row['raw_record']}".rstrip("#")),
        ("title", row["title"]),
        ("author", row["author"]),
        ("published", row["published_at"]),
        ("url", row["url"]),
        ("language", f"{row['language']} ({row['language_confidence']:.2f})"),
        ("encoding", f"{row['encoding']}, by {row['encoding_method']}"),
        ("fixes", ", ".join(row["fixes"])),
        ("comments", len(whole.comments) or None),
    ]
    if whole.is_duplicate:
        facts.append(("repeats", f"{row['canonical_id']} ({row['relation']}, similarity {row['similarity']:.2f})"))
    for name, value in facts:
        if value:
            console.print(f"[dim]{name:<{_MARGIN}}[/]{escape(visible(str(value)))}", soft_wrap=True)
    console.print()
