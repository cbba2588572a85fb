"""How a run grows with what it takes in: 10 thousand, 100 thousand, a million documents, and 10,000 new beside each.

    python bench/growth.py [--documents 10000 100000 1000000] [--new 10000] [--workers 2] [--folder FOLDER]

Each run is a `winnow ingest --direct` of its own, from the command to its end: wall time, seconds of the processor,
the greatest memory of the leading process and of all its processes together (resident pages, shared ones counted for
each process), and what `curated/` holds on disk afterwards. The documents are those of `pipeline.py`, of 2 kB, one in
twenty a copy with an altered foot, in files of JSON Lines of 10,000 each. With `--folder`, what was measured is kept
there in `growth.json`, and a second call goes on with what is missing; a run that was cut short starts over.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from pipeline import as_text

ROOT = Path(__file__).resolve().parents[1]
FILE_DOCUMENTS, COPIES = 10_000, 20
NEW = 1 << 40
"""Where the numbers of new documents begin, so that none repeats an old one."""


def document(number: int) -> str:
    """One line of a raw file; every twentieth document says what the one before says, under another foot."""
    copied = number % COPIES == COPIES - 1
    text = as_text(number - copied, 2_000).decode()
    return json.dumps({"text": text + "\n\nPrint this page" * copied, "url": f"https://example.org/{number}"})


def write_raw(raw: Path, first: int, count: int) -> None:
    """Lay documents into `raw/`, a day a file; files that are there already stay as they are."""
    for start in range(first, first + count, FILE_DOCUMENTS):
        day = start // FILE_DOCUMENTS % 336
        folder = raw / "growth" / f"2026-{day // 28 + 1:02}-{day % 28 + 1:02}"
        path = folder / f"{start}.jsonl"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part")
            with draft.open("w") as file:
                file.writelines(
                    f"{document(number)}\n" for number in range(start, min(first + count, start + FILE_DOCUMENTS))
                )
            draft.rename(path)


def ingest(raw: Path, curated: Path, workers: int) -> dict[str, float]:
    """Run the command, and say what it took."""
    arguments = ["ingest", "--direct", "--raw", raw, "--curated", curated, "--workers", str(workers)]
    os.sync()  # what was copied or laid there before is not this run's to write
    before = os.times()
    start = time.perf_counter()
    process = subprocess.Popen([Path(sys.executable).with_name("winnow"), *arguments], stdout=subprocess.DEVNULL)
    leader = together = 0.0
    while process.poll() is None:
        resident = [resident_mb(pid) for pid in (process.pid, *below(process.pid))]
        leader, together = max(leader, resident[0]), max(together, sum(resident))
        time.sleep(0.1)
    seconds = time.perf_counter() - start
    after = os.times()
    if process.returncode:
        sys.exit(f"winnow ingest ended with {process.returncode}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    disk = sum(path.lstat().st_blocks * 512 for path in curated.rglob("*") if path.is_file())
    return {
        "seconds": round(seconds, 2), "cpu": round(used, 2), "leader_mb": round(leader), "all_mb": round(together),
        "disk_mb": round(disk / 1e6),
    }  # fmt: skip


def below(parent: int) -> list[int]:
    """The processes that a process started, and those that these started."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [pid for child in map(int, children) for pid in (child, *below(child))]


def resident_mb(pid: int) -> float:
    """The resident memory of a process, 0 where it has gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def measure(folder: Path, sizes: list[int], new: int, workers: int) -> dict[str, dict[str, float]]:
    """Take every step that is not in `growth.json` yet."""
    kept = folder / "growth.json"
    found: dict[str, dict[str, float]] = json.loads(kept.read_text()) if kept.exists() else {}
    for size in (0, *sizes):
        place = folder / str(size)
        for step, first, count in ((f"{size}", 0, size), (f"{new} beside {size}", NEW, new)):
            if step in found or not count:
                continue
            if first != NEW:
                shutil.rmtree(place / "curated", ignore_errors=True)
                shutil.rmtree(place / "raw" / "growth", ignore_errors=True)
            write_raw(place / "raw", first, count)
            if first == NEW and size:
                if (place / "before").exists():  # this step was begun before: back to what stood before it
                    shutil.rmtree(place / "curated", ignore_errors=True)
                    shutil.copytree(place / "before", place / "curated", symlinks=True)
                else:
                    shutil.copytree(place / "curated", place / "before", symlinks=True)
            elif first == NEW:
                shutil.rmtree(place / "curated", ignore_errors=True)
            found[step] = ingest(place / "raw", place / "curated", workers)
            print(f"{step}: {found[step]}", flush=True)
            kept.write_text(json.dumps(found, indent=1))
        shutil.rmtree(place, ignore_errors=True)
    return found


def conclude(found: dict[str, dict[str, float]], sizes: list[int], new: int) -> None:
    """Print how time grows, and what new documents cost beside old ones."""
    done = [size for size in sizes if str(size) in found]
    for small, large in pairwise(done):
        for what in ("seconds", "cpu"):
            exponent = math.log(found[str(large)][what] / found[str(small)][what]) / math.log(large / small)
            print(f"{small} to {large}: exponent of {what} {exponent:.2f}")
    for size in done:
        for what in ("seconds", "cpu"):
            ratio = found[f"{new} beside {size}"][what] / found[f"{new} beside 0"][what]
            print(f"{new} new beside {size}, against the same into nothing: {ratio:.2f} times the {what}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--new", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        conclude(measure(folder, asked.documents, asked.new, asked.workers), asked.documents, asked.new)


if __name__ == "__main__":
    main()
