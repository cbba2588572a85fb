"""Runs at the edges: odd names, full disks, broken leftovers, sources that are in trouble when something must go."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.direct import DirectRooms
from flows.engine import worker_pool
from tasks.dedupe.resolve import Resolution
from tasks.errors import StorageError, UsageError
from tasks.publish.runs import RunRecord, read_records
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
    (part,) = (house.curated / ".work/shards/ingest").glob("*/signatures/*/*/*.parquet")
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
    assert "leads nowhere" in record.stopped["beta"]
    assert house.tables() == before


def test_a_run_whose_stamps_cannot_be_kept_is_published_all_the_same(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    (house.curated / ".work/stamps.arrow").mkdir(parents=True)
    record = house.ingest()
    assert record.status == "published"
    assert "stamps.arrow: Is a directory: the next run reads all files again" in record.warnings[-1]
    assert house.ingest().status == "nothing_new"


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


def withdraw(house: Any, *entries: str) -> RunRecord:
    house.put("withdrawn.txt", "\n".join(entries))
    return house.ingest()


def assert_withdrawn(house: Any, source: str) -> None:
    """Nothing of the source is left but rows without text."""
    for dataset in ("documents", "duplicates", "comments", "boilerplate", "signatures"):
        assert source not in {row["source"] for row in house.rows(dataset)}, dataset
    ended = [row for row in house.rows("rejected") if row["source"] == source]
    assert {(row["reason"], row["sample"]) for row in ended} == {("withdrawn", "")}
    totals = house.snapshot.totals
    assert totals["read"] == sum(totals.get(name, 0) for name in ("documents", "duplicates", "rejected", "held"))


def test_what_is_withdrawn_goes_and_is_as_if_it_had_never_come(house, make_house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/2026-11-20/copy.txt", TEXT)
    house.put("beta/2026-11-20/two.jsonl", json.dumps({"text": BEANS, "url": "https://b.example/1"}) + "\n{no json\n")
    house.ingest()
    before = house.tables()
    (copy,) = house.rows("duplicates")
    for entries in (["beta"], ["https://b.example/1"], [copy["canonical_id"]], ["beta", copy["canonical_id"]]):
        withdraw(house, *entries)
        at_once = make_house()
        shutil.copytree(house.raw, at_once.raw)
        at_once.ingest()
        assert house.tables() == at_once.tables(), entries
    withdraw(house)
    assert house.tables() == before


def test_a_source_in_trouble_keeps_nothing_that_is_withdrawn(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/2026-11-20/b.txt", BEANS)
    house.ingest()
    house.put("beta/source.toml", "bogus = 1\n")
    withdraw(house, "beta")
    assert_withdrawn(house, "beta")
    (house.raw / "beta/source.toml").unlink()
    assert house.ingest().status == "nothing_new"


def test_a_document_that_outlives_its_raw_file_can_be_withdrawn(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/source.toml", 'retain = "forever"\n')
    raw_file = house.put("beta/2026-11-20/b.txt", BEANS)
    house.ingest()
    raw_file.unlink()
    assert house.ingest().status == "nothing_new"
    withdraw(house, "beta")
    assert_withdrawn(house, "beta")


def test_the_gate_holds_nothing_that_a_person_withdrew(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/source.toml", "[expect]\nrejected = 0.1\n")
    house.put("beta/2026-11-20/b.txt", BEANS)
    house.ingest()
    house.put("beta/2026-11-20/c.txt", BEANS)  # new, and withdrawn before it was ever published
    assert withdraw(house, "beta").status == "published"
    assert_withdrawn(house, "beta")


def test_a_held_source_gives_up_what_is_withdrawn(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/source.toml", "[expect]\nrejected = 0.1\n")
    house.put("beta/2026-11-20/b.txt", BEANS)
    house.ingest()
    (document,) = (row["document_id"] for row in house.rows("documents") if row["source"] == "beta")
    house.put("beta/2026-11-20/b.txt", BEANS + BEANS)
    house.put("beta/2026-11-20/broken.jsonl", "{no json\n")
    assert withdraw(house, document).status == "held"
    assert [row["raw_path"] for row in house.rows("documents")] == ["alpha/2026-11-20/a.txt"]
    assert [row["reason"] for row in house.rows("rejected")] == ["withdrawn"]


def told(house: Any, capsys: Any, *command: str) -> str:
    """What a command that runs directly tells people."""
    folders = ("--raw", str(house.raw), "--curated", str(house.curated))
    with pytest.raises(SystemExit):
        main([*command, "--direct", "--workers", "1", *folders])
    return capsys.readouterr().err


def test_the_summary_says_what_is_held_as_long_as_it_is_and_when_it_is_accepted(house, capsys) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/source.toml", "[expect]\nrejected = 0.1\n")
    house.put("beta/2026-11-20/broken.jsonl", "{no json\n")
    assert "held: beta 2026-11-20: 100% of the records" in told(house, capsys, "ingest")
    assert "1 file held by the gate" in told(house, capsys, "ingest")
    accepted = told(house, capsys, "accept", "beta")
    assert "accepted: beta 2026-11-20: 100% of the records" in accepted
    assert "held:" not in accepted


def test_a_source_that_fails_beside_others_does_not_undo_them_in_the_summary(house, capsys) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/source.toml", "bogus = 1\n")
    house.put("beta/2026-11-20/b.txt", BEANS)
    summary = told(house, capsys, "ingest")
    assert "stopped: beta: " in summary
    assert "unknown key 'bogus'" in summary
    assert "warning:" not in summary
    assert "a source failed, or the run: of what failed nothing was changed" in summary


def test_shards_of_a_run_that_was_killed_behind_its_snapshot_are_removed(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.ingest()
    left = house.curated / ".work/shards/ingest/0123"
    left.mkdir(parents=True)
    assert house.ingest().status == "nothing_new"
    assert not left.exists()


def test_a_worker_that_is_killed_ends_the_run_with_a_way_out() -> None:
    with pytest.raises(StorageError, match="--shard-mb"), worker_pool(1) as pool:
        pool.submit(os._exit, 1).result()


@pytest.mark.parametrize("retain", ["forever", "while_present"])
def test_a_document_that_moved_into_what_is_held_stays_until_that_is_accepted(house, retain: str) -> None:
    house.put("beta/source.toml", f'retain = "{retain}"\n[expect]\nrejected = 0.1\n')
    old = house.put("beta/2026-11-20/old.txt", BEANS)
    house.ingest()
    old.rename(old.with_name("new.txt"))
    house.put("beta/2026-11-20/broken.jsonl", "{no json\n")
    for status in ("held", "nothing_new"):
        assert house.ingest().status == status
        assert [row["raw_path"] for row in house.rows("documents")] == ["beta/2026-11-20/old.txt"]
    house.ingest(accepted=frozenset({"beta"}))
    assert [row["raw_path"] for row in house.rows("documents")] == ["beta/2026-11-20/new.txt"]
    assert not house.rows("duplicates")
    assert len(house.rows("inputs")) == 2


@pytest.mark.parametrize("retain", ["forever", "while_present"])
def test_what_moves_into_a_source_that_is_held_then_stays_until_that_is_accepted(house, retain: str) -> None:
    house.put("alpha/source.toml", f'retain = "{retain}"\n')
    house.put("alpha/2026-11-20/beans.txt", BEANS)
    house.ingest()
    (house.raw / "alpha").rename(house.raw / "beta")
    house.put("beta/source.toml", f'retain = "{retain}"\n[expect]\nrejected = 0.1\n')
    house.put("beta/2026-11-20/broken.jsonl", "{no json\n")
    for status in ("held", "nothing_new"):
        assert house.ingest().status == status
        assert [row["raw_path"] for row in house.rows("documents")] == ["alpha/2026-11-20/beans.txt"]
    assert house.ingest(accepted=frozenset({"beta"})).status == "published"
    published = {row["raw_path"] for name in ("documents", "duplicates") for row in house.rows(name)}
    kept = {"alpha/2026-11-20/beans.txt"} if retain == "forever" else set()
    assert published == {"beta/2026-11-20/beans.txt", *kept}


def test_a_source_that_keeps_its_documents_keeps_one_that_comes_again_on_another_day(house) -> None:
    house.put("alpha/source.toml", 'retain = "forever"\n')
    for day in (18, 19):
        house.put(f"alpha/2026-11-{day}/beans.txt", BEANS)
    house.ingest()
    (house.raw / "alpha/2026-11-18/beans.txt").unlink()
    house.put("alpha/2026-11-20/beans.txt", BEANS)
    house.put("beta/2026-11-20/copy.txt", BEANS)
    house.ingest()
    assert [row["raw_path"] for row in house.rows("documents")] == ["alpha/2026-11-18/beans.txt"]
    assert len(house.rows("duplicates")) == 3
    (house.raw / "alpha/2026-11-20/beans.txt").rename(house.raw / "alpha/2026-11-20/peas.txt")  # this is a move
    house.ingest()
    assert len(house.rows("duplicates")) == 3


def test_records_of_a_held_file_that_is_renamed_are_counted_once(house) -> None:
    house.put("beta/source.toml", "[expect]\nrejected = 0.1\n")
    house.put("beta/2026-11-20/beans.txt", BEANS)
    house.ingest()
    held = house.put("beta/2026-11-21/feed.jsonl", "{no json\n" * 5)
    house.ingest()
    held.rename(held.with_name("again.jsonl"))
    for _ in range(2):
        house.ingest()
        assert (house.snapshot.totals["read"], house.snapshot.totals["held"]) == (6, 5)
    assert len(house.rows("inputs")) == 2


def test_a_run_whose_files_all_changed_meanwhile_published_nothing(house) -> None:
    path = house.put("beta/2026-11-20/beans.txt", BEANS)

    class Growing(DirectRooms):
        """Rooms in which the file grows before it is read."""

        def clean(self, *given: Any) -> None:
            path.write_text(path.read_text() + "\nOne more line.")
            super().clean(*given)

    record = house.ingest(rooms=Growing)
    assert (record.status, record.snapshot, record.warnings != []) == ("nothing_new", None, True)
    before = house.ingest().snapshot
    path.write_text("Peas are sown in March, and want no more than a row of twigs to climb.")
    assert house.ingest(rooms=Growing).status == "nothing_new"
    assert house.snapshot.id == before
    assert house.ingest().status == "published"


def test_try_names_a_document_as_ingest_does(house, capsys) -> None:
    path = house.put("beta/2026-11-20/b.txt", BEANS)  # a source needs no source.toml
    house.put("beta/2026-11-20/source.toml", "here this is a file like others")
    house.ingest()
    with pytest.raises(SystemExit):
        main(["try", str(path), "--raw", str(house.raw)])
    (document,) = (row for row in house.rows("documents") if row["raw_path"].endswith("b.txt"))
    assert document["document_id"] in capsys.readouterr().out


def test_status_says_that_an_entry_in_withdrawn_txt_waits(house, capsys) -> None:
    house.put("beta/2026-11-20/b.txt", BEANS)
    house.ingest()
    for entry, line in (("# nothing yet\n", "files waiting in raw/: none"), ("beta\n", "in raw/: 1 withdrawn.txt")):
        house.put("withdrawn.txt", entry)
        with pytest.raises(SystemExit):
            main(["status", "--raw", str(house.raw), "--curated", str(house.curated)])
        assert line in capsys.readouterr().out


def test_what_is_retained_forever_outlives_its_folder(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/2026-11-20/b.txt", BEANS)
    house.ingest()
    house.put("beta/source.toml", 'retain = "forever"\n')
    assert house.ingest().status == "published"  # that it is said now stands in the manifest
    assert house.ingest().status == "nothing_new"
    before = house.tables()
    shutil.rmtree(house.raw / "beta")
    for _ in range(2):
        record = house.ingest()
        assert (record.status, record.inputs["retained"], record.inputs["gone"]) == ("nothing_new", 1, 0)
        house.put("alpha/2026-11-21/c.txt", "")
        house.ingest()
        house.put("alpha/2026-11-21/c.txt", "").unlink()
        house.ingest()
    assert house.tables()["documents"] == before["documents"]
    house.put("withdrawn.txt", "beta\n")
    house.ingest()
    assert [row["source"] for row in house.rows("documents")] == ["alpha"]


def test_a_source_that_no_longer_retains_withdraws_what_is_gone(house) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/2026-11-20/b.txt", BEANS)
    toml = house.put("beta/source.toml", 'retain = "forever"\n')
    house.ingest()
    toml.unlink()
    assert house.ingest().status == "published"
    shutil.rmtree(house.raw / "beta")
    assert house.ingest().inputs["gone"] == 1
