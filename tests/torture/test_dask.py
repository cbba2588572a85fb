"""Runs on a cluster of real processes: workers killed, cut off or unfit, the scheduler killed, signals, two hosts."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tasks.dedupe.index.files import read_ranges
from tasks.publish.runs import read_records
from tests.cluster import Cluster, ingest
from tests.much import write_much
from tests.object_storage import BUCKET

MEGABYTES = 6
SECONDS = 5.0
HOSTS = ("10.213.77.1", "10.213.77.2")

pytestmark = [pytest.mark.torture, pytest.mark.timeout(1800)]


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@pytest.fixture
def empty(tmp_path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    cluster = Cluster(tmp_path / "cluster")
    yield cluster
    cluster.end()


@pytest.fixture
def cluster(empty) -> Cluster:
    empty.start_workers(2)
    return empty


@pytest.fixture(scope="module")
def much(tmp_path_factory, pool):
    """A source that takes two workers some seconds, and what this machine makes of it."""
    from tests.conftest import House

    house = House(tmp_path_factory.mktemp("much"), pool)
    write_much(house.raw, MEGABYTES)
    assert house.ingest(shard_mb=0.5).status == "published"
    return house


@pytest.fixture
def busy(house, much):
    """The same source, yet to be taken in."""
    shutil.copytree(much.raw, house.raw)
    return house


def shards(house) -> Path:
    return house.curated / ".work" / "shards" / "ingest"


def finished(house) -> set[str]:
    return {path.parent.name for path in shards(house).glob("*/shard.json")}


def await_work(run, house, tree) -> None:
    """Wait until a worker has finished a shard and others are at work."""
    while not (finished(house) and list(shards(house).glob(".*.part"))):
        assert run.poll() is None, tree.told()
        time.sleep(0.01)


def through(engine: str, command: list[object]) -> list[object]:
    return [word for word in command if engine == "direct" or word != "--direct"]


def assert_told(tree, *words: str) -> None:
    told = tree.told()
    for word in ("error: ", "what to do: ", *words):
        assert word in told, told
    assert "Traceback" not in told, told


def count_ranges(house) -> int:
    """Into how many ranges of keys the index of duplicates is cut."""
    with duckdb.connect(str(house.curated / ".work" / "index.duckdb"), read_only=True) as index:
        return len(read_ranges(index))


def assert_equal(house, other) -> None:
    assert house.tables() == other.tables()
    assert not list((house.curated / ".work").rglob(".*"))


@pytest.mark.parametrize("shard_mb", [0.001, 0.008, 16.0])
def test_all_samples_are_what_this_machine_makes_of_them(house, samples, tree, cluster, shard_mb: float) -> None:
    shutil.copytree(samples.raw, house.raw)
    start = time.monotonic()
    run = tree.start(*ingest(house, cluster.address, "--shard-mb", shard_mb))
    assert run.wait(600) == 0, tree.told()
    tell(f"samples in shards of {shard_mb} MB: {time.monotonic() - start:.1f} s")
    assert_equal(house, samples)


def test_through_prefect_it_is_the_same(house, samples, tree, cluster) -> None:
    shutil.copytree(samples.raw, house.raw)
    run = tree.start(*through("prefect", ingest(house, cluster.address, "--shard-mb", 0.008)))
    assert run.wait(600) == 0, tree.told()
    assert_equal(house, samples)


def test_a_worker_that_is_killed_costs_time_only(busy, much, tree, cluster) -> None:
    run = tree.start(*ingest(busy, cluster.address, "--shard-mb", 0.5))
    await_work(run, busy, tree)
    before = finished(busy)
    os.kill(cluster.workers()[0], signal.SIGKILL)
    assert run.wait(600) == 0, tree.told()
    tell(f"a worker killed after {len(before)} shards of {2 * MEGABYTES}")
    assert_equal(busy, much)


def test_a_worker_that_is_killed_at_the_join_costs_time_only(busy, much, tree, cluster) -> None:
    ranges = busy.curated / ".work" / "index.duckdb.ranges"
    run = tree.start(*ingest(busy, cluster.address, "--shard-mb", 0.5))
    while not list(ranges.glob("*.tmp")) and not list(ranges.glob("*.met.parquet")):
        assert run.poll() is None, tree.told()
        time.sleep(0.001)
    os.kill(cluster.workers()[0], signal.SIGKILL)
    start = time.monotonic()
    assert run.wait(600) == 0, tree.told()
    tell(f"a worker killed at the join: the run ended {time.monotonic() - start:.1f} s later")
    assert_equal(busy, much)
    assert count_ranges(busy) == 8
    assert not {path.suffix for path in ranges.iterdir()} - {".duckdb"}


def test_the_join_is_the_same_here_and_there_in_turn(house, samples, tree, cluster) -> None:
    """An index that was cut for a cluster serves this machine, and what this machine does to it serves the cluster."""
    days = sorted({path.name for path in samples.raw.glob("*/*") if path.is_dir()})
    for number, day in enumerate(days):
        for folder in samples.raw.glob(f"*/{day}"):
            shutil.copytree(folder, house.raw / folder.relative_to(samples.raw))
        for path in samples.raw.glob("*/source.toml"):
            (house.raw / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, house.raw / path.parent.name)
        if number % 2:
            assert house.ingest().status == "published"
        else:
            assert tree.start(*ingest(house, cluster.address)).wait(600) == 0, tree.told()
        assert count_ranges(house) == 8
    shutil.copytree(samples.raw, house.raw, dirs_exist_ok=True)
    assert tree.start(*ingest(house, cluster.address)).wait(600) == 0, tree.told()
    assert_equal(house, samples)


def test_a_shard_that_kills_one_worker_after_the_other_ends_the_run(busy, tree, cluster) -> None:
    for path in sorted(busy.raw.rglob("*.jsonl"))[1:]:
        path.unlink()
    run = tree.start(*ingest(busy, cluster.address, "--shard-mb", 0.5))
    killed, deadline = 0, time.monotonic() + 600
    while run.poll() is None and time.monotonic() < deadline:
        drafts = len(list(shards(busy).glob(".*.part")))
        if drafts > killed:
            for number in cluster.workers():
                os.kill(number, signal.SIGKILL)
            killed = drafts
        time.sleep(0.02)
    assert run.wait(60) == 1
    assert_told(tree, "several workers were killed by one shard in turn", "--shard-mb")
    assert not (busy.curated / "current").exists()


@pytest.mark.parametrize("engine", ["direct", "prefect"])
def test_without_the_scheduler_the_next_run_goes_on_from_finished_shards(busy, much, tree, cluster, engine) -> None:
    busy.put("aside/2026-11-20/heron.txt", "A note on a heron that stood in the river all morning.\n")
    shutil.move(busy.raw / "notes", busy.root / "notes")
    assert busy.ingest().status == "published"
    snapshot = busy.snapshot.id
    shutil.rmtree(busy.raw / "aside")
    shutil.move(busy.root / "notes", busy.raw / "notes")
    run = tree.start(*through(engine, ingest(busy, cluster.address, "--shard-mb", 0.5)))
    await_work(run, busy, tree)
    cluster.kill_scheduler()
    start = time.monotonic()
    assert run.wait(60) == 1
    tell(f"{engine}: the scheduler killed: the run ended after {time.monotonic() - start:.1f} s")
    assert_told(tree, f"the Dask scheduler at {cluster.address} went away")
    assert busy.snapshot.id == snapshot
    cluster.kill_workers()
    before = {name: (shards(busy) / name / "shard.json").stat().st_mtime_ns for name in finished(busy)}
    assert before
    cluster.start_scheduler()
    cluster.start_workers(2)
    run = tree.start(*ingest(busy, cluster.address, "--shard-mb", 0.5))
    while run.poll() is None:
        for name, at in before.items():
            path = shards(busy) / name / "shard.json"
            assert not path.exists() or path.stat().st_mtime_ns == at, "a finished shard was made again"
        time.sleep(0.02)
    assert run.wait() == 0, tree.told()
    assert_equal(busy, much)


def test_a_cluster_that_loses_all_its_workers_is_not_waited_for_for_ever(busy, tree, cluster) -> None:
    run = tree.start(*ingest(busy, cluster.address, "--shard-mb", 0.5))
    await_work(run, busy, tree)
    cluster.kill_workers()
    start = time.monotonic()
    assert run.wait(180) == 1
    tell(f"all workers killed: the run ended after {time.monotonic() - start:.1f} s")
    assert_told(tree, "has had no worker that takes work for 60 s")


def test_a_cluster_that_takes_no_work_is_not_waited_for_for_ever(busy, tree, empty) -> None:
    """Its worker is up, and has less memory than it takes to be so: it is paused, and stays so."""
    empty.start_workers(1, ("env", "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE=False"), memory="60MB")
    run = tree.start(*ingest(busy, empty.address, "--shard-mb", 0.5))
    assert run.wait(240) == 1
    assert_told(tree, "has had no worker that takes work for 60 s", "--memory-limit")


@pytest.mark.parametrize("engine", ["direct", "prefect"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_ends_the_run_and_its_tasks(busy, much, tree, cluster, engine: str, number: signal.Signals) -> None:
    command = ingest(busy, cluster.address, "--shard-mb", 0.5)
    run = tree.start(*through(engine, command))
    await_work(run, busy, tree)
    start = time.monotonic()
    run.send_signal(number)
    assert run.wait(SECONDS) == 128 + number, tree.told()
    tell(f"{number.name}, {engine}: {time.monotonic() - start:.1f} s")
    assert tree.await_end(SECONDS - (time.monotonic() - start)) == []
    assert "Traceback" not in tree.told()
    assert cluster.tasks() == 0
    assert read_records(busy.curated)[0].status == "interrupted"
    again = tree.start(*command)
    assert again.wait(600) == 0, tree.told()
    assert_equal(busy, much)


def test_after_a_kill_of_who_leads_the_cluster_forgets_the_run(busy, tree, cluster) -> None:
    run = tree.start(*ingest(busy, cluster.address, "--shard-mb", 0.5))
    await_work(run, busy, tree)
    run.kill()
    run.wait()
    cluster.await_(lambda: cluster.tasks() == 0)


def checkout(root: Path, repository: Path) -> Path:
    for name in ("flows", "tasks"):
        shutil.copytree(repository / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_a_worker_with_other_code_is_refused(busy, tree, empty, tmp_path, repository) -> None:
    other = checkout(tmp_path / "other", repository)
    with (other / "tasks/settings.py").open("a") as file:
        file.write("# by hand\n")
    empty.start_workers(1)
    empty.start_workers(1, inside=("env", f"PYTHONPATH={other}"))
    run = tree.start(*ingest(busy, empty.address))
    assert run.wait(120) == 1
    assert_told(tree, "runs other code than this run: files ", "make run")
    assert not (busy.curated / "current").exists()


def test_a_worker_without_winnow_is_refused(busy, tree, empty, tmp_path) -> None:
    (tmp_path / "other" / "flows").mkdir(parents=True)
    (tmp_path / "other" / "flows" / "__init__.py").touch()
    empty.start_workers(1, inside=("env", f"PYTHONPATH={tmp_path / 'other'}"))
    run = tree.start(*ingest(busy, empty.address))
    assert run.wait(120) == 1
    assert_told(tree, "has not got this Winnow: ", "No module named 'flows.cluster'")


def test_a_worker_with_many_threads_is_refused(busy, tree, empty) -> None:
    empty.start_workers(1, threads=4)
    run = tree.start(*ingest(busy, empty.address))
    assert run.wait(120) == 1
    assert_told(tree, "has 4 threads", "--nthreads 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root")
@pytest.mark.parametrize("hidden", ["curated", "raw"])
def test_a_worker_that_sees_another_folder_is_refused(busy, tree, empty, hidden: str) -> None:
    folder = busy.root / hidden
    folder.mkdir(exist_ok=True)
    hide = ("unshare", "--mount", "sh", "-c", f'mount -t tmpfs none {folder} && exec "$0" "$@"')
    empty.start_workers(1, inside=hide)
    run = tree.start(*ingest(busy, empty.address))
    assert run.wait(120) == 1
    assert_told(tree, "does not see", "the same shared folder at the same path")
    assert not (busy.curated / "current").exists()


def test_workers_read_object_storage_themselves(house, samples, object_storage, tree, empty) -> None:
    for path in sorted(samples.raw.rglob("*")):
        if path.is_file():
            object_storage.put(f"raw/{path.relative_to(samples.raw).as_posix()}", path.read_bytes())
    empty.start_workers(2)
    house.raw = f"s3://{BUCKET}/raw"
    run = tree.start(*ingest(house, empty.address, "--shard-mb", 0.02))
    assert run.wait(300) == 0, tree.told()
    assert_equal(house, samples)


def test_a_worker_that_may_not_read_object_storage_is_refused(house, object_storage, tree, empty) -> None:
    object_storage.put("raw/notes/2026-11-20/heron.txt", b"A note on a heron that stood in the river all morning.")
    empty.start_workers(1, inside=("env", "AWS_SECRET_ACCESS_KEY=another"))
    house.raw = f"s3://{BUCKET}/raw"
    run = tree.start(*ingest(house, empty.address))
    assert run.wait(120) == 1
    assert_told(tree, f"cannot read s3://{BUCKET}/raw: ", "credentials")
    assert not (house.curated / "current").exists()


@contextmanager
def two_hosts() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Two network namespaces with a cable between them: what to put before a command that is to run there."""
    names = ("winnow-one", "winnow-two")
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces take root, and the command ip")

    def ip(*words: str) -> None:
        made = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            pytest.skip(f"no network namespaces here: ip {' '.join(words)}: {made.stderr.strip()}")

    try:
        for name in names:
            ip("netns", "add", name)
        ip("link", "add", "cable1", "netns", names[0], "type", "veth", "peer", "name", "cable2", "netns", names[1])
        for number, (name, host) in enumerate(zip(names, HOSTS, strict=True), 1):
            ip("-n", name, "address", "add", f"{host}/24", "dev", f"cable{number}")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", f"cable{number}", "up")
        one, two = (("ip", "netns", "exec", name) for name in names)
        yield one, two
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


@pytest.mark.parametrize("seconds", [20, 75])
def test_two_hosts_whose_cable_is_pulled_for_a_while(make_house, tree, tmp_path, seconds: int) -> None:
    """In 20 s nobody is given up; in 75 s the other host is, and its shards are made here."""
    house, alone = make_house(), make_house()
    shards = 40 + 2 * seconds  # one host alone is at work on them for longer than the cut lasts
    write_much(house.raw, shards)
    shutil.copytree(house.raw, alone.raw)
    with two_hosts() as (one, two):
        cluster = Cluster(tmp_path / "cluster", HOSTS[0], one)
        try:
            cluster.start_workers(1, one)
            cluster.start_workers(1, two)
            run = tree.start(*one, *ingest(house, cluster.address, "--shard-mb", 1))
            await_work(run, house, tree)
            before = len(finished(house))
            subprocess.run([*two, "ip", "link", "set", "cable2", "down"], check=True)
            time.sleep(seconds)
            assert run.poll() is None, tree.told()
            during = len(finished(house))
            subprocess.run([*two, "ip", "link", "set", "cable2", "up"], check=True)
            assert run.wait(900) == 0, tree.told()
        finally:
            cluster.end()
    tell(f"cut for {seconds} s after {before} shards of {shards}, {during} of them at its end; the run ended right")
    assert alone.ingest(shard_mb=1).status == "published"
    assert_equal(house, alone)
