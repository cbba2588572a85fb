"""How long the explorer's pages take over a generated snapshot, from the request to the last byte.

    python bench/explorer.py [--documents 1000000] [--days 100] [--rounds 5] [--keep FOLDER]

The snapshot is written first, about two minutes and 1.2 GB for a million documents, and deleted afterwards unless a
folder is named to keep it in. The figures are the median of some requests, the slowest of them, and the median of their
CPU time, of the server and of what asks it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from explorer_snapshot import SOURCES, write_next, write_snapshot

from flows.explorer.app import open_explorer
from flows.explorer.serving import served
from flows.explorer.wordlists import FOLDER
from tasks.publish.snapshot import make_current
from tasks.settings import Settings

SNAPSHOT, NEXT = "20261126T000000Z-000001", "20261126T000001Z-000002"

SEARCHES: tuple[tuple[str, dict[str, str]], ...] = (
    ("first page", {}),
    ("a word in many texts", {"text": "mamen"}),
    ("a word in one text", {"text": "only{number:x}"}),
    ("a word in one text, main text alone", {"text": "ONLY{number:x}", "label": "main"}),
    ("part of a word, in a few texts", {"text": "y{number:x}"}),
    ("a word in none", {"text": "zxzx{number:x}"}),
    ("two words that never meet", {"text": "only{number:x} only{number:x}"}),
    ("two common words that never meet, cut", {"text": "bimo pounäpen"}),
    ("a word in a title", {"text": "mamen", "role": "title"}),
    ("a word in comments", {"text": "bimo", "label": "comment"}),
    ("a language", {"language": "und"}),
    ("a role", {"role": "navigation"}),
    ("a role that none has", {"role": "quotation"}),
    ("a source and days", {"source": "gamma-blog", "since": "2026-02-01", "until": "2026-02-03"}),
    ("duplicates", {"of": "duplicates", "text": "only"}),
    ("a page in the middle", {"after": "2026-02-20.delta-shop."}),
    ("an id", {"text": "{id}"}),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with ExitStack() as stack:
        root = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = Settings(raw=root / "raw", curated=root / "curated")
        if not (settings.curated / "current").exists():
            start = time.perf_counter()
            write_snapshot(settings.curated, asked.documents, asked.days, SNAPSHOT)
            size = sum(path.stat().st_size for path in settings.curated.rglob("*.parquet"))
            print(f"{asked.documents:,} documents written, {size / 1e9:.2f} GB: {time.perf_counter() - start:.0f} s")
        shutil.rmtree(settings.work / FOLDER, ignore_errors=True)
        start = time.perf_counter()
        address = stack.enter_context(served(settings, 0))
        client = stack.enter_context(httpx.Client(base_url=address, trust_env=False, timeout=60))
        client.get("/").raise_for_status()
        print(f"from nothing to the first page: {time.perf_counter() - start:.2f} s")
        print("\nbefore the word lists are made:")
        measure(client, asked.rounds, asked.documents)
        start, cpu = time.perf_counter(), time.process_time()
        explorer = open_explorer(settings)
        explorer.lister.look(explorer.catalog.current())
        explorer.lister.wait()
        size = sum(path.stat().st_size for path in explorer.lists.folder.iterdir())
        spent = f"{time.perf_counter() - start:.0f} s, {time.process_time() - cpu:.0f} s of CPU"
        print(f"\nword lists, {size / 1e6:.0f} MB, all made after another {spent}:")
        measure(client, asked.rounds, asked.documents)
        source, day = write_next(settings.curated, NEXT, 10)
        print("\nten of the days of a source made anew:")
        for address in ("/changes", f"/changes/{source}/{day}"):
            show(address, [ask(client, address, {}) for _ in range(asked.rounds)])
        make_current(settings.curated, SNAPSHOT)
        shutil.rmtree(settings.curated / "snapshots" / NEXT)


def ask(client: httpx.Client, path: str, values: dict[str, str]) -> tuple[float, float, str]:
    """Seconds, CPU seconds, and what the page says of its outcome."""
    start, cpu = time.perf_counter(), time.process_time()
    answer = client.get(path, params=values)
    seconds, spent = time.perf_counter() - start, time.process_time() - cpu
    answer.raise_for_status()
    said = answer.text.partition('role="status">')[2].partition("</p>")[0].split("<a")[0]
    return seconds, spent, " ".join(said.split())


def show(name: str, asked: list[tuple[float, float, str]]) -> None:
    """Print a line of figures."""
    seconds, spent, said = zip(*asked, strict=True)
    times = (statistics.median(seconds), max(seconds), statistics.median(spent))
    print(f"{name:40s}" + "".join(f"{one:7.2f} s" for one in times) + f"   {said[-1]}")


def measure(client: httpx.Client, rounds: int, documents: int) -> None:
    """Ask each question some times, for other documents each time."""
    place = client.get("/", params={"text": "mamen", "source": SOURCES[0]}).text.split('href="/document/')[1]
    path = f"/document/{place.partition('?')[0]}"
    for name, values in SEARCHES:
        wanted = [documents // (number + 2) for number in range(rounds)]
        places = [{k: v.format(number=one, id=path.rpartition("/")[2]) for k, v in values.items()} for one in wanted]
        show(name, [ask(client, "/", place) for place in places])
    show("a document with its cluster", [ask(client, path, {}) for _ in range(rounds)])


if __name__ == "__main__":
    main()
