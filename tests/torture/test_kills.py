"""Runs, backfills and upkeep killed hundreds of times, by chance and at every named point, with readers beside.

The seed is printed, and taken from WINNOW_SEED where that is set; so is the number of kills (WINNOW_KILLS).
"""

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import House
from tests.crash_points import POINTS
from tests.enduring import Enduring
from tests.readers import Readers, reading
from tests.trees import Tree

SEED = int(os.environ.get("WINNOW_SEED") or random.SystemRandom().randrange(10**9))
KILLS = int(os.environ.get("WINNOW_KILLS") or 500)
TIMES = 10
"""Kills at each named point."""

TREE_EVERY = 10
"""Of the kills by chance one in so many takes the leader of a whole tree of processes, by the command line."""

MOST_KILLS = 3
"""Kills between two runs that nobody kills."""

KINDS = ("ingest", "ingest", "ingest", "backfill", "maintain")

pytestmark = [pytest.mark.torture, pytest.mark.timeout(7200)]


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@pytest.fixture
def enduring(tmp_path_factory, pool, repository: Path):
    tell(f"WINNOW_SEED={SEED}")
    return Enduring(
        House(tmp_path_factory.mktemp("enduring"), pool),
        repository / "raw",
        lambda: House(tmp_path_factory.mktemp("fresh"), pool),
        SEED,
        states=6,
    )


def assert_saw_nothing_wrong(seen: Readers) -> None:
    tell(f"readers: {dict(seen.reads)} readings of {len(seen.snapshots)} snapshots, wrong: {seen.wrong}")
    assert seen.wrong == []
    assert min(seen.reads.values()) > 10


def test_hundreds_of_kills_by_chance(enduring, tmp_path) -> None:
    kills, ends, start = Counter(), 0, time.monotonic()
    with reading(enduring.house.curated, enduring.digests) as seen:
        enduring.nobody_reads = seen.resting
        for kind in ("ingest", "backfill", "maintain"):
            enduring.go_on()
            enduring.assert_ends(kind)
        while kills.total() < KILLS:
            for _ in range(enduring.chance.randint(1, MOST_KILLS)):  # so often it is killed before it comes to its end
                kind = enduring.chance.choice(KINDS)
                if enduring.chance.random() < 0.6:
                    enduring.go_on()
                if kills.total() % TREE_EVERY == TREE_EVERY - 1:
                    way = "tree"
                    tree = Tree(tmp_path)
                    was_killed = enduring.kill_the_tree(tree)
                else:
                    way = enduring.chance.choice(("moment", "change"))
                    was_killed = enduring.kill_by_chance(kind, way)
                kills[f"{way} of {'ingest' if way == 'tree' else kind}"] += was_killed
                enduring.assert_harmless()
            enduring.assert_ends(enduring.chance.choice(KINDS))
            ends += 1
            if ends % 50 == 0:
                tell(f"{time.monotonic() - start:.0f} s: {kills.total()} kills, {ends} ends")
    tell(f"kills: {dict(kills)}, ends: {ends}, {time.monotonic() - start:.0f} s")
    assert_saw_nothing_wrong(seen)
    enduring.assert_only_the_current_stays()


def test_every_named_point_again_and_again(enduring) -> None:
    start = time.monotonic()
    with reading(enduring.house.curated, enduring.digests) as seen:
        enduring.nobody_reads = seen.resting
        for number in range(TIMES):
            for point in enduring.chance.sample(POINTS, len(POINTS)):
                enduring.go_on()
                assert enduring.kill_at(point), point.name
                enduring.assert_harmless()
                if len(enduring.possible) > MOST_KILLS or enduring.chance.random() < 0.6:
                    enduring.assert_ends(enduring.chance.choice(KINDS))
            tell(f"{time.monotonic() - start:.0f} s: each of {len(POINTS)} points {number + 1} times")
        enduring.assert_ends()
    assert_saw_nothing_wrong(seen)
    enduring.assert_only_the_current_stays()
