"""Ctrl-C, SIGTERM and SIGKILL in the middle of a run: it ends within 5 s, leaves no process, and can be run again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.publish.runs import read_records
from tests.much import write_much

WINNOW = Path(sys.executable).with_name("winnow")
SECONDS = 5.0
MEGABYTES = 6

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def much(tmp_path_factory) -> Path:
    """A source that takes two workers some seconds."""
    raw = tmp_path_factory.mktemp("much")
    write_much(raw, MEGABYTES)
    return raw


def await_work(run, curated: Path) -> None:
    """Wait until a worker has finished a shard and others are at work."""
    shards = curated / ".work" / "shards" / "ingest"
    while not (list(shards.glob("*/shard.json")) and list(shards.glob(".*.part"))):
        assert run.poll() is None, "the run was over before the signal"
        time.sleep(0.01)


def assert_can_run_again(house, status: str) -> None:
    """Nothing was published, the record tells why, and the next run (of one small file) publishes."""
    assert not (house.curated / "current").exists()
    assert not list((house.curated / "snapshots").glob("*"))
    shutil.rmtree(house.raw)
    house.put(
        "notes/2026-11-20/heron.txt", "A note on a heron that stood in the river all morning and caught nothing.\n"
    )
    assert house.ingest().status == "published"
    last, interrupted = read_records(house.curated)
    assert (last.status, interrupted.status) == ("published", status)
    assert len(house.rows("documents")) == 1
    assert not list((house.curated / ".work").rglob("*.parquet"))


@pytest.fixture(scope="module")
def prefect_home(tmp_path_factory) -> Path:
    """One for all runs here: making its database takes seconds."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture
def command(house, tree, much, prefect_home):
    tree.environment["PREFECT_HOME"] = str(prefect_home)
    shutil.copytree(much, house.raw)
    return [WINNOW, "ingest", "--workers", "2", "--shard-mb", "0.5", "--raw", house.raw, "--curated", house.curated]


@pytest.mark.parametrize(
    ("number", "engine"),
    [
        (signal.SIGINT, "direct"),
        (signal.SIGTERM, "direct"),
        (signal.SIGTERM, "prefect"),
        pytest.param(signal.SIGINT, "prefect", marks=pytest.mark.torture),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_signal_ends_the_run_in_order(house, tree, command, number: signal.Signals, engine: str) -> None:
    run = tree.start(*command, *(["--direct"] if engine == "direct" else []))
    await_work(run, house.curated)
    assert len(tree.alive()) >= 3 + (engine == "prefect")
    start = time.monotonic()
    if number == signal.SIGINT:
        os.killpg(run.pid, number)  # as a terminal does it: to all that stand in front
    else:
        run.send_signal(number)
    assert run.wait(SECONDS) == 128 + number, tree.told()
    assert tree.await_end(SECONDS - (time.monotonic() - start)) == []
    assert "Traceback" not in tree.told()
    assert f"interrupted by {number.name}" in tree.told()
    assert_can_run_again(house, "interrupted")


@pytest.mark.parametrize("engine", ["direct", "prefect"])
def test_after_a_kill_workers_and_server_leave_by_themselves(house, tree, command, engine: str) -> None:
    run = tree.start(*command, *(["--direct"] if engine == "direct" else []))
    await_work(run, house.curated)
    run.kill()
    assert run.wait() == -signal.SIGKILL
    assert tree.await_end(SECONDS) == []
    assert_can_run_again(house, "killed")


def test_a_signal_while_the_server_starts_ends_the_run(house, tree, command) -> None:
    run = tree.start(*command)
    while not any("flows.server" in line for line in tree.alive()):
        assert run.poll() is None, tree.told()
        time.sleep(0.01)
    start = time.monotonic()
    run.send_signal(signal.SIGTERM)
    assert run.wait(SECONDS) == 128 + signal.SIGTERM, tree.told()
    assert tree.await_end(SECONDS - (time.monotonic() - start)) == []
    assert "Traceback" not in tree.told()
    assert not list((house.curated / "runs").glob("*.json"))


STUCK = """
import hashlib
import signal
import threading
from flows.interrupt import interruptible

def handle(number, frame):
    raise SystemExit(7)

{take}
with interruptible():
    taken = signal.getsignal(signal.SIGTERM) is {expected}
    threading.Timer(0.5, print, [taken], dict(flush=True)).start()  # told while the main thread is stuck, not before
    hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)  # Python runs no handler before this ends
"""


@pytest.mark.parametrize(
    ("take", "expected"),
    [("", "not handle"), ("signal.signal(signal.SIGTERM, handle)", "handle")],
    ids=["nobody's", "taken by Prefect"],
)
def test_the_process_ends_whatever_it_is_at_and_whosever_the_signal_is(tree, repository, take, expected) -> None:
    script = STUCK.format(take=take, expected=expected.removeprefix("not "))
    run = tree.start(sys.executable, "-c", script, cwd=repository, stdout=subprocess.PIPE)
    assert run.stdout.readline().decode().strip() == str(not expected.startswith("not "))
    run.send_signal(signal.SIGTERM)
    assert run.wait(SECONDS) == 128 + signal.SIGTERM
    run.stdout.close()
