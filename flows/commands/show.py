"""`winnow show`: one document, with every line in the colour of its label; on the terminal, or as a page."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.options import as_json, curated, messages, output
from flows.document_facts import facts_of
from flows.hidden import visible
from flows.tables import plain_table, print_whole
from flows.view import print_facts, print_pieces
from tasks.dedupe.options import Options
from tasks.errors import StorageError, UsageError
from tasks.parts import write_whole
from tasks.publish.current import need_published
from tasks.publish.kinship import Member, read_cluster
from tasks.publish.reading import WholeDocument, find_document
from tasks.publish.snapshot import Snapshot


@click.command(short_help="Show one document, the role of every line beside it.")
@click.argument("document")
@click.option("--html", "is_html", is_flag=True, help="Write a page of its own for a browser, with colours.")
@click.option(
    "--output",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the page to FILE, not to standard output.",
)
@curated
@as_json
def show(document: str, is_html: bool, target: Path | None, curated: Path, is_json: bool) -> None:
    """Show DOCUMENT: its facts, its whole text with the role of every line in the margin, and what repeats it.

    DOCUMENT is a document_id, the start of one, or a raw path (with #line:N where a file holds many records). Of a
    record that was rejected it says why; one that is held it calls so, and `winnow status` says why.

    \b
    Examples:
      winnow show 3fa9
      winnow show harbour-news/2026-11-20/tide.txt
      winnow show wire-feed/2026-11-20/feed.jsonl#line:3
      winnow show 3fa9 --html --output page.html
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    if is_html and is_json:
        raise UsageError(problem="--html and --json exclude each other", hint="leave out one of them")
    if target is not None and not is_html:
        raise UsageError(problem="--output says where a page goes, and no page was asked for", hint="add --html")
    snapshot = need_published(curated)
    whole = find_document(snapshot, document)
    if is_json:
        output().print_json(json.dumps({"document": whole.row, "comments": whole.comments}, default=str))
    elif is_html:
        _write_page(whole, snapshot, target)
    else:
        _print_document(output(), whole, _cluster_of(whole, snapshot))


def _cluster_of(whole: WholeDocument, snapshot: Snapshot) -> list[Member]:
    return read_cluster(
        snapshot,
        whole.row.get("canonical_id") or whole.row["document_id"],
        Options(canonical=snapshot.canonical),
    )


def _write_page(whole: WholeDocument, snapshot: Snapshot, target: Path | None) -> None:
    from flows.pages.document import render_document

    page = render_document(whole, facts_of(whole), _cluster_of(whole, snapshot), snapshot.id).encode()
    if target is None:
        click.echo(page, nl=False)
        return
    try:
        write_whole(target, page)
    except OSError as error:
        raise StorageError(
            problem=f"cannot write the page: {error.strerror}", hint="choose another --output", path=str(target)
        ) from error
    messages().print(f"wrote {target}", markup=False, soft_wrap=True)


def _print_document(console: Console, whole: WholeDocument, cluster: list[Member]) -> None:
    print_facts(console, facts_of(whole))
    print_pieces(console, whole.pieces)
    if len(cluster) > 1:
        print_whole(console, _cluster_table(cluster, whole.row["document_id"]))


def _cluster_table(cluster: list[Member], shown: str) -> Table:
    """Who is in the cluster, and what joined each member to it."""
    table = plain_table("\ncluster")
    for name in ("document", "raw", "joined to", "why", "similarity", "containment"):
        table.add_column(name, justify="right" if name in ("similarity", "containment") else "left")
    for member in cluster:
        numbers = (f"{member.similarity:.2f}", f"{member.containment:.2f}") if member.joined_to else ("", "")
        cells = (
            member.document_id[:8],
            visible(member.place),
            (member.joined_to or "")[:8],
            member.reason,
            *numbers,
        )
        table.add_row(*map(Text, cells), style="bold" if member.document_id == shown else "")
    return table
