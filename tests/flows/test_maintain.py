"""Upkeep on real folders: what goes, what stays, what readers see meanwhile, and what a kill leaves."""

import io
import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest
from rich.console import Console

from flows.cli import main
from flows.progress import Watcher
from flows.summary import print_summary
from flows.upkeep import Steps, maintain
from flows.upkeep_plan import UpkeepOrder
from tasks.errors import StorageError, UsageError
from tasks.publish.manifest import dump_manifest, parse_manifest
from tasks.publish.runs import RunRecord, new_run, read_records, write_record
from tasks.publish.upkeep.options import UpkeepOptions
from tasks.schema import DATASETS
from tests.conftest import House
from tests.watching import watched_index

NOW = {"keep_days": 0.0, "keep_least": 0, "spare_minutes": 0.0}
"""Options that keep nothing but the current snapshot."""

NOTE = """A note on weather, number {}

On day {} the wind came from the {} and the boats stayed in the harbour until noon.
"""


def bring(house, number: int) -> str:
    """One more file of the same day, and a run that takes it in: the snapshot."""
    house.put(
        f"notes/2026-11-20/{number:03}.txt", NOTE.format(number, number * 7, ["north", "south", "east"][number % 3])
    )
    assert house.ingest(workers=1).status == "published"
    return house.snapshot.id


def keep_up(house, steps: Steps | None = None, *, rebuild_index: bool = False, **options) -> RunRecord:
    order = UpkeepOrder(house.curated, UpkeepOptions(**options), rebuild_index=rebuild_index)
    return maintain(order, steps or Steps(), Watcher())


def snapshots(house) -> list[str]:
    return sorted(path.name for path in (house.curated / "snapshots").iterdir())


def all_rows(house) -> dict[str, list]:
    """Every row of every dataset, the run that made it included."""
    return {dataset.name: house.rows(dataset.name) for dataset in DATASETS}


def part_count(house, dataset: str = "documents") -> int:
    return len(house.snapshot.parts_of(dataset))


@pytest.fixture(scope="module")
def made(tmp_path_factory, pool):
    """Five runs, each with a file of the same day."""
    house = House(tmp_path_factory.mktemp("busy"), pool)
    for number in range(5):
        bring(house, number)
    return house


@pytest.fixture
def busy(house, made):
    """The same, to do with as one likes; shared files stay shared."""
    subprocess.run(["cp", "-a", f"{made.root}/.", house.root], check=True)
    return house


def assert_next_run_keeps_the_index(house) -> None:
    house.put("notes/2026-11-20/next.txt", NOTE.format(100, 700, "west"))
    with watched_index() as built:
        assert house.ingest(workers=1).status == "published"
    assert built == []


def test_merged_parts_hold_the_same_rows(busy) -> None:
    before, rows, folders = busy.snapshot, all_rows(busy), snapshots(busy)
    assert part_count(busy) == 5
    record = keep_up(busy)
    after = busy.snapshot
    assert (record.flow, record.status, record.snapshot, record.run_id) == ("maintain", "published", after.id, after.id)
    assert part_count(busy) == 1
    assert all_rows(busy) == rows
    assert (after.parent, after.sequence) == (before.id, before.sequence + 1)
    assert (after.totals, after.settings) == (before.totals, before.settings)
    assert snapshots(busy) == sorted([*folders, after.id])  # all of them are young
    listed = {part.path for part in after.parts}
    assert listed == {path.relative_to(after.root).as_posix() for path in after.root.rglob("*.parquet")}
    assert keep_up(busy).status == "nothing_new"
    assert busy.snapshot.id == after.id
    assert_next_run_keeps_the_index(busy)


def test_every_dataset_of_the_samples_is_merged_without_a_changed_row(house, samples) -> None:
    files = sorted(path for path in samples.raw.rglob("*") if path.is_file() and "source.toml" not in path.name)
    for start in range(3):  # every partition gets some parts
        for path in files[start::3]:
            name = path.relative_to(samples.raw).as_posix()
            house.put(name, path.read_bytes())
        house.ingest()
    rows, counts = all_rows(house), {dataset.name: part_count(house, dataset.name) for dataset in DATASETS}
    record = keep_up(house, merge_parts=2)
    assert record.status == "published"
    assert all_rows(house) == rows
    for dataset in DATASETS:
        partitions = {item.part.partition for item in house.snapshot.parts_of(dataset.name)}
        assert part_count(house, dataset.name) == len(partitions) <= counts[dataset.name]
    assert sum(counts.values()) > len(house.snapshot.parts)
    assert_next_run_keeps_the_index(house)


def test_nothing_to_do_does_nothing(house) -> None:
    bring(house, 0)
    before = snapshots(house)
    record = keep_up(house)
    assert (record.status, record.snapshot) == ("nothing_new", house.snapshot.id)
    assert snapshots(house) == before
    assert [each.flow for each in read_records(house.curated)] == ["maintain", "ingest"]


def test_before_anything_is_published_there_is_nothing_to_maintain(house) -> None:
    with pytest.raises(UsageError, match="nothing is published"):
        keep_up(house)
    assert not house.curated.exists()


def test_old_snapshots_go_and_the_current_one_keeps_what_it_shares_with_them(busy) -> None:
    rows, current = all_rows(busy), busy.snapshot
    inodes = {part.path: (current.root / part.path).stat().st_ino for part in current.parts}
    record = keep_up(busy, merge_parts=99, **NOW)
    assert record.status == "done"
    assert snapshots(busy) == [current.id]
    assert len(record.upkeep["expired"]) == 4
    assert record.upkeep["freed_bytes"] > 0
    assert all_rows(busy) == rows
    assert {part.path: (current.root / part.path).stat().st_ino for part in current.parts} == inodes
    assert_next_run_keeps_the_index(busy)


def test_young_snapshots_and_those_that_a_link_names_stay(busy) -> None:
    first = min(set(snapshots(busy)) - {busy.snapshot.id})
    assert keep_up(busy, merge_parts=99, keep_days=0, keep_least=0).status == "nothing_new"
    (busy.curated / "for-the-paper").symlink_to(f"snapshots/{first}")
    keep_up(busy, merge_parts=99, **NOW)
    assert snapshots(busy) == sorted([first, busy.snapshot.id])


def age(house, days: float) -> None:
    """Let all that is published be so many days older."""
    for manifest in (house.curated / "snapshots").glob("*/manifest.json"):
        entries = parse_manifest(manifest.read_bytes())
        at = datetime.fromisoformat(entries["published_at"]) - timedelta(days=days)
        rest = {name: value for name, value in entries.items() if name not in ("format", "checksum")}
        manifest.write_bytes(dump_manifest({**rest, "published_at": at.isoformat()}))
        os.utime(manifest, (at.timestamp(), at.timestamp()))


def test_by_default_a_snapshot_stays_a_week_after_it_was_replaced(house) -> None:
    old = [bring(house, number) for number in range(4)]
    age(house, 30)
    bring(house, 4)  # just now: what it replaced was current until now
    assert keep_up(house, merge_parts=99).upkeep["expired"] == [old[1], old[0]]  # two before the current one stay
    assert keep_up(house, merge_parts=99, keep_least=0).upkeep["expired"] == [old[2]]
    assert old[3] in snapshots(house)


def test_a_snapshot_that_was_never_current_goes(busy) -> None:
    current = busy.snapshot
    killed = new_run("ingest", {})
    shutil.copytree(current.root, current.root.with_name(killed.run_id))  # whole, but the link was not moved
    write_record(busy.curated, killed)
    record = keep_up(busy, merge_parts=99)
    assert killed.run_id in snapshots(busy)  # a run may just be about to move the link
    record = keep_up(busy, merge_parts=99, spare_minutes=0)
    assert record.upkeep["expired"] == [killed.run_id]
    assert killed.run_id not in snapshots(busy)
    assert busy.snapshot.id == current.id


@pytest.mark.parametrize("state", ["missing", "stale", "damaged", "rebuild"])
def test_the_index_is_built_anew_where_it_must_be(busy, state: str) -> None:
    index = busy.settings().index
    if state == "missing":
        index.unlink()
    if state == "stale":
        with duckdb.connect(str(index)) as database:
            database.execute("UPDATE meta SET snapshot = 'other'")
    if state == "damaged":
        content = bytearray(index.read_bytes())
        for at in range(len(content) // 3, len(content), 4096):
            content[at] ^= 255
        index.write_bytes(content)
    record = keep_up(busy, merge_parts=99, rebuild_index=state == "rebuild")
    assert (record.status, record.upkeep["is_index_built"]) == ("done", True)
    assert record.upkeep["index"] == ("good" if state == "rebuild" else state)
    assert keep_up(busy, merge_parts=99).upkeep["is_index_built"] is False
    assert_next_run_keeps_the_index(busy)


def test_the_index_of_another_canonical_is_good_too(busy) -> None:
    busy.ingest(workers=1, canonical="newest")
    assert keep_up(busy).upkeep["index"] == "good"


def test_leftovers_and_old_records_are_cleared(house) -> None:
    bring(house, 0)
    work = house.curated / ".work"
    shard = work / "shards" / "ingest" / "0123"
    draft = shard.with_name(".4567.99.part")
    for folder in (shard, draft):
        folder.mkdir(parents=True)
        (folder / "shard.json").write_text("{}")
    assert keep_up(house).status == "nothing_new"  # all of it is young
    then = (datetime.now(UTC) - timedelta(days=8)).timestamp()
    for path in (draft, shard / "shard.json"):
        os.utime(path, (then, then))
    made = {}
    for name, days, status in (
        ("idle", 31, "nothing_new"),
        ("idle-young", 29, "nothing_new"),
        ("old", 366, "published"),
        ("young", 364, "failed"),
    ):
        at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        made[name] = replace(new_run("ingest", {}), started_at=at, ended_at=at, status=status)
        write_record(house.curated, made[name]).with_suffix(".html").write_text("a report")
    kept = house.curated / "runs" / f"{house.snapshot.id}.json"
    old = json.loads(kept.read_bytes()) | {"ended_at": "2020-01-01T00:00:00+00:00"}
    kept.write_text(json.dumps(old))  # its snapshot is there
    record = keep_up(house)
    assert (record.status, record.upkeep["drafts"], record.upkeep["shards"], record.upkeep["records"]) == (
        "done",
        1,
        1,
        4,
    )
    assert not [path for path in (shard, draft) if path.exists()]
    left = {path.stem for path in (house.curated / "runs").glob("*.html")}
    young = {made["idle-young"].run_id, made["young"].run_id}
    assert left & {each.run_id for each in made.values()} == young
    assert kept.exists()


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, 10)])
def test_nothing_is_deleted_while_the_current_snapshot_is_not_whole(busy, damage) -> None:
    before, current = snapshots(busy), busy.snapshot
    damage(current.root / current.parts[-1].path)
    with pytest.raises(StorageError, match="winnow verify"):
        keep_up(busy, **NOW)
    assert snapshots(busy) == before
    assert read_records(busy.curated, 1)[0].status == "failed"


def test_what_cannot_be_deleted_is_told_and_tried_again(busy, monkeypatch) -> None:
    first = min(set(snapshots(busy)) - {busy.snapshot.id})
    real = shutil.rmtree

    def refuse(path, *arguments, **options) -> None:
        if first in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        real(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", refuse)
        record = keep_up(busy, merge_parts=99, **NOW)
    assert record.status == "failed"
    assert "Permission denied; the next run tries again" in record.warnings[0]
    assert f".expired-{first}" in snapshots(busy)
    keep_up(busy)
    assert len(snapshots(busy)) == 2


def test_a_reader_of_an_old_snapshot_reads_on_through_twenty_runs_and_upkeep(house) -> None:
    bring(house, 0)
    resolved = (house.curated / "current").resolve()
    reader = ds.dataset(resolved / "documents", partitioning="hive")
    rows = reader.to_table().to_pylist()
    for number in range(1, 21):
        bring(house, number)
        if number % 7 == 0:
            keep_up(house)
    keep_up(house, keep_days=0, keep_least=0, keep_most=1)  # replaced within the hour: it stays all the same
    assert reader.to_table().to_pylist() == rows
    late = {dataset.name: ds.dataset(resolved / dataset.name, partitioning="hive") for dataset in DATASETS}
    assert late["documents"].to_table().to_pylist() == rows
    assert late["comments"].count_rows() == 0
    assert len(house.rows("inputs")) == 21
    assert part_count(house) < 21


def test_after_going_back_the_newer_snapshot_stays_for_its_days(busy) -> None:
    newest, before = busy.snapshot, max(set(snapshots(busy)) - {busy.snapshot.id})
    record = maintain(UpkeepOrder(busy.curated, restore=before), Steps(), Watcher())
    assert (record.status, record.snapshot, busy.snapshot.id) == ("done", before, before)
    assert record.upkeep == {"restored": before, "restored_from": newest.id}
    with io.StringIO() as shown:
        print_summary(Console(file=shown, width=200), record, str(busy.curated))
        assert f"went back to {before}: run `winnow ingest --curated {busy.curated}` now" in shown.getvalue()
        assert "what there was to do" not in shown.getvalue()
    assert keep_up(busy, merge_parts=99, keep_days=0, keep_least=0).upkeep["expired"] == []
    assert busy.ingest(workers=1).status == "published"
    assert len(busy.rows("inputs")) == 5
    keep_up(busy, merge_parts=99, **NOW)
    assert snapshots(busy) == [busy.snapshot.id]


def test_an_interrupted_upkeep_says_so_and_leaves_nothing(busy) -> None:
    def interrupt(*_: object) -> list[str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_up(busy, Steps(expire=interrupt), **NOW)
    assert read_records(busy.curated, 1)[0].status == "interrupted"
    assert keep_up(busy, **NOW).status == "published"
    assert [name for name in snapshots(busy) if name.startswith(".")] == []


def test_the_command_tells_its_plan_and_does_it(busy, capsys) -> None:
    def winnow(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["maintain", *map(str, arguments), "--curated", str(busy.curated)])
        return ended.value.code or 0, *capsys.readouterr()

    before = tree_of(busy.curated)
    limits = ("--keep-days", 0, "--keep-least", 0, "--spare-minutes", 0)
    status, out, _ = winnow("--plan", *limits)
    assert status == 0
    assert "4 snapshots would be deleted" in out
    assert "nothing was written" in out
    status, out, _ = winnow("--plan", "--json", *limits)
    plan = json.loads(out)
    assert len(plan["expired"]) == 4
    small = sum(map(len, plan["merges"]))
    assert small >= 8  # documents and signatures
    assert plan["freed_bytes"] > 0
    assert tree_of(busy.curated) == before

    status, _, err = winnow("--direct", *limits)
    assert status == 0
    assert f"4 snapshots deleted, {plan['freed_bytes'] / 1000:.0f} kB freed" in err
    assert f"{small} small parts merged" in err
    assert f"snapshot {busy.snapshot.id}" in err
    status, out, _ = winnow("--direct", "--json")
    record = json.loads(out)
    assert (status, record["flow"], record["status"]) == (0, "maintain", "nothing_new")
    assert winnow("--keep-most", 0)[0] == 2


def tree_of(folder: Path) -> set[tuple[str, int, int]]:
    """What lies in a folder, when it changed last, and how long it is."""
    return {(str(path), path.lstat().st_mtime_ns, path.lstat().st_size) for path in folder.rglob("*")}
