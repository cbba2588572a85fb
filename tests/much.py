"""A source that takes workers some time."""

import json
import random
from pathlib import Path

WORDS = Path(__file__).parent / "dedupe/words.txt"


def write_much(raw: Path, megabytes: int) -> None:
    """Files of a megabyte each, of long documents by chance: the same for the same number."""
    folder = raw / "notes" / "2026-11-20"
    folder.mkdir(parents=True)
    words = WORDS.read_text().split()
    rng = random.Random(7)
    for number in range(megabytes):
        lines, size = [], 0
        while size < 1_000_000:
            sentences = [" ".join(rng.choices(words, k=12)).capitalize() + "." for _ in range(40)]
            lines.append(json.dumps({"text": "\n\n".join(sentences), "title": sentences[0]}))
            size += len(lines[-1])
        (folder / f"{number}.jsonl").write_text("\n".join(lines))
