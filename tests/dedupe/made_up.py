"""Made-up texts and signatures for the tests of this room."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from tasks.dedupe.fingerprints import fingerprint
from tasks.dedupe.signatures import SIGNATURES

START = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = (Path(__file__).parent / "words.txt").read_text("utf-8").split()


def write_text(seed, words=250):
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) + ("." if chosen.random() < 0.1 else "") for _ in range(words))


def damage(text, share, seed):
    chosen = random.Random(seed)
    letters = list(text)
    for at in chosen.sample(range(len(letters)), int(len(letters) * share)):
        letters[at] = chosen.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(letters)


def sign(documents):
    """Signatures of dictionaries with `text`, and optionally document_id, source, url, seen_at, version_at."""
    rows = [{"document_id": f"d{i:04}", "source": "news", "seen_at": START, **d} for i, d in enumerate(documents)]
    prints = fingerprint([row["text"] for row in rows])
    columns = {"source": pa.array([row["source"] for row in rows], pa.string())}
    for field in SIGNATURES:
        if field.name in prints.column_names:
            columns[field.name] = prints[field.name]
            continue
        default = {"raw_path": "", "version_at": START}
        values = [
            len(row["text"]) if field.name == "characters" else row.get(field.name, default.get(field.name))
            for row in rows
        ]
        columns[field.name] = pa.array(values, field.type)
    return pa.table(columns)
