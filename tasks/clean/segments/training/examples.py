"""Examples to learn from: lines with labels, from pages whose main text is known and from documents labelled by hand.

Only records that say `"train": true` are read from files of pages and of rendered pages.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import zstandard

from tasks.clean.segments.lines import Lines, split_lines
from tasks.clean.segments.markup.metadata import read_page_metadata
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.training.alignment import label_by_gold
from tasks.clean.segments.training.marked import Marked, find_marked, label_comments
from tasks.clean.segments.verdict import LABELS

MAIN, BOILERPLATE, COMMENT = range(3)
UNKNOWN = -1
"""The label of a line from which nothing is learned."""

FEWEST, MOST = 3, 900
"""Lines of an example."""

WEIGHTS = {"article": 1.0, "forum": 1.0, "documentation": 0.8, "service": 0.7, "product": 0.7, "listing": 0.6,
           "collection": 0.6}  # fmt: skip
"""What a page of each type counts: what is main on a list of goods is a matter of taste."""


@dataclass(frozen=True, slots=True)
class Example:
    """A document with the label of each of its lines; `site` keeps one site's pages together in cross-validation.

    `page_type` is empty where it is not known.
    """

    site: str
    origin: str
    kind: str
    lines: Lines
    title: str | None
    labels: npt.NDArray[np.int64]
    weight: float = 1.0
    page_type: str = ""


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file, plain or compressed by Zstandard."""
    if path.suffix == ".zst":
        with zstandard.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)
    else:
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def read_examples(pages: Path, texts: list[Path], hand: Path, workers: int = 1) -> Iterator[Example]:
    """All examples: each page as HTML and as plain text, its renders by others, and what was labelled by hand.

    `pages` has records of `id`, `site`, `page_type`, `html`, `gold_main`; `texts` of `id`, `lines`, `labels` (-1 blank,
    0 boilerplate, 1 main); `hand` is a folder with `documents.jsonl` and `lines.jsonl`.
    """
    renders: dict[str, list[dict[str, Any]]] = {}
    for path in texts:
        for record in read_records(path):
            if record["train"]:
                renders.setdefault(record["id"], []).append(record)
    jobs = ((record, renders.get(record["id"], [])) for record in read_records(pages) if record["train"])
    with ProcessPoolExecutor(workers) as pool:
        for found in pool.map(_from_record, jobs, chunksize=8):
            yield from found
    yield from _from_hand(hand)


def _from_record(job: tuple[dict[str, Any], list[dict[str, Any]]]) -> list[Example]:
    """The examples of one page and its renders."""
    record, renders = job
    kind = record["page_type"]
    marked = find_marked(record["html"], forum=kind == "forum")
    examples = list(_from_page(record, kind, marked))
    for render_of_it in renders:
        examples.extend(_from_render(render_of_it, kind, marked))
    return examples


def _from_page(record: dict[str, Any], kind: str, marked: Marked) -> Iterator[Example]:
    tree = parse_page(record["html"])
    title = read_page_metadata(tree).title
    lines = render(tree)
    if not FEWEST <= len(lines) <= MOST:
        return
    # The main text given for a forum's page has the replies too: it is not looked at.
    forum = kind == "forum"
    labels = np.full(len(lines), BOILERPLATE) if forum else label_by_gold(lines.texts, record["gold_main"])
    found = label_comments(lines.texts, labels, marked, forum=forum)
    if found is None:
        return
    weight = WEIGHTS.get(kind, 0.6)
    yield Example(record["site"], "page", "html", lines, title, found, weight, kind)
    if zlib.crc32(record["id"].encode()) % 3:
        # The renders by others are much the same.
        return
    plain = Lines(lines.text, lines.texts, lines.starts, lines.ends, lines.blanks)
    yield Example(record["site"], "page", "text", plain, None, found, weight, kind)


def _from_render(record: dict[str, Any], kind: str, marked: Marked) -> Iterator[Example]:
    lines = split_lines("\n".join(record["lines"]))
    kept = [label for text, label in zip(record["lines"], record["labels"], strict=True) if text.strip()]
    if not FEWEST <= len(lines) <= MOST:
        return
    labels = np.array([{0: BOILERPLATE, 1: MAIN}.get(label, UNKNOWN) for label in kept])
    if kind == "forum":
        labels[:] = BOILERPLATE
    found = label_comments(lines.texts, labels, marked, forum=kind == "forum")
    if found is not None:
        yield Example(record["site"], record["render"], "text", lines, None, found, WEIGHTS.get(kind, 0.6), kind)


def _from_hand(folder: Path) -> Iterator[Example]:
    labels: dict[str, dict[int, int]] = {}
    for row in read_records(folder / "lines.jsonl"):
        labels.setdefault(row["id"], {})[row["line_no"]] = LABELS.index(row["label"])
    for row in read_records(folder / "documents.jsonl"):
        known = labels.get(row["id"], {})
        lines = split_lines(row["text"])
        numbers = [number for number, text in enumerate(row["text"].split("\n"), 1) if text.strip()]
        site = urlsplit(row.get("url") or "").hostname or row["id"]
        given = np.array([known.get(number, UNKNOWN) for number in numbers])
        yield Example(site.removeprefix("www."), "hand", "text", lines, None, given, 3.0)
