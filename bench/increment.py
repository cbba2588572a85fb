"""What 10 new documents cost beside 20,000 old ones, against what they cost beside none, start-up aside.

    python bench/increment.py [--documents 20000] [--new 10] [--rounds 5]

The old ones, a week of four sources, lie there twice: as files of one page each, and as JSON Lines of one file a day.
All figures are medians of rounds in turn, in one process, with workers that are warm.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flows.direct import DirectRooms
from flows.engine import worker_pool
from flows.order import RunOrder
from flows.pipeline import take_in
from flows.progress import Watcher
from tasks.settings import Settings

WORDS = (Path(__file__).resolve().parents[1] / "tests/dedupe/words.txt").read_text().split()
SOURCES = ("alpha", "beta", "gamma", "delta")
DAYS = 7


def page(seed: int) -> str:
    """A page of about 2 kB."""
    rng = random.Random(seed)
    sentences = [" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(26)]
    return f"{' '.join(rng.choices(WORDS, k=5)).capitalize()}\n\n" + "\n\n".join(sentences) + "\n"


def day_of(number: int) -> str:
    """The day with this number."""
    return f"2026-{number // 28 + 1:02}-{number % 28 + 1:02}"


def write_old(raw: Path, documents: int, shape: str) -> None:
    """Lay the old pages into `raw/`."""
    each = documents // (len(SOURCES) * DAYS)
    for place, source in enumerate(SOURCES):
        for day in range(DAYS):
            folder = raw / source / day_of(day)
            folder.mkdir(parents=True)
            pages = [page((place * DAYS + day) * each + number) for number in range(each)]
            if shape == "files":
                for number, text in enumerate(pages):
                    (folder / f"{number}.txt").write_text(text)
            else:
                (folder / "feed.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in pages))


def add_new(raw: Path, count: int, round_number: int) -> None:
    """Lay new pages into `raw/`, on a day of their own."""
    folder = raw / "alpha" / day_of(DAYS + round_number)
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number}.txt").write_text(page(10_000_000 + round_number * 1000 + number))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--new", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, worker_pool(2) as pool:
        root = Path(temporary)

        def run(name: str) -> float:
            settings = Settings(raw=root / name / "raw", curated=root / name / "curated", workers=2)
            start = time.perf_counter()
            record = take_in(RunOrder(settings), DirectRooms(pool), Watcher())
            assert record.status == "published", record
            return time.perf_counter() - start

        for shape in ("files", "lines"):
            write_old(root / shape / "raw", asked.documents, shape)
            print(f"{asked.documents} documents as {shape}: {run(shape):.1f} s")
        times: dict[str, list[float]] = {"none": [], "files": [], "lines": []}
        for number in range(asked.rounds + 1):
            shutil.rmtree(root / "none", ignore_errors=True)
            for name, seconds in times.items():
                add_new(root / name / "raw", asked.new, number)
                seconds.append(run(name))
        median = {name: statistics.median(seconds[1:]) for name, seconds in times.items()}
        print(f"{asked.new} new documents beside none: {median['none']:.3f} s")
        for shape in ("files", "lines"):
            ratio = median[shape] / median["none"]
            print(f"{asked.new} beside {asked.documents} as {shape}: {median[shape]:.3f} s, {ratio:.2f} times")


if __name__ == "__main__":
    main()
