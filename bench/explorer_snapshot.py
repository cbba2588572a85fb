"""A generated snapshot for measuring what reads snapshots: as many documents as one likes, with all that is theirs.

Texts of about 2 kB are words drawn by Zipf's law, so that there are words of every frequency. Each document also has a
word that no other has: `only` and its number in hexadecimal. One document in twenty has a duplicate.
"""

from __future__ import annotations

import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tasks.parts import Part, PlacedPart, write_part
from tasks.publish.changes import placeholders
from tasks.publish.snapshot import load_current, publish, staging_folder
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, DUPLICATES, PASSAGE, TIME

SOURCES = ("alpha-news", "beta-forum", "delta-shop", "gamma-blog", "omega-press")
LANGUAGES = ("en", "de", "fr", "es", "ja", "und")
FIRST_DAY = date(2026, 1, 1)
COPIED = 20

_WORDS_A_LINE = 12
_MENU = "\nHome\nNews\nAbout\nSubscribe to the letter"


def write_snapshot(curated: Path, documents: int, days: int, snapshot_id: str) -> None:
    """Publish a snapshot of so many documents of `SOURCES`, the same number on each of so many days."""
    staging = staging_folder(curated, snapshot_id)
    places = [(source, str(FIRST_DAY + timedelta(days=number))) for number in range(days) for source in SOURCES]
    bounds = np.linspace(0, documents, len(places) + 1).astype(int)
    with ThreadPoolExecutor(2) as threads:
        jobs = [
            threads.submit(_write_partition, staging, source, day, range(first, last), snapshot_id)
            for (source, day), (first, last) in zip(places, pairwise(bounds), strict=True)
        ]
        parts = [PlacedPart(part, staging) for job in jobs for part in job.result()]
    parts += placeholders(parts, staging)
    facts = {"run_id": snapshot_id, "totals": {"records": documents, "documents": documents}, "settings": {}}
    publish(curated, parts, snapshot_id=snapshot_id, parent=None, facts=facts)


def write_next(curated: Path, snapshot_id: str, replaced: int) -> tuple[str, str]:
    """Publish another snapshot in which the newest days of the first source have other rows; names the newest."""
    before = load_current(curated)
    staging = staging_folder(curated, snapshot_id)
    places = sorted({part.partition for part in before.parts if part.source == SOURCES[0]})[-replaced:]
    parts = [PlacedPart(part, before.root) for part in before.parts if part.partition not in places]
    for number, place in enumerate(places):
        count = sum(part.rows for part in before.parts if part.partition == place and part.dataset == DOCUMENTS.name)
        first = 1 << 40 | number * count  # the numbers are others, and so are the ids
        made = _write_partition(staging, *place, range(first, first + count), snapshot_id)
        parts += [PlacedPart(part, staging) for part in made]
    facts = {"run_id": snapshot_id, "totals": before.totals, "settings": {}}
    publish(curated, parts, snapshot_id=snapshot_id, parent=before, facts=facts)
    return places[-1]


def _make_words(count: int) -> pa.Array:
    """Words of one to four syllables."""
    luck = np.random.default_rng(1)
    syllables = [c + v for c in "bdfghklmnprstvz" for v in ("a", "e", "i", "o", "u", "er", "en", "ä", "ou")]
    drawn, lengths = luck.choice(syllables, (count, 4)), luck.integers(1, 5, count)
    return pa.array(["".join(row[:length]) for row, length in zip(drawn, lengths, strict=True)])


_WORDS = _make_words(60_000)
_UP_TO = np.cumsum(1 / (np.arange(len(_WORDS)) + 2.7))  # Mandelbrot's form of Zipf's law


def _write_texts(luck: np.random.Generator, count: int, lines: int) -> pa.Array:
    """So many texts of so many lines."""
    drawn = np.searchsorted(_UP_TO, luck.random(count * lines * _WORDS_A_LINE) * _UP_TO[-1]).astype(np.int32)
    return _join(_join(_WORDS.take(pa.array(drawn)), _WORDS_A_LINE, " "), lines, ".\n")


def _join(pieces: pa.Array, each: int, between: str) -> pa.Array:
    offsets = np.arange(0, len(pieces) + 1, each, dtype=np.int32)
    return pc.binary_join(pa.ListArray.from_arrays(offsets, pieces), between)


def _write_partition(staging: Path, source: str, day: str, numbers: range, run_id: str) -> list[Part]:
    luck = np.random.default_rng(numbers.start)
    count = len(numbers)
    ids = _ids(str(number) for number in numbers)
    titles = _write_texts(luck, count, 1)
    marks = pa.array([f"only{number:x}" for number in numbers])
    text = pc.binary_join_element_wise(titles, _write_texts(luck, count, 27), marks, "\n")
    menu = pa.array([_MENU] * count)
    comment = pc.binary_join_element_wise(pa.array([""] * count), _write_texts(luck, count, 2), "\n")
    body, end = _lengths(titles) + 1, _lengths(text)
    menu_end = end + len(_MENU)
    passages = pa.ListArray.from_arrays(
        pa.array(np.arange(0, 2 * count + 1, 2, dtype=np.int32)),
        pa.StructArray.from_arrays(
            [
                pa.array(np.stack([np.zeros(count, np.int64), body], 1).ravel()),
                pa.array(np.stack([body, end], 1).ravel()),
                pa.array(["title", "body"] * count),
            ],
            fields=list(PASSAGE),
        ),
    )
    values = {
        "document_id": ids,
        "url": pa.array([f"https://{source}.example/{day}/{number}" for number in numbers]),
        "title": titles,
        "published_at": pa.array([datetime.fromisoformat(f"{day}T08:00:00+00:00")] * count, TIME),
        "text": text,
        "passages": passages,
        "language": pa.array(luck.choice(LANGUAGES, count, p=[0.7, 0.1, 0.08, 0.06, 0.04, 0.02])),
        "language_confidence": pa.array(np.full(count, 0.99)),
        "languages": pa.array([[]] * count, DOCUMENTS.schema.field("languages").type),
        "characters": pa.array(end),
        "words": pa.array(np.full(count, 337)),
        "encoding": pa.array(["utf-8"] * count),
        "encoding_method": pa.array(["utf-8"] * count),
        "fixes": pa.array([[]] * count, DOCUMENTS.schema.field("fixes").type),
        "comment_count": pa.array(np.ones(count, np.int32)),
        "boilerplate_characters": pa.array(np.full(count, len(_MENU))),
        "raw_path": pa.array([f"{source}/{day}/feed.jsonl"] * count),
        "raw_record": pa.array([f"line:{number - numbers.start + 1}" for number in numbers]),
        "raw_sha256": pa.array(["0" * 64] * count),
        "run_id": pa.array([run_id] * count),
        "version": pa.array(np.full(count, 2, np.int32)),
    }
    known = (["en"] * count, np.full(count, 0.9))
    nothing, names, times = np.zeros(count, np.int32), pa.nulls(count, pa.string()), pa.nulls(count, TIME)
    written = {
        DOCUMENTS: {field.name: values.get(field.name, pa.nulls(count, field.type)) for field in DOCUMENTS.schema},
        BOILERPLATE: [ids, nothing, end, menu_end, ["navigation"] * count, np.full(count, 0.9), menu],
        COMMENTS: [ids, ids, nothing, menu_end, menu_end + _lengths(comment), names, times, names, comment, *known],
    }
    tables = {dataset: pa.table(columns, schema=dataset.schema) for dataset, columns in written.items()}
    tables[DUPLICATES] = _copy_some(tables[DOCUMENTS])
    return [write_part(staging, dataset, source, day, table) for dataset, table in tables.items()]


def _copy_some(documents: pa.Table) -> pa.Table:
    copied = documents.take(pa.array(range(0, len(documents), COPIED)))
    canonical = copied["document_id"]
    copied = copied.set_column(0, "document_id", _ids(f"copy {one}" for one in canonical.to_pylist()))
    likeness = pa.array(np.full(len(copied), 0.9))
    columns = [*copied.columns, canonical, pa.array(["near"] * len(copied)), likeness, likeness]
    return pa.table(columns, schema=DUPLICATES.schema)


def _ids(keys) -> pa.Array:
    return pa.array([hashlib.blake2b(key.encode(), digest_size=16).hexdigest() for key in keys])


def _lengths(texts: pa.Array) -> np.ndarray:
    return np.asarray(pc.utf8_length(texts)).astype(np.int64)
