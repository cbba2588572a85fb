"""Clean text through decode and repair, against ftfy alone, in one run.

    python bench/mojibake.py --data FOLDER [--characters 4000] [--rounds 5]

FOLDER holds `clean.jsonl.gz`, one object a line: lang, kind, text. Texts of a language that need no repair are joined
to documents of some `--characters`. Decoding and repairing take the UTF-8 bytes of each, ftfy the text, once with its
defaults and once with our conservative options. The rounds alternate, so that a busy machine slows all alike; the best
CPU time of each counts. Ratios are what to read, not megabytes a second.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import ftfy

from tasks.clean.encoding import decode
from tasks.clean.mojibake import Options, repair, settle

GROUPS = {
    "English": ("en",),
    "accented Latin": ("cs", "de", "es", "fr", "hu", "pl", "pt", "sv", "tr", "vi"),
    "CJK": ("ja", "ko", "zh"),
    "Cyrillic and Greek": ("bg", "el", "ru", "uk"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--characters", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=int, default=60)
    args = parser.parse_args()
    with gzip.open(args.data / "clean.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    conservative = ftfy.TextFixerConfig(**{**Options().for_ftfy(), "explain": False})
    print(f"{'':20}{'documents':>10}{'ours MB/s':>11}{'ftfy MB/s':>11}{'ratio':>7}{'conservative':>14}{'ratio':>7}")
    for name, languages in GROUPS.items():
        texts = spread(join(rows, languages, args.characters), args.documents)
        data = [text.encode() for text in texts]
        ways: list[Callable[[], object]] = [
            lambda data=data: [settle(repair(decode(document).text).text) for document in data],
            lambda texts=texts: [ftfy.fix_text(text) for text in texts],
            lambda texts=texts: [ftfy.fix_text(text, conservative) for text in texts],
        ]
        ours, stock, careful = best_of(ways, args.rounds)
        megabytes = sum(map(len, data)) / 1e6
        print(
            f"{name:20}{len(texts):>10}{megabytes / ours:>11.1f}{megabytes / stock:>11.1f}{stock / ours:>7.1f}"
            f"{megabytes / careful:>14.1f}{careful / ours:>7.1f}",
        )


def join(rows: Sequence[dict], languages: Sequence[str], characters: int) -> list[str]:
    """Make documents of one language each, from texts that come back as they are."""
    documents = []
    for language in languages:
        parts: list[str] = []
        for row in rows:
            text = row["text"]
            if row["lang"].split("-")[0] == language and not row["genuine"] and repair(text).text is text:
                parts.append(settle(text)[0])
            if sum(map(len, parts)) >= characters:
                documents.append("\n".join(parts))
                parts = []
    return documents


def spread(texts: Sequence[str], most: int) -> list[str]:
    """Take at most so many, evenly spaced: all languages of a group."""
    return [texts[i * len(texts) // most] for i in range(most)] if len(texts) > most else list(texts)


def best_of(ways: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Time each in turn, again and again; give the least CPU time of each."""
    best = [float("inf")] * len(ways)
    for _ in range(rounds):
        for i, way in enumerate(ways):
            start = time.process_time()
            way()
            best[i] = min(best[i], time.process_time() - start)
    return best


if __name__ == "__main__":
    main()
