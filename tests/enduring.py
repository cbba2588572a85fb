"""A `curated/` that lives through kills: `raw/` goes from state to state, runs are killed on the way, and end at last.

What each state must come to is known from runs that nobody killed, each from nothing.
"""

import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Literal

from flows.direct import DirectRooms
from flows.inspection import inspect
from flows.order import RunOrder
from flows.pipeline import take_in
from flows.progress import Watcher
from flows.upkeep import Steps, maintain
from flows.upkeep_plan import UpkeepOrder
from tasks.acquire.scope import Scope
from tasks.parts import is_whole
from tasks.publish.lock import describe_holder
from tasks.publish.runs import read_records
from tasks.publish.snapshot import load_current
from tasks.publish.upkeep.options import UpkeepOptions
from tasks.settings import Settings
from tests.conftest import House
from tests.crash_points import Point
from tests.killing import killed_after, killed_at, killed_at_point, measured
from tests.readers import digest
from tests.trees import WINNOW, Tree

FILES = (  # few: a version of a URL, exact, near and contained duplicates, comments, rejected and several records
    "garden-blog/2026-11-14/no-turning.txt",
    "garden-blog/2026-11-18/no-turning.txt",
    "harbour-news/2026-11-15/warm-wall-bakery.txt",
    "harbour-news/2026-11-17/warm-wall-bakery.txt",
    "harbour-news/2026-11-18/empty.txt",
    "harbour-news/2026-11-19/over-the-hill.txt",
    "valley-press/2026-11-17/last-boat.html",
    "web-crawl/2026-11-19/crawl-00002.warc",
    "wire-feed/2026-11-16/feed.jsonl.gz",
    "wire-feed/2026-11-18/feed.jsonl.gz",
    "wire-feed/2026-11-19/feed.jsonl",
)
STAYS = "harbour-news/2026-11-19/over-the-hill.txt"
COMES = "harbour-news/2026-11-15/warm-wall-bakery.txt"
SHARD_MB = 0.004
"""So small that every run has some shards."""

OPTIONS = UpkeepOptions(keep_days=0, keep_least=1, spare_minutes=2, merge_parts=2)
"""Upkeep as eager as readers allow that take two minutes at most."""

EAGER = UpkeepOptions(keep_days=0, keep_least=0, spare_minutes=0, merge_parts=2)
"""Upkeep for where nobody reads."""

RANGES = 2
"""Of keys, into which runs of the kind `ranges` cut the index."""

Kind = Literal["ingest", "backfill", "maintain", "ranges"]
State = dict[str, str]
"""What lies in `raw/`: whose content each file has."""


class Here(Executor):
    """Does the work at once, in this process: one process is the whole run, and the kill takes all of it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result gets it
            future.set_exception(error)
        return future


def run(kind: Kind, raw: Path, curated: Path, options: UpkeepOptions = OPTIONS) -> str:
    """One run in this process; its status."""
    if kind == "maintain":
        return maintain(UpkeepOrder(curated, options), Steps(), Watcher()).status
    settings = Settings(raw=raw, curated=curated, workers=1, shard_mb=SHARD_MB)
    order = RunOrder(settings, Scope(), is_everything=True) if kind == "backfill" else RunOrder(settings)
    rooms = DirectRooms(Here(), ranges=RANGES) if kind == "ranges" else DirectRooms(Here())
    return take_in(order, rooms, Watcher()).status


def make_states(chance: random.Random, count: int) -> list[State]:
    """States of `raw/`, each other than the one before: files come, go, move, and have other content."""
    states: list[State] = [{name: name for name in FILES}]
    while len(states) < count:
        state = {name: name for name in FILES if chance.random() < 0.8}
        for name in chance.sample(sorted(state), 2):
            state[name] = chance.choice(FILES)
        folder, _, name = (moved := chance.choice(sorted(state))).rpartition("/")
        state[f"{folder}/moved-{name}"] = state.pop(moved)
        states.append(state)
    folder, _, name = STAYS.rpartition("/")
    for number, state in enumerate(states):  # a part of its own beside one that stays: these two can be merged
        state |= {STAYS: STAYS, f"{folder}/{number}-{name}": COMES}
    return states


def bring(state: State, samples: Path, raw: Path) -> None:
    """Make `raw/` what the state says."""
    shutil.rmtree(raw, ignore_errors=True)
    for name, content in state.items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(samples / content, raw / name)


class Enduring:
    """The house that is killed, and what must come of each state."""

    def __init__(self, house: House, samples: Path, fresh: Callable[[], House], seed: int, states: int = 4) -> None:
        self.house, self.samples, self.chance = house, samples, random.Random(seed)
        self.nobody_reads: Callable[[], AbstractContextManager[None]] = nullcontext  # `Readers.resting` of those beside
        self.states = make_states(self.chance, states)
        self.tables, self.digests = [], []
        for state in self.states:
            other = fresh()
            bring(state, samples, other.raw)
            assert run("ingest", other.raw, other.curated) == "published"
            self.tables.append(other.tables())
            self.digests.append(digest(other.snapshot.root))
        self.at, self.possible = 0, {0}
        bring(self.states[0], samples, house.raw)
        assert run("ingest", house.raw, house.curated) == "published"
        self.measures: dict[Kind, tuple[int, float]] = {}

    def go_on(self) -> None:
        """Let `raw/` come to its next state."""
        self.at = (self.at + 1) % len(self.states)
        self.possible.add(self.at)
        bring(self.states[self.at], self.samples, self.house.raw)

    def kill_by_chance(self, kind: Kind, way: Literal["moment", "change"], options: UpkeepOptions = OPTIONS) -> bool:
        """Start a run and kill it at a moment, or right before a change to `curated/`, both by chance."""
        changes, seconds = self.measures.get(kind, (200, 1.0))
        arguments = (kind, self.house.raw, self.house.curated, options)
        if way == "moment":
            return killed_after(self.chance.uniform(0, seconds), run, *arguments)
        return killed_at(self.chance.randint(1, changes), self.house.curated, run, *arguments)

    def kill_at(self, point: Point) -> bool:
        """Start a run that comes by the point, and kill it there."""
        if point.forgets:
            shutil.rmtree(self.house.curated / ".work", ignore_errors=True)
        folders = (self.house.raw, self.house.curated)
        if point.work != "maintain":
            return killed_at_point(point, run, point.work, *folders)
        run("ingest", *folders)
        with self.nobody_reads():
            return killed_at_point(point, run, point.work, *folders, EAGER)

    def kill_the_tree(self, tree: Tree) -> bool:
        """Start a run with workers by the command line, and kill what leads it at a moment by chance.

        The others leave by themselves.
        """
        folders = ("--raw", self.house.raw, "--curated", self.house.curated)
        leader = tree.start(WINNOW, "ingest", "--direct", "--workers", "2", "--shard-mb", str(SHARD_MB), *folders)
        deadline = time.monotonic() + 60
        while not (was_at_work := describe_holder(self.house.curated)) and leader.poll() is None:
            assert time.monotonic() < deadline, tree.told()
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0, 3) if was_at_work else 0)
        leader.kill()
        status = leader.wait()
        left = tree.await_end(10)
        assert not left, left
        return status == -signal.SIGKILL

    def assert_harmless(self) -> None:
        """After a kill: what is current is whole, and is what it was before or what a killed run was to make of it."""
        snapshot = load_current(self.house.curated)
        assert snapshot is not None
        assert all(is_whole(snapshot.root, part) for part in snapshot.parts)
        totals = snapshot.totals
        assert totals["read"] == sum(totals.get(name, 0) for name in ("documents", "duplicates", "rejected", "held"))
        assert digest(snapshot.root) in {self.digests[state] for state in self.possible}

    def assert_ends(self, kind: Kind = "ingest", options: UpkeepOptions = OPTIONS) -> None:
        """Another run, which nobody kills, comes to what nobody ever killed, and clears what the killed ones left."""
        curated = self.house.curated
        self.measures[kind] = measured(curated, run, kind, self.house.raw, curated, options)
        if kind != "ingest":  # it leaves alone what is another's
            run("ingest", self.house.raw, curated)
        self.possible = {self.at}
        assert self.house.tables() == self.tables[self.at]
        assert digest(self.house.snapshot.root) == self.digests[self.at]
        self.assert_clear()

    def assert_clear(self) -> None:
        """Nothing half done lies about, nobody holds the lock, and `winnow verify` finds nothing."""
        curated = self.house.curated
        left = sorted(leftovers(curated))
        assert left == [], left
        assert describe_holder(curated) is None
        assert "running" not in {record.status for record in read_records(curated, 20)}
        findings = inspect(curated, Watcher(), raw=self.house.raw).findings
        wrong = [each for each in findings if each.is_damage or each.check != "index"]
        assert wrong == [], wrong  # the index is a cache: what a kill left of it, the next run with work builds anew

    def assert_only_the_current_stays(self) -> None:
        """Upkeep deletes whatever snapshots killed runs left, whole or not, and all that expired."""
        with self.nobody_reads():
            for _ in range(2):  # what the first one merges replaces a snapshot, which the second one deletes
                run("maintain", self.house.raw, self.house.curated, EAGER)
        assert [path.name for path in (self.house.curated / "snapshots").iterdir()] == [self.house.snapshot.id]
        assert self.house.tables() == self.tables[self.at]


def leftovers(curated: Path) -> Iterator[Path]:
    """What killed runs leave half done. Shards of a killed backfill wait for the next one, or for `winnow maintain`."""
    yield from (curated / "snapshots").glob(".*")
    yield from (curated / ".work" / "shards").glob("ingest/*")
    for folder in (curated, curated / "runs", curated / ".work"):
        yield from folder.glob(".*.part")
