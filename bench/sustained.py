"""200 runs in a row over an input that grows, as a schedule makes them: what each costs, and what stays behind.

    python bench/sustained.py [--runs 200] [--documents 20] [--figures FILE] [--diagram docs/sustained.svg]

One process leads them all, on two workers that live as long: what leaks adds up. Each run finds new documents in four
sources, one of which repeats another, an older document that changed, and one that is gone; 24 runs make a day. Every
24 runs upkeep merges and expires as it does by itself once a day; snapshots expire by number (`--keep-most`), since
no week passes meanwhile. `--figures` keeps what was measured, and draws it again with `--diagram` where it is there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import drawing

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from increment import SOURCES, day_of, page

from flows.direct import DirectRooms
from flows.engine import worker_pool
from flows.order import RunOrder
from flows.pipeline import take_in
from flows.progress import Watcher
from flows.upkeep import Steps, maintain
from flows.upkeep_plan import UpkeepOrder
from tasks.publish.upkeep.options import UpkeepOptions
from tasks.settings import Settings

DAY = 24
"""Runs a day."""

UPKEEP = UpkeepOptions(keep_days=0, keep_least=2, keep_most=DAY, spare_minutes=0)

CURVES = {
    "leader_mb": "memory of the leading process, MB",
    "workers_mb": "memory of both workers, MB",
    "open_files": "open files of all three",
    "seconds": "seconds of the processor a run",
    "disk_mb": "curated/ on disk, MB",
    "files": "files in curated/",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--figures", type=Path)
    parser.add_argument("--diagram", type=Path)
    args = parser.parse_args()
    if args.diagram and args.figures and args.figures.exists():
        rows = json.loads(args.figures.read_text())
    else:
        rows = measure(args.runs, args.documents)
        if args.figures:
            args.figures.write_text(json.dumps(rows))
    show(rows)
    if args.diagram:
        args.diagram.write_text(draw(rows), "utf-8")


def measure(runs: int, documents: int) -> list[dict[str, float]]:
    """What was seen after each run."""
    folder = Path(tempfile.mkdtemp(prefix="sustained-"))
    settings = Settings(raw=folder / "raw", curated=folder / "curated", workers=2)
    rows = []
    try:
        with worker_pool(settings.workers) as pool:
            rooms = DirectRooms(pool)
            for run in range(runs):
                feed(settings.raw, run, documents)
                start = used()
                record = take_in(RunOrder(settings), rooms, Watcher())
                assert record.status == "published", record
                took = used() - start
                if run % DAY == DAY - 1:
                    maintain(UpkeepOrder(settings.curated, UPKEEP), Steps(), Watcher())
                rows.append({"run": run + 1, "documents": record.totals["documents"], "seconds": took} | look(settings))
                print(rows[-1], flush=True)
    finally:
        shutil.rmtree(folder)
    return rows


def feed(raw: Path, run: int, documents: int) -> None:
    """Let new documents come, one that repeats another, one that changes, and one that goes."""
    chance = random.Random(run)
    day = day_of(run // DAY)
    for number in range(documents):
        path = raw / SOURCES[number % len(SOURCES)] / day / f"{run}-{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(run * documents + number) + (page(chance.randrange(10**6)) if number % 7 == 0 else ""))
    older = sorted((raw / SOURCES[0]).rglob("*.txt"))
    shutil.copyfile(chance.choice(older), raw / SOURCES[1] / day / f"{run}-copy.txt")
    with chance.choice(older).open("a") as file:
        file.write(f"\nA line that came with run {run}.\n")
    if len(older) > documents:
        chance.choice(sorted((raw / SOURCES[2]).rglob("*.txt"))).unlink()


def used() -> float:
    """Seconds of the processor, of this process and its workers so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ticks = os.sysconf("SC_CLK_TCK")
    fields = [(Path("/proc") / pid / "stat").read_text().rpartition(")")[2].split() for pid in workers()]
    return own.ru_utime + own.ru_stime + sum(int(each[11]) + int(each[12]) for each in fields) / ticks


def workers() -> list[str]:
    """The processes that this one started."""
    return (Path("/proc/self/task") / str(os.getpid()) / "children").read_text().split()


def look(settings: Settings) -> dict[str, float]:
    """What there is after a run."""
    crowd = [str(os.getpid()), *workers()]
    memory = [resident(pid) for pid in crowd]
    states = [path.lstat() for path in settings.curated.rglob("*") if path.is_file() and not path.is_symlink()]
    once = {state.st_ino: state.st_blocks * 512 for state in states}
    return {
        "leader_mb": memory[0],
        "workers_mb": sum(memory[1:]),
        "open_files": sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in crowd),
        "disk_mb": sum(once.values()) / 1e6,
        "files": len(once),
        "raw_mb": sum(path.stat().st_size for path in settings.raw.rglob("*.txt")) / 1e6,
        "at": time.time(),
    }


def resident(pid: str) -> float:
    """The memory of a process in MB."""
    lines = (Path("/proc") / pid / "status").read_text().splitlines()
    return next(int(each.split()[1]) / 1000 for each in lines if each.startswith("VmRSS"))


def show(rows: list[dict[str, float]]) -> None:
    """Quarters of all runs beside each other: what levels off has equal ones."""
    quarter = max(len(rows) // 4, 1)
    for name, words in {**CURVES, "raw_mb": "raw/, MB", "documents": "documents in all"}.items():
        means = [
            sum(row[name] for row in rows[at : at + quarter]) / len(rows[at : at + quarter])
            for at in range(0, len(rows), quarter)
        ]
        print(f"{words:36} {'  '.join(f'{mean:9.2f}' for mean in means)}   last {rows[-1][name]:.2f}")


def draw(rows: list[dict[str, float]]) -> str:
    """Each value over the runs."""
    parts = []
    for number, (name, words) in enumerate(CURVES.items()):
        left, top = 60 + number % 2 * 380, 40 + number // 2 * 180
        parts += drawing.curve(words, [row[name] for row in rows], left, top, 270, 110, "#1f6f8b")
    return drawing.page(800, 560, parts)


if __name__ == "__main__":
    main()
