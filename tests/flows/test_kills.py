"""Runs killed at every named point, and at some moments by chance, with readers beside: a small part of the torture."""

import shutil
from itertools import groupby
from pathlib import Path

import pytest

from tests.conftest import House
from tests.crash_points import POINTS
from tests.enduring import Enduring
from tests.readers import reading

SEED = 20261126
KILLS = 4
TAKEN = 2
"""Each second point of a room: `make torture` takes all of them ten times."""

BETWEEN = 4
"""Kills between two runs that nobody kills."""

ROOMS = {room: list(points) for room, points in groupby(POINTS, lambda point: point.name.partition(":")[0])}

pytestmark = [pytest.mark.xdist_group("kills"), pytest.mark.timeout(1800)]  # for machines that are busy


@pytest.fixture(scope="module")
def enduring(tmp_path_factory, pool, repository: Path):
    """One for all tests here, with readers beside as long as it lasts."""
    enduring = Enduring(
        House(tmp_path_factory.mktemp("enduring"), pool),
        repository / "raw",
        lambda: House(tmp_path_factory.mktemp("fresh"), pool),
        SEED,
        states=BETWEEN + 1,
    )
    with reading(enduring.house.curated, enduring.digests) as seen:
        enduring.nobody_reads = seen.resting
        yield enduring
    assert seen.wrong == []
    assert min(seen.reads.values()) > 1
    assert len(seen.snapshots) > 1


def test_every_point_is_of_a_room() -> None:
    assert ROOMS.keys() == {"lock", "record", "report", "shard", "index", "ranges", "publish", "stamps", "upkeep"}
    assert sum(map(len, ROOMS.values())) == len(POINTS) == len({point.name for point in POINTS})


@pytest.mark.parametrize("room", ROOMS)
def test_a_run_may_be_killed_at_named_points(enduring, room: str) -> None:
    for number, point in enumerate(ROOMS[room][::TAKEN], 1):
        enduring.go_on()
        assert enduring.kill_at(point), point.name
        enduring.assert_harmless()
        if number % BETWEEN == 0:
            enduring.assert_ends()
    enduring.assert_ends()
    if room == "ranges":  # the index stays cut, and all runs after these would take longer
        shutil.rmtree(enduring.house.curated / ".work")


def test_a_run_may_be_killed_at_any_moment(enduring) -> None:
    enduring.assert_ends()
    for number in range(KILLS):
        enduring.go_on()
        enduring.kill_by_chance("ingest", "moment" if number % 2 else "change")
        enduring.assert_harmless()
        if number % BETWEEN == 0:
            enduring.assert_ends()
    enduring.assert_ends()
    enduring.assert_only_the_current_stays()
