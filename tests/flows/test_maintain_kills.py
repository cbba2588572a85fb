"""Upkeep killed at any of its changes to `curated/`: readers see nothing of it, and the next run ends what it began."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from flows.progress import Watcher
from flows.upkeep import Steps, maintain
from flows.upkeep_plan import UpkeepOrder, plan_upkeep
from tasks.publish.runs import read_records
from tasks.publish.snapshot import load_snapshot
from tasks.publish.upkeep.expire import check_sizes
from tasks.publish.upkeep.options import UpkeepOptions
from tests.conftest import House
from tests.killing import killed_at

OPTIONS = UpkeepOptions(keep_days=0, keep_least=0, spare_minutes=0, merge_parts=2)
STEP = 11
"""Every change is a place to be killed at; all of them are tried by `make torture`."""

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def made(tmp_path_factory, pool):
    """Snapshots to expire, parts to merge, a leftover."""
    house = House(tmp_path_factory.mktemp("made"), pool)
    for number in range(3):
        house.put(f"notes/2026-11-20/{number}.txt", f"A note\n\nOn day {number} the beans of row {number} were late.\n")
        house.ingest(workers=1)
    draft = house.curated / ".work" / ".stamps.arrow.99.part"
    draft.write_text("{}")
    then = (datetime.now(UTC) - timedelta(days=8)).timestamp()
    os.utime(draft, (then, then))
    return house


def keep_up(curated) -> None:
    maintain(UpkeepOrder(curated, OPTIONS), Steps(), Watcher())


def assert_harmless(house, rows) -> None:
    """What readers see is whole and as it was."""
    for root in (house.curated / "snapshots").glob("[!.]*"):
        check_sizes(load_snapshot(root))
    assert house.tables() == rows


def assert_mended(house, rows) -> None:
    """After other runs everything is as if nobody had been killed."""
    for _ in range(2):  # what the first one merges replaces a snapshot, which the second one deletes
        keep_up(house.curated)
    assert_harmless(house, rows)
    assert [path.name for path in (house.curated / "snapshots").iterdir()] == [house.snapshot.id]
    assert not [path for path in house.curated.rglob("*.part") if path.is_file() or path.is_symlink()]
    assert len(house.snapshot.parts_of("documents")) == 1
    assert plan_upkeep(UpkeepOrder(house.curated, OPTIONS), datetime.now(UTC)).index == "good"
    assert "running" not in {record.status for record in read_records(house.curated)}


def kill_everywhere(made, house, changes) -> int:
    """Kill upkeep at each of these changes; the number of those at which it was killed."""
    rows, kills = made.tables(), 0
    for number in changes:
        subprocess.run(["rm", "-rf", house.root], check=True)
        subprocess.run(["cp", "-a", made.root, house.root], check=True)
        if not killed_at(number, house.curated, keep_up, house.curated):
            break
        kills += 1
        assert_harmless(house, rows)
        assert_mended(house, rows)
    return kills


def test_upkeep_may_be_killed(made, house) -> None:
    assert kill_everywhere(made, house, count(1, STEP)) > 5


@pytest.mark.torture
def test_upkeep_may_be_killed_at_any_change(made, house) -> None:
    assert kill_everywhere(made, house, count(1)) > 40
