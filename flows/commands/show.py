"""`winnow show`: one document, with every line in the colour of its label."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from flows.commands.options import as_json, curated, output
from flows.view import print_facts, print_pieces, visible
from tasks.dedupe.options import Options
from tasks.errors import UsageError
from tasks.publish.kinship import Member, read_cluster
from tasks.publish.reading import find_document
from tasks.publish.snapshot import load_current
from tasks.settings import find_canonical


@click.command(short_help="Show one document, the role of every line beside it.")
@click.argument("document")
@curated
@as_json
def show(document: str, curated: Path, is_json: bool) -> None:
    """Show DOCUMENT: its facts, its whole text with the role of every line in the margin, and what repeats it.

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
    row = whole.row
    repeats = (
        f"{row['canonical_id']} ({row['relation']}, similarity {row['similarity']:.2f})" if whole.is_duplicate else ""
    )
    print_facts(
        console,
        (
            ("document", row["document_id"]),
            ("raw", f"{row['raw_path']}#{row['raw_record']}".rstrip("#")),
            ("title", row["title"]),
            ("author", row["author"]),
            ("published", row["published_at"]),
            ("url", row["url"]),
            ("language", f"{row['language']} ({row['language_confidence']:.2f})"),
            ("encoding", f"{row['encoding']}, by {row['encoding_method']}"),
            ("fixes", ", ".join(row["fixes"])),
            ("comments", len(whole.comments)),
            ("repeats", repeats),
        ),
    )
    print_pieces(console, whole.pieces)
    cluster = read_cluster(
        snapshot,
        row.get("canonical_id") or row["document_id"],
        Options(canonical=find_canonical(snapshot.settings.get("run"))),
    )
    if len(cluster) > 1:
        console.print(_cluster_table(cluster, row["document_id"]))


def _cluster_table(cluster: list[Member], shown: str) -> Table:
    """Who is in the cluster, and what joined each member to it."""
    table = Table(title="\ncluster", title_justify="left", box=None, pad_edge=False, header_style="dim")
    for name in ("document", "raw", "joined to", "why", "similarity", "containment"):
        table.add_column(name, justify="right" if name in ("similarity", "containment") else "left")
    for member in cluster:
        numbers = (f"{member.similarity:.2f}", f"{member.containment:.2f}") if member.joined_to else ("", "")
        cells = (
            member.document_id[:8],
            visible(member.raw_path),
            (member.joined_to or "")[:8],
            member.reason,
            *numbers,
        )
        table.add_row(*map(Text, cells), style="bold" if member.document_id == shown else "")
    return table
