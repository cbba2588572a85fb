"""Documents a second, the whole way, beside the script that anyone would write and beside the floor.

    python bench/pipeline.py [--documents 20000] [--cores 1 2] [--rounds 3] [SHAPE ...]

Shapes: text2 and text20 (files of 2 and 20 kB), html (files of 8 kB), feed (JSON Lines of 2 kB, gzipped). The script
(`datasketch` has to be installed for it) reads a file, repairs it with `ftfy`, asks `langdetect`, looks for
near-duplicates with MinHash and LSH, and writes Parquet. The floor reads, hashes, decodes and writes Parquet. With
`--datatrove PYTHON`, of an environment that has it, datatrove takes its steps over the same pages (see
`with_datatrove.py`). Each is measured in one run beside the others; with one core, all processes are bound to one.
Workers are warm, and start-up is aside. Of a few rounds, in which the numbers of cores take turns, the median counts.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import ftfy
import langdetect
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flows.direct import DirectRooms
from flows.engine import worker_pool
from flows.order import RunOrder
from flows.pipeline import take_in
from flows.progress import Watcher
from flows.start import prepare_process
from tasks.settings import Settings

WORDS = Path(__file__).with_name("words.txt").read_text().split()
"""Words of English prose, the most frequent first: of a few dozen, long pages would be copies of each other."""

UP_TO = list(accumulate(1 / (rank + 50) for rank in range(len(WORDS))))
"""How often they come, by Mandelbrot's form of Zipf's law, as it is where the little words are left out."""

LITTLE_WORDS = (*["the"] * 3, "of", "of", "and", "to", "in", "a", "with", "at", "was", "has", "from", "for", "on")
"""Half of what is said, as in any English: a text without them is in no language."""

MENU = ("Home", "News | Sport | Weather", "Sign in", "Advertisement")
FOOT = ("Share this page", "Related", "About us | Contact | Terms", "Back to top")
IN_DOUBT = "Han kom hjem i går aftes og lagde brevet på bordet ved vinduet.\n"
"""A text in Danish, which might be Norwegian: it makes a worker read the model that is asked last."""

SCRIPT_DOCUMENTS = 400
"""So many are enough for the script: it is slow, and its time grows in proportion."""


def paragraphs(seed: int, size: int) -> list[str]:
    """A title and paragraphs of made-up sentences, `size` characters in all, no page like another."""
    rng = random.Random(seed)

    def say(words: int) -> str:
        large = rng.choices(WORDS, cum_weights=UP_TO, k=words // 2)
        drawn = zip(rng.choices(LITTLE_WORDS, k=words // 2), large, strict=True)
        return " ".join(word for pair in drawn for word in pair).capitalize()

    lines = [say(8)]
    while sum(map(len, lines)) < size:
        lines.append(" ".join(f"{say(rng.randint(8, 22))}." for _ in range(4)))
    return lines


def as_text(seed: int, size: int) -> bytes:
    """A page as a scraper leaves it: a menu above, links below."""
    return "\n\n".join((*MENU, *paragraphs(seed, size), *FOOT)).encode()


def as_html(seed: int, size: int) -> bytes:
    """A page with its markup."""
    title, *body = paragraphs(seed, size)
    menu = "".join(f"<li><a href='/{n}'>{word}</a></li>" for n, word in enumerate(MENU))
    text = "".join(f"<p>{paragraph}</p>\n" for paragraph in body)
    foot = "".join(f"<a href='#'>{word}</a> " for word in FOOT)
    head = f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head>"
    page = f"<body><nav><ul>{menu}</ul></nav><article><h1>{title}</h1>{text}</article><footer>{foot}</footer></body>"
    return f"{head}{page}</html>".encode()


def write_raw(raw: Path, shape: str, documents: int) -> int:
    """Lay the documents into `raw/`; their bytes, uncompressed."""
    folder = raw / "bench/2026-11-20"
    folder.mkdir(parents=True)
    if shape == "feed":
        lines = [json.dumps({"text": as_text(seed, 2_000).decode()}).encode() for seed in range(documents)]
        (folder / "feed.jsonl.gz").write_bytes(gzip.compress(b"\n".join(lines), 6))
        return sum(map(len, lines))
    make, size, suffix = {
        "text2": (as_text, 2_000, "txt"),
        "text20": (as_text, 20_000, "txt"),
        "html": (as_html, 8_000, "html"),
    }[shape]
    total = 0
    for seed in range(documents):
        total += (folder / f"{seed}.{suffix}").write_bytes(make(seed, size))
    return total


def write_warm(raw: Path, shape: str) -> None:
    """Lay a hundred documents into `raw/` that make every worker read whatever it will need."""
    write_raw(raw, "text2" if shape == "feed" else shape, 100)  # one packed file is no work for two
    for seed in range(0, 100, 5):
        (raw / f"bench/2026-11-20/{seed}-in-doubt.txt").write_text(IN_DOUBT)


def read_documents(raw: Path, most: int | None = None) -> list[bytes]:
    """The documents again, as a script would read them."""
    files = sorted(path for path in raw.rglob("*") if path.is_file())
    if files[0].suffix == ".gz":
        lines = gzip.decompress(files[0].read_bytes()).splitlines()[:most]
        return [json.loads(line)["text"].encode() for line in lines]
    return [path.read_bytes() for path in files[:most]]


def run_winnow(root: Path, workers: int) -> tuple[float, dict[str, float]]:
    """Seconds of a run that takes in everything, and those of each stage."""
    prepare_process()
    with worker_pool(workers) as pool, tempfile.TemporaryDirectory(dir=root) as folder:
        for name, shard_mb in (("warm", 0.01), ("raw", Settings().shard_mb)):  # small: for every worker
            curated = Path(folder) / name
            settings = Settings(raw=root / name, curated=curated, workers=workers, shard_mb=shard_mb)
            start = time.perf_counter()
            record = take_in(RunOrder(settings), DirectRooms(pool), Watcher())
            seconds = time.perf_counter() - start
            assert record.status == "published", record
    return seconds, dict(record.seconds)


def run_script(raw: Path, out: Path) -> float:
    """Seconds a document of the script that anyone would write."""
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - no part of the project: it may not be there

    index = MinHashLSH(threshold=0.7, num_perm=128)
    rows = []
    langdetect.detect("a first call loads the profiles")
    contents = read_documents(raw, SCRIPT_DOCUMENTS)
    start = time.perf_counter()
    for number, content in enumerate(contents):
        text = ftfy.fix_text(content.decode("utf-8", "replace"))
        words = text.split()
        sketch = MinHash(num_perm=128)
        for at in range(max(1, len(words) - 4)):
            sketch.update(" ".join(words[at : at + 5]).encode())
        is_duplicate = bool(index.query(sketch))
        if not is_duplicate:
            index.insert(str(number), sketch)
        rows.append({"id": number, "text": text, "language": langdetect.detect(text), "is_duplicate": is_duplicate})
    pq.write_table(pa.Table.from_pylist(rows), out, compression="zstd")
    return (time.perf_counter() - start) / len(contents)


def run_datatrove(python: Path, model: Path | None, raw: Path, shape: str, folder: Path) -> float:
    """Seconds a document of datatrove, with the Python of its environment."""
    folder.mkdir()
    pages = folder / "pages.jsonl"
    contents = read_documents(raw, SCRIPT_DOCUMENTS)
    lines = (json.dumps({"id": str(number), "text": page.decode()}) for number, page in enumerate(contents))
    pages.write_text("\n".join(lines))
    command = [python, Path(__file__).with_name("with_datatrove.py"), pages, folder / "out"]
    command += ["--html"] if shape == "html" else []
    command += ["--model", model] if model else []
    done = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["documents"] == len(contents), answer
    seconds: float = answer["seconds"] / len(contents)
    return seconds


def run_floor(raw: Path, out: Path) -> float:
    """Seconds a document of what nobody can do without: read, hash, decode, write."""
    start = time.perf_counter()
    contents = read_documents(raw)
    hashes = [hashlib.sha256(content).hexdigest() for content in contents]
    texts = [content.decode() for content in contents]
    pq.write_table(pa.table({"sha256": hashes, "text": texts}), out, compression="zstd")
    return (time.perf_counter() - start) / len(contents)


def measure(
    shape: str, documents: int, cores: list[int], rounds: int, datatrove: Path | None, model: Path | None
) -> None:
    """One shape, all that is compared, and print it."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        size = write_raw(root / "raw", shape, documents)
        write_warm(root / "warm", shape)
        floor = min(run_floor(root / "raw", root / "floor.parquet") for _ in range(3))
        print(f"{shape}: {documents} documents, {size / 1e6:.1f} MB; the floor {1 / floor:,.0f} documents/s")
        script = None
        if importlib.util.find_spec("datasketch"):
            script = run_script(root / "raw", root / "script.parquet")
            print(f"  the script: {1 / script:,.0f} documents/s")
        else:
            print("  the script: skipped, datasketch is not installed")
        other = None
        if datatrove is not None:
            other = run_datatrove(datatrove, model, root / "raw", shape, root / "datatrove")
            print(f"  datatrove: {1 / other:,.0f} documents/s")
        runs = [
            {count: on_cores(count, lambda count=count: run_winnow(root, count)) for count in cores}
            for _ in range(rounds)
        ]
        for count in cores:
            seconds = [run[count][0] for run in runs]
            rate = documents / statistics.median(seconds)
            words = [
                f"{rate:,.0f} documents/s, {rate * size / documents / 1e6:.2f} MB/s",
                f"{rate * floor * 100:.1f} % of the floor",
            ]
            if script is not None:
                words.append(f"{rate * script:.1f} times the script")
            if other is not None:
                words.append(f"{rate * other:.1f} times datatrove")
            if count != cores[0]:
                gains = [run[cores[0]][0] / run[count][0] for run in runs]
                words.append(f"{statistics.median(gains):.2f} times one core ({min(gains):.2f} to {max(gains):.2f})")
            print(f"  Winnow on {count}: {', '.join(words)}")
            stages = runs[-1][count][1]
            shares = [(name, part / sum(stages.values())) for name, part in stages.items()]
            print("    " + ", ".join(f"{name} {share:.0%}" for name, share in shares if share >= 0.005))


def on_cores(count: int, work: Callable[[], tuple[float, dict[str, float]]]) -> tuple[float, dict[str, float]]:
    """Do the work bound to so many cores, with all processes it starts."""
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_of_them)[:count])
    try:
        return work()
    finally:
        os.sched_setaffinity(0, all_of_them)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", default=["text2", "text20", "html", "feed"])
    parser.add_argument("--documents", type=int, default=20000)
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--datatrove", type=Path, metavar="PYTHON")
    parser.add_argument("--model", type=Path, help="lid.176.ftz, where datatrove cannot download its own")
    asked = parser.parse_args()
    for shape in asked.shapes:
        documents = asked.documents // 5 if shape == "text20" else asked.documents
        measure(shape, documents, asked.cores, asked.rounds, asked.datatrove, asked.model)


if __name__ == "__main__":
    main()
