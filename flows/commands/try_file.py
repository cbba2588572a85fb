"""`winnow try`: what one file would become, without publishing anything."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from flows.commands.options import Whole, as_json, output, raw
from flows.document_facts import Fact
from flows.hidden import visible
from flows.view import print_facts, print_pieces
from flows.words import count_of
from tasks.acquire import read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.paths import escape_name, find_day
from tasks.acquire.source import SETTINGS_FILE, SourceSettings, load_source
from tasks.acquire.walk import is_no_file
from tasks.clean.draft import Draft
from tasks.clean.stages import STAGES
from tasks.document import Record, Rejected
from tasks.place import Place
from tasks.publish.reading import Piece


@click.command(name="try", short_help="Show what one file would become, without publishing.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--records", type=Whole(min=1), default=5, show_default=True, help="Show at most so many records.")
@raw
@as_json
def try_file(file: Path, records: int, raw: Place, is_json: bool) -> None:
    """Read and clean FILE as `winnow ingest` would, and show what comes of its records. Writes nothing.

    Its source is its folder of raw/; elsewhere it is the nearest folder above it with a source.toml, if there is one.

    \b
    Examples:
      winnow try raw/harbour-news/2026-11-20/tide.txt
      winnow try page.html --json
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    settings, source, name = _place(file.absolute(), raw.absolute() if isinstance(raw, Path) else None)
    state = file.stat()
    day = find_day(name.partition("/")[2])
    trouble = None if stat.S_ISREG(state.st_mode) else is_no_file(state.st_mode)
    raw_file = RawFile(source, name, str(file), day, state.st_size, state.st_mtime_ns, state.st_ctime_ns, trouble)
    items = read_file(raw_file, "", settings)
    console = output()
    results = [_clean(item, settings) for item in islice(items, records)]
    if is_json:
        console.print_json(json.dumps([_as_json(result) for result in results], default=str))
        return
    for result in results:
        if isinstance(result, Rejected):
            console.print(f"[red]rejected[/] {escape(_locator(result))}")
        print_facts(console, _facts(result))
        if isinstance(result, Draft):
            print_pieces(console, _pieces(result))
            console.print()
    more = next(items, None) is not None
    rest = "; there are more, see --records" if more else ""
    console.print(
        f"[dim]{count_of(len(results), 'record')} of {escape(visible(name))} shown{rest}; nothing was written[/]"
    )


def _locator(result: Draft | Rejected) -> str:
    record = result.record if isinstance(result, Draft) else result
    return f"{record.raw_path}#{record.raw_record}".rstrip("#")


def _facts(result: Draft | Rejected) -> tuple[Fact, ...]:
    if isinstance(result, Rejected):
        facts = (("stage", result.stage), ("reason", result.reason), ("detail", result.detail))
        return (*facts, ("byte offset", result.byte_offset), ("sample", result.sample))
    return (
        ("document", result.record.document_id),
        ("raw", _locator(result)),
        ("title", result.title),
        ("author", result.author),
        ("published", result.published_at),
        ("url", result.url),
        ("language", f"{result.language} ({result.language_confidence:.2f})"),
        ("encoding", f"{result.encoding}, by {result.encoding_method}"),
        ("fixes", ", ".join(result.fixes)),
        ("comments", len(result.comments)),
    )


def _pieces(draft: Draft) -> Iterator[Piece]:
    return (Piece(s.start, s.end, s.label, s.role, draft.text[s.start : s.end]) for s in draft.segments)


def _as_json(result: Draft | Rejected) -> dict[str, Any]:
    if isinstance(result, Rejected):
        return {"outcome": "rejected", **asdict(result)}
    return {
        "outcome": "document",
        "raw_path": result.record.raw_path,
        "raw_record": result.record.raw_record,
        "document_id": result.record.document_id,
        **{
            name: getattr(result, name)
            for name in (
                "url", "title", "author", "published_at", "language", "language_confidence", "encoding",
                "encoding_method", "fixes",
            )
        },
        "text": result.main,
        "segments": [asdict(piece) for piece in _pieces(result)],
        "comments": [asdict(comment) for comment in result.comments],
    }  # fmt: skip


def _place(path: Path, raw: Path | None) -> tuple[SourceSettings, str, str]:
    """The settings, the source and the raw path of a file, as `winnow ingest` would have them."""
    for folder in path.parents:
        is_source = (
            folder.parent == raw if raw is not None and path.is_relative_to(raw) else (folder / SETTINGS_FILE).is_file()
        )
        if is_source:
            parts = path.relative_to(folder.parent).parts
            return load_source(folder.parent, folder.name), folder.name, "/".join(map(escape_name, parts))
    return SourceSettings(), "try", f"try/{escape_name(path.name)}"


def _clean(item: Record | Rejected, settings: SourceSettings) -> Draft | Rejected:
    if isinstance(item, Rejected):
        return item
    result: Draft | Rejected = Draft(item)
    for stage in STAGES:
        if isinstance(result, Draft):
            (result,) = stage.apply([result], settings)
    return result
