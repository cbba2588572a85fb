from pathlib import Path

from tasks.publish.runs import STATUSES, close_dead_runs, new_run, read_records, write_record


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    record = new_run("ingest", {"workers": 2}).ended("published", records={"read": 3}, sources={"a": {"read": 3}})
    write_record(tmp_path, record)
    assert read_records(tmp_path) == [record]
    assert record.duration >= 0
    assert record.versions["winnow"]


def test_records_come_newest_first_and_others_are_passed_over(tmp_path: Path) -> None:
    records = [new_run("ingest", {}) for _ in range(3)]
    for number, record in enumerate(records):
        object.__setattr__(record, "run_id", f"2026112{number}T000000Z-aaaaaa")
        write_record(tmp_path, record)
    (tmp_path / "runs" / "zzz.json").write_text("{")
    assert [record.run_id[7] for record in read_records(tmp_path, 2)] == ["2", "1"]


def test_runs_of_one_second_sort_by_time() -> None:
    records = [new_run("ingest", {}) for _ in range(50)]
    assert sorted(records, key=lambda record: record.run_id) == sorted(records, key=lambda record: record.started_at)


def test_a_run_that_ended_without_a_word_is_marked_as_killed(tmp_path: Path) -> None:
    alive = new_run("ingest", {}).ended("published")
    dead = new_run("ingest", {})
    for record in (alive, dead):
        write_record(tmp_path, record)
    assert close_dead_runs(tmp_path) == [dead.run_id]
    assert {record.run_id: record.status for record in read_records(tmp_path)} == {
        alive.run_id: "published",
        dead.run_id: "killed",
    }
    assert {"published", "killed"} <= STATUSES.keys()


def test_a_run_that_was_killed_behind_its_snapshot_is_named_as_its_maker(tmp_path: Path) -> None:
    early, late = new_run("ingest", {}), new_run("ingest", {})
    for record in (early, late):
        write_record(tmp_path, record)
    (tmp_path / "current").symlink_to(f"snapshots/{late.run_id}")
    close_dead_runs(tmp_path)
    assert {record.run_id: record.snapshot for record in read_records(tmp_path)} == {
        early.run_id: None,
        late.run_id: late.run_id,
    }
