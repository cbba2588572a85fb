import fcntl
import json
import multiprocessing
import resource
import socket
import threading
import time
from pathlib import Path

import pytest

from tasks.errors import LockHeld, StorageError
from tasks.publish import lock
from tasks.publish.lock import LOCK, describe_holder, writer_lock


def hold(curated: Path, ready: object, release: object) -> None:
    with writer_lock(curated, "winnow ingest"):
        ready.set()
        release.wait(30)


@pytest.fixture
def other_process(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    ready, release = context.Event(), context.Event()
    process = context.Process(target=hold, args=(tmp_path, ready, release))
    process.start()
    assert ready.wait(30)
    yield process, release
    if process.is_alive():  # a killed process would let `set` wait for it
        release.set()
        process.join(30)


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path, other_process) -> None:
    process, _ = other_process
    with pytest.raises(LockHeld) as caught, writer_lock(tmp_path, "second"):
        pass
    for word in ("winnow ingest", str(process.pid), socket.gethostname(), "--wait"):
        assert word in str(caught.value)
    assert str(process.pid) in (describe_holder(tmp_path) or "")


def test_a_waiting_writer_gets_the_lock_when_it_is_free(tmp_path: Path, other_process) -> None:
    _, release = other_process
    told = []

    def waiting(holder: str) -> None:
        told.append(holder)
        release.set()

    with writer_lock(tmp_path, "second", wait_seconds=30, waiting=waiting):
        assert len(told) == 1


def test_a_killed_holder_leaves_the_lock_free(tmp_path: Path, other_process) -> None:
    process, _ = other_process
    process.kill()
    process.join()
    with writer_lock(tmp_path, "second"):
        pass
    assert describe_holder(tmp_path) is None


@pytest.mark.parametrize(("age", "is_held"), [(5, True), (3600, False)])
def test_a_holder_on_another_host_counts_as_long_as_its_heart_beats(tmp_path: Path, age: int, is_held: bool) -> None:
    holder = {"host": "elsewhere", "pid": 1, "purpose": "winnow ingest", "since": "then", "beat": time.time() - age}
    (tmp_path / LOCK).write_text(json.dumps(holder))
    if is_held:
        with pytest.raises(LockHeld, match="elsewhere"), writer_lock(tmp_path, "second"):
            pass
    else:
        with writer_lock(tmp_path, "second"):
            pass


def test_a_folder_that_cannot_be_made_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="--curated"), writer_lock(tmp_path / "file" / "curated", "first"):
        pass


def test_asking_for_the_holder_writes_nothing(tmp_path: Path) -> None:
    assert describe_holder(tmp_path) is None
    assert not list(tmp_path.iterdir())


def test_a_writer_is_not_turned_away_because_someone_asks_for_the_holder(tmp_path: Path) -> None:
    with (tmp_path / LOCK).open("w+") as glance:
        fcntl.flock(glance, fcntl.LOCK_SH)
        timer = threading.Timer(0.3, fcntl.flock, (glance, fcntl.LOCK_UN))
        timer.start()
        with writer_lock(tmp_path, "first"):
            timer.join()


def read_beat(curated: Path) -> float:
    return json.loads((curated / LOCK).read_bytes())["beat"]


def await_beat(curated: Path, after: float) -> float:
    deadline = time.monotonic() + 30
    while (beat := read_beat(curated)) <= after:
        assert time.monotonic() < deadline, "the heart has stopped"
        time.sleep(0.01)
    return beat


def test_whoever_looks_while_the_heart_beats_finds_the_holder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(lock, "BEAT_SECONDS", 1e-4)
    with writer_lock(tmp_path, "winnow ingest"):
        first = read_beat(tmp_path)
        assert {json.loads((tmp_path / LOCK).read_bytes())["purpose"] for _ in range(3_000)} == {"winnow ingest"}
        await_beat(tmp_path, first)
    assert describe_holder(tmp_path) is None


def test_the_heart_beats_on_after_the_disk_took_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.01)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with writer_lock(tmp_path, "winnow ingest"):
        before = await_beat(tmp_path, 0)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
            time.sleep(0.2)
            held = read_beat(tmp_path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert held >= before
        await_beat(tmp_path, held)
    assert describe_holder(tmp_path) is None
