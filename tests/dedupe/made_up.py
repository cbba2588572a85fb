"""Made-up texts and signatures for the tests of this room."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from tasks.dedupe.fingerprints import fingerprint
from tasks.dedupe.signatures import SIGNATURES

START = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = (Path(__file__).parent / "words.txt").read_text("utf-8").split()

# First and last letter, letters of a word (0: no spaces between words), letters of a text.
SCRIPTS = {
    "Latin": ("a", "z", 6, 900),
    "accented": ("à", "ý", 6, 900),
    "Greek": ("α", "ω", 7, 900),
    "Cyrillic": ("а", "я", 7, 900),
    "Armenian": ("ա", "ֆ", 7, 900),
    "Hebrew": ("א", "ת", 5, 900),
    "Arabic": ("ع", "ي", 5, 900),
    "Devanagari": ("क", "ह", 4, 900),
    "Thai": ("ก", "ฮ", 0, 600),
    "Khmer": ("ក", "អ", 0, 600),
    "Burmese": ("က", "အ", 0, 600),
    "hiragana": ("ぁ", "ん", 0, 400),
    "ideographs": ("一", "丿", 0, 300),
    "Hangul": ("가", "갿", 3, 400),
    "emoji": ("\U0001f600", "\U0001f64f", 4, 400),
    "mathematical": ("\U0001d41a", "\U0001d433", 6, 400),
}


def write_in(script, seed):
    """A text of made-up words in a script."""
    first, last, word, size = SCRIPTS[script]
    chosen = random.Random(f"{script}{seed}")
    letters = [chr(chosen.randint(ord(first), ord(last))) for _ in range(size)]
    return "".join(letter + (" " if word and chosen.random() < 1 / word else "") for letter in letters)


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
