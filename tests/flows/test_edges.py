"""Runs at the edges: odd names, full disks, broken leftovers, sources that are in trouble when something must go."""

import os
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.direct import DirectRooms
from tasks.dedupe.resolve import Resolution
from tasks.errors import UsageError
from tasks.publish.runs import read_records
from tasks.publish.snapshot import Snapshot

TEXT = "A harbour report\n\nThe tide came in at noon, and the boats went out with the wind behind them for hours.\n"
BEANS = "A garden note\n\nThe beans are late this year, because the spring was cold and wet for many weeks in a row.\n"


def odd(folder: Path, name: bytes) -> Path:
    return folder / os.fsdecode(name)


def test_the_name_of_raw_need_not_be_utf_8(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.raw = house.raw.rename(odd(house.root, b"r\xffw [red]"))
    assert house.ingest().status == "published"
    assert [Path(record.settings["raw"]) for record in read_records(house.curated)] == [house.raw]


def test_the_name_of_curated_must_be_utf_8(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.curated = odd(house.root, b"c\xff")
    with pytest.raises(UsageError, match="not UTF-8"):
        house.ingest()
    assert not house.curated.exists()


def test_a_folder_that_cannot_be_used_is_named_and_no_traceback_is_shown(house, capsys) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.curated.mkdir()
    (house.curated / "runs").touch()  # where a folder must be
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "--direct", "--workers", "1", "--raw", str(house.raw), "--curated", str(house.curated)])
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert f"error: {house.curated / 'runs'}: File exists" in told
    assert "what to do: " in told


class Breaks(DirectRooms):
    """Rooms in which the lights go out once all shards are cleaned."""

    def dedupe(self, *_: object) -> Resolution:
        raise RuntimeError("no power")


@pytest.mark.parametrize("damage", [Path.unlink, lambda part: os.truncate(part, 0)])
def test_a_finished_shard_that_lost_a_part_is_made_again(house, damage) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    with pytest.raises(RuntimeError, match="no power"):
        house.ingest(rooms=Breaks)
    (part,) = (house.curated / ".work/shards").glob("*/signatures/*/*/*.parquet")
    damage(part)
    assert house.ingest().status == "published"
    assert len(house.rows("signatures")) == 1


def test_a_source_whose_link_leads_nowhere_is_stopped_and_nothing_of_it_is_withdrawn(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    disk = house.put("../disk/2026-11-20/b.txt", BEANS).parents[1]
    (house.raw / "beta").symlink_to(disk)
    house.ingest()
    before = house.tables()
    disk.rename(house.root / "unmounted")
    record = house.ingest()
    assert record.status == "failed"
    assert "leads nowhere" in "".join(record.warnings)
    assert house.tables() == before


def test_withdrawn_txt_may_start_with_a_byte_order_mark(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/2026-11-20/b.txt", BEANS)
    house.put("withdrawn.txt", "\ufeffbeta\r\n")  # as Windows saves it
    house.ingest()
    assert [row["source"] for row in house.rows("documents")] == ["alpha"]


class Interrupts(DirectRooms):
    """Rooms in which someone presses Ctrl-C as soon as the snapshot is published."""

    def publish(self, *args: Any) -> Snapshot:
        super().publish(*args)
        raise KeyboardInterrupt


def test_a_run_that_is_interrupted_behind_its_snapshot_says_so(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    with pytest.raises(KeyboardInterrupt):
        house.ingest(rooms=Interrupts)
    (record,) = read_records(house.curated)
    assert (record.status, record.snapshot) == ("interrupted", house.snapshot.id)
    assert house.ingest().status == "nothing_new"
