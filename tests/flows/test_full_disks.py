"""Disks that fill up, refuse or go in the middle of a run: a clear message, nothing lost, and the next run mends it."""

import errno
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.dedupe.index.files import list_files
from tasks.publish.runs import read_records
from tests.commands import assert_told, ingest
from tests.conftest import House
from tests.enduring import Enduring, run
from tests.killing import fail_at

SEED = 20261126
MEGABYTE = 1024 * 1024
ROWS_KILOBYTES = 500
"""Room enough for a snapshot of the samples, and not for its index beside it."""

pytestmark = [pytest.mark.xdist_group("full disks"), pytest.mark.timeout(1800)]  # for machines that are busy


@pytest.fixture(scope="module")
def enduring(tmp_path_factory, pool, repository: Path):
    return Enduring(
        House(tmp_path_factory.mktemp("enduring"), pool),
        repository / "raw",
        lambda: House(tmp_path_factory.mktemp("fresh"), pool),
        SEED,
        states=2,
    )


def assert_borne(enduring: Enduring, prepare: Callable[[], None]) -> bool:
    """The run fails in order, or does its work all the same; whatever it does, the next one comes to the right end."""
    enduring.go_on()
    status, told = ingest(enduring.house.raw, enduring.house.curated, prepare)
    if status:
        assert_told(status, told)
    enduring.assert_harmless()
    enduring.assert_ends()
    assert read_records(enduring.house.curated, 1)[0].status in ("published", "nothing_new")
    return status != 0


def limit_files(size: int) -> None:
    """Let no file of this process grow beyond so many bytes: writing more fails, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [0, 100, 1_500, 6_000])
def test_a_disk_may_be_full_for_any_file(enduring, size: int) -> None:
    assert assert_borne(enduring, partial(limit_files, size))


@pytest.mark.parametrize("size", [20_000, 300_000, 1_000_000])
def test_a_disk_may_be_full_for_the_index(enduring, size: int) -> None:
    shutil.rmtree(enduring.house.curated / ".work")
    assert assert_borne(enduring, partial(limit_files, size))


@pytest.mark.parametrize("size", [20_000, 300_000])
def test_a_disk_may_be_full_for_a_range_of_the_index(enduring, size: int) -> None:
    enduring.go_on()
    assert run("ranges", enduring.house.raw, enduring.house.curated) == "published"
    assert named_ranges(enduring.house)
    assert assert_borne(enduring, partial(limit_files, size))
    shutil.rmtree(enduring.house.curated / ".work")


def test_a_full_disk_is_told_with_the_file_that_it_refused(house) -> None:
    house.put("harbour-news/2026-11-19/note.txt", "A note on the ferry that came in after dark, with its lamps out.\n")
    status, told = ingest(house.raw, house.curated, partial(limit_files, 100))
    assert_told(status, told)
    assert re.search(rf"error: {re.escape(str(house.curated))}/runs/\w+Z-\w+\.json: ", told), told


def full_behind_the_link() -> None:
    """Let the disk be full for this process as soon as a snapshot is current."""

    def look(event: str, details: tuple[Any, ...]) -> None:
        if event == "os.rename" and Path(details[1]).name == "current":
            limit_files(0)

    sys.addaudithook(look)


def test_a_disk_that_is_full_behind_the_publishing_names_what_is_current_and_the_record(house) -> None:
    house.put("harbour-news/2026-11-19/note.txt", "A note on the ferry that came in after dark, with its lamps out.\n")
    status, told = ingest(house.raw, house.curated, full_behind_the_link)
    run_id = house.snapshot.id
    assert_told(status, told, f"{run_id}.json: only the record", f"snapshot {run_id} is current", "make room")
    assert house.rows("documents")
    status, told = ingest(house.raw, house.curated)
    assert status == 0, told
    ended = {record.run_id: (record.status, record.snapshot) for record in read_records(house.curated)}
    assert ended[run_id] == ("killed", run_id)


def named_ranges(house: House) -> set[str]:
    """The files of the ranges of its index."""
    with duckdb.connect(str(house.curated / ".work" / "index.duckdb"), read_only=True) as index:
        return set(list_files(index))


def test_with_room_enough_it_works(enduring) -> None:
    assert not assert_borne(enduring, partial(limit_files, 64 * MEGABYTE))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
@pytest.mark.parametrize("count", [1, 60, 150])
def test_any_change_may_fail(enduring, count: int, number: int) -> None:
    assert assert_borne(enduring, partial(fail_at, count, enduring.house.curated, number))


@pytest.mark.torture
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES], ids=errno.errorcode.get
)
def test_every_change_may_fail(enduring, number: int) -> None:
    count = 1
    while assert_borne(enduring, partial(fail_at, count, enduring.house.curated, number)):
        count += 1
    assert count > 100


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A file system of its own at the folder; skips the test where this machine does not let us."""
    folder.mkdir(exist_ok=True)
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, text=True, check=False
    )
    if mount.returncode:
        pytest.skip(f"no file system can be mounted here: {mount.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize(
    "kilobytes", [16, 128, 768, 2_100, *(pytest.param(size, marks=pytest.mark.torture) for size in (64, 256, 1_600))]
)
def test_a_small_disk_fills_up_and_what_is_published_stays(enduring, kilobytes: int) -> None:
    curated = enduring.house.root / "small"
    with mounted(curated, f"size={kilobytes}k"):
        status, told = ingest(enduring.house.raw, curated)
        assert (curated / "current").exists() == (kilobytes > ROWS_KILOBYTES), told
        if status:
            assert_told(status, told)
        else:  # what is published is published, though its index had no room
            assert "index.duckdb: cannot write the index: No space left: the next run builds it anew" in told
        subprocess.run(["mount", "-o", "remount,size=64m", curated], check=True)
        status, told = ingest(enduring.house.raw, curated)
        assert status == 0, told
        house = House(enduring.house.root, None)
        house.curated = curated
        assert house.tables() == enduring.tables[enduring.at]
        before = house.snapshot.id
        subprocess.run(["mount", "-o", "remount,ro", curated], check=True)
        house.put("harbour-news/2026-11-19/later.txt", "A later note on the ferry that came in after dark.\n")
        status, told = ingest(enduring.house.raw, curated)
        assert_told(status, told)
        assert "Read-only file system" in told
        assert house.snapshot.id == before
        assert house.tables() == enduring.tables[enduring.at]
    enduring.go_on()
    enduring.assert_ends()
