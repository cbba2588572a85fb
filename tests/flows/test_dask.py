"""Runs on a cluster of real processes: the smallest of it, `tests/torture/test_dask.py` has the rest."""

import shutil
import socket
import time
from dataclasses import replace

import duckdb
import pytest

from flows.cluster.address import check_scheduler
from flows.cluster.charge import PROBE, Charge, carry_out, describe_code, find_fault
from flows.engine import choose_ranges
from tasks.dedupe.index.files import read_ranges
from tasks.errors import ClusterError, UsageError
from tasks.publish.runs import read_records
from tests.cluster import Cluster, ingest

pytestmark = pytest.mark.xdist_group("dask")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start_workers(2)
        yield cluster
    finally:
        cluster.end()


def test_a_cluster_gives_the_tables_that_this_machine_gives(house, samples, tree, cluster) -> None:
    shutil.copytree(samples.raw, house.raw)
    run = tree.start(*ingest(house, cluster.address, "--shard-mb", "0.02"))
    assert run.wait(120) == 0, tree.told()
    assert house.tables() == samples.tables()
    assert not list((house.curated / ".work").rglob(".*"))
    assert read_records(house.curated)[0].status == "published"
    with duckdb.connect(str(house.curated / ".work" / "index.duckdb"), read_only=True) as index:
        assert len(read_ranges(index)) == choose_ranges(2)


def test_a_scheduler_that_goes_away_ends_the_run_and_the_snapshot_stays(house, samples, tree, cluster) -> None:
    """Comes last: the scheduler is gone then."""
    shutil.copytree(samples.raw / "garden-blog", house.raw / "garden-blog")
    house.ingest()
    before = house.snapshot.id
    shutil.copytree(samples.raw, house.raw, dirs_exist_ok=True)
    run = tree.start(*ingest(house, cluster.address, "--shard-mb", "0.001"))
    shards = house.curated / ".work" / "shards" / "ingest"
    while not list(shards.glob("*/shard.json")):
        assert run.poll() is None, tree.told()
        time.sleep(0.01)
    cluster.kill_scheduler()
    assert run.wait(60) == 1
    assert f"the Dask scheduler at {cluster.address} went away" in tree.told()
    assert "what to do: " in tree.told()
    assert "Traceback" not in tree.told()
    assert house.snapshot.id == before
    assert read_records(house.curated)[0].status == "failed"
    finished = {path.parent.name for path in shards.glob("*/shard.json")}
    assert finished
    assert house.ingest(shard_mb=0.001).status == "published"
    assert house.tables() == samples.tables()


def test_a_scheduler_that_is_not_there_is_said_before_anything_starts(house, tree) -> None:
    house.put("notes/2026-11-20/heron.txt", "A note on a heron that stood in the river and caught nothing.\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    run = tree.start(*(word for word in ingest(house, f"tcp://127.0.0.1:{port}") if word != "--direct"))
    assert run.wait(60) == 1
    assert f"there is no Dask scheduler at tcp://127.0.0.1:{port}: Connection refused" in tree.told()
    assert "Traceback" not in tree.told()
    assert not house.curated.exists()


@pytest.mark.parametrize("address", ["", "nowhere", "http://host:8786", "tcp://host", "tcp://host:99999", "a b:1"])
def test_what_is_no_address_is_wrong_use(address: str) -> None:
    with pytest.raises(UsageError, match="tcp://HOST:8786"):
        check_scheduler(address)


@pytest.fixture
def charge(house) -> Charge:
    """One that this process fits."""
    folder = house.curated / "probe"
    folder.mkdir(parents=True)
    (folder / PROBE).write_text("token")
    house.put("notes/2026-11-20/heron.txt", "text")
    return Charge("token", str(folder), str(house.raw), ("notes",), describe_code())


def test_a_worker_that_fits_leaves_its_mark_and_does_the_work(charge, house) -> None:
    assert find_fault(charge) is None
    (mark,) = {path.name for path in (house.curated / "probe").iterdir()} - {PROBE}
    assert mark.startswith(f"{socket.gethostname()}.")
    assert carry_out(charge, max, 1, 2) == 2


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"code": "code 0, Python 2.7, files 00"}, r"runs other code than this run: code \d+ there, code 0 here"),
        ({"folder": "/nowhere"}, "does not see /nowhere"),
        ({"token": "other"}, "sees another folder at "),
        ({"sources": ("notes", "feed")}, "does not see the source feed in "),
    ],
)
def test_a_worker_that_does_not_fit_says_why_and_what_to_do(charge, change, problem: str) -> None:
    other = replace(charge, **change)
    fault = find_fault(other)
    assert fault is not None
    with pytest.raises(ClusterError, match=problem) as raised:
        carry_out(other, max, 1, 2)
    assert raised.value.hint == fault.hint != ""
