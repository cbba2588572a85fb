"""`winnow try`: what one file would become, without publishing anything."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click
from rich.markup import escape

from flows.commands.options import Whole, output, raw
from flows.hidden import visible
from flows.view import print_facts, print_pieces
from tasks.acquire import read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.paths import escape_name, find_day
from tasks.acquire.source import SETTINGS_FILE, SourceSettings, load_source
from tasks.clean.draft import Draft
from tasks.clean.stages import STAGES
from tasks.document import Record, Rejected
from tasks.publish.reading import Piece


@click.command(name="try", short_help="Show what one file would become, without publishing.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--records", type=Whole(min=1), default=5, show_default=True, help="Show at most so many records.")
@raw
def try_file(file: Path, records: int, raw: Path) -> None:
    """Read and clean FILE as `winnow ingest` would, and show what comes of its records. Writes nothing.

    Its source is its folder of raw/; elsewhere it is the nearest folder above it with a source.toml, if there is one.
    """
    settings, source, name = _place(file.absolute(), raw.absolute())
    state = file.stat()
    day = find_day(name.partition("/")[2])
    raw_file = RawFile(source, name, str(file), day, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    items = read_file(raw_file, "", settings)
    console = output()
    shown = 0
    for item in islice(items, records):
        shown += 1
        result = _clean(item, settings)
        if isinstance(result, Rejected):
            console.print(f"[red]rejected[/] {escape(f'{result.raw_path}#{result.raw_record}'.rstrip('#'))}")
            facts = (("stage", result.stage), ("reason", result.reason), ("detail", result.detail))
            print_facts(console, (*facts, ("byte offset", result.byte_offset), ("sample", result.sample)))
            continue
        print_facts(
            console,
            (
                ("document", result.record.document_id),
                ("raw", f"{result.record.raw_path}#{result.record.raw_record}".rstrip("#")),
                ("title", result.title),
                ("author", result.author),
                ("published", result.published_at),
                ("url", result.url),
                ("language", f"{result.language} ({result.language_confidence:.2f})"),
                ("encoding", f"{result.encoding}, by {result.encoding_method}"),
                ("fixes", ", ".join(result.fixes)),
                ("comments", len(result.comments)),
            ),
        )
        print_pieces(
            console,
            (Piece(s.start, s.end, s.label, s.role, result.text[s.start : s.end]) for s in result.segments),
        )
        console.print()
    more = next(items, None) is not None
    rest = "; there are more, see --records" if more else ""
    console.print(f"[dim]{shown} records of {escape(visible(name))} shown{rest}; nothing was written[/]")


def _place(path: Path, raw: Path) -> tuple[SourceSettings, str, str]:
    """The settings, the source and the raw path of a file, as `winnow ingest` would have them."""
    for folder in path.parents:
        is_source = folder.parent == raw if path.is_relative_to(raw) else (folder / SETTINGS_FILE).is_file()
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
