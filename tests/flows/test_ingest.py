"""Whole runs on real folders, by the rooms themselves: what is published, what is left alone, what a kill costs."""

import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.direct import DirectRooms
from tasks.acquire.paths import escape_name
from tasks.errors import SourceError, UsageError
from tasks.publish.runs import read_records

WINNOW = Path(sys.executable).with_name("winnow")
ENDS = ("documents", "duplicates", "rejected", "held")
ARTICLE = """The lock keeper's second boat

The lock keeper of Amber Weir has built a second boat out of the planks of the first one, which sank in the spring.

It took the whole summer. The planks had to be dried on the roof of the boathouse, turned every evening, and planed
again in the morning when the wind came up the valley and took the shavings away.

Neighbours brought nails, tar and advice. The nails were straightened on the doorstep, the tar was warmed on the
kitchen stove, and the advice was thanked for and left on the jetty, where it is said to float at high water.
"""


def tree_of(folder: Path) -> dict[str, tuple[str, int]]:
    """What lies in a folder: hash and modification time of every file."""
    return {
        path.relative_to(folder).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def assert_accounts(house) -> None:
    """`read = documents + duplicates + rejected + held`, in the manifest and in the rows themselves."""
    totals = house.snapshot.totals
    assert totals["read"] == sum(totals.get(name, 0) for name in ENDS)
    ledger = house.rows("inputs")
    assert totals["read"] == sum(row["records"] for row in ledger)
    assert totals["held"] == sum(row["records"] for row in ledger if row["status"] == "held")
    for dataset in ("documents", "duplicates", "rejected", "comments", "boilerplate", "signatures", "inputs"):
        assert totals.get(dataset, 0) == len(house.rows(dataset)), dataset
    published = [row for row in ledger if row["status"] == "published"]
    assert sum(row["documents"] for row in published) == totals["documents"] + totals["duplicates"]
    assert sum(row["rejected"] for row in published) == totals["rejected"]


def test_a_run_publishes_one_whole_snapshot(samples) -> None:
    (record,) = [r for r in read_records(samples.curated) if r.status == "published"]
    snapshot = samples.snapshot
    assert record.snapshot == snapshot.id
    assert (samples.curated / "current").readlink().parts[0] == "snapshots"
    listed = {part.path: part for part in snapshot.parts}
    lying = {path.relative_to(snapshot.root).as_posix(): path for path in snapshot.root.rglob("*.parquet")}
    assert listed.keys() == lying.keys()
    for name, path in lying.items():
        part = listed[name]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == part.sha256, name
        assert pq.read_metadata(path).num_rows == part.rows, name
    assert not list((samples.curated / "snapshots").glob(".*"))
    assert not list((samples.curated / ".work").rglob("*.parquet"))


def test_every_record_ends_exactly_once(samples) -> None:
    assert_accounts(samples)
    (record,) = [r for r in read_records(samples.curated) if r.status == "published"]
    for counts in (record.records, *record.sources.values()):
        assert counts["read"] == sum(counts[name] for name in ENDS)
    assert record.records["read"] == sum(counts["read"] for counts in record.sources.values())
    assert {name: samples.snapshot.totals.get(name, 0) for name in ("read", *ENDS)} == record.records
    ids = Counter(row["document_id"] for name in ("documents", "duplicates") for row in samples.rows(name))
    assert max(ids.values()) == 1
    canonical = {row["document_id"] for row in samples.rows("documents")}
    assert {row["canonical_id"] for row in samples.rows("duplicates")} <= canonical


def test_a_second_run_finds_nothing_new_and_publishes_nothing(own_samples) -> None:
    before, snapshots = own_samples.snapshot.id, sorted((own_samples.curated / "snapshots").iterdir())
    tree = tree_of(own_samples.curated / "snapshots")
    record = own_samples.ingest()
    assert record.status == "nothing_new"
    assert own_samples.snapshot.id == before
    assert sorted((own_samples.curated / "snapshots").iterdir()) == snapshots
    assert tree_of(own_samples.curated / "snapshots") == tree
    assert [r.status for r in read_records(own_samples.curated)] == ["nothing_new", "published"]


def test_no_run_writes_to_raw(own_samples) -> None:
    raw = own_samples.raw
    (raw / "wire-feed" / "2026-11-15" / "feed.jsonl").unlink()
    (raw / "valley-press" / "source.toml").write_text("[expect]\nrejected = 0.0\n")
    own_samples.put("valley-press/2026-11-21/blank.txt", "")
    tree = tree_of(raw)
    assert own_samples.ingest().status == "held"
    assert own_samples.ingest().status == "nothing_new"
    assert tree_of(raw) == tree


def change(raw: Path) -> set[str]:
    path = raw / "harbour-news/2026-11-15/tides.txt"
    path.write_text(ARTICLE)
    return {"harbour-news/2026-11-15/tides.txt"}


def add(raw: Path) -> set[str]:
    (raw / "harbour-news/2026-11-21").mkdir()
    (raw / "harbour-news/2026-11-21/boat.txt").write_text(ARTICLE)
    return {"harbour-news/2026-11-21/boat.txt"}


def delete_a_canonical(raw: Path) -> set[str]:
    (raw / "harbour-news/2026-11-15/ferry-winter-timetable.txt").unlink()
    return {"harbour-news/2026-11-15/ferry-winter-timetable.txt"}


def delete_a_feed(raw: Path) -> set[str]:
    (raw / "wire-feed/2026-11-18/feed.jsonl.gz").unlink()
    return {"wire-feed/2026-11-18/feed.jsonl.gz"}


def rename(raw: Path) -> set[str]:
    old, new = "garden-blog/2026-11-14/no-turning.txt", "garden-blog/2026-11-13/turning.txt"
    (raw / new).parent.mkdir()
    (raw / old).rename(raw / new)
    return {old, new}


def delete_a_source(raw: Path) -> set[str]:
    gone = {path.relative_to(raw).as_posix() for path in (raw / "web-crawl").rglob("*.warc*")}
    shutil.rmtree(raw / "web-crawl")
    return gone


def compress(raw: Path) -> set[str]:
    old = "wire-feed/2026-11-19/feed.jsonl"
    (raw / f"{old}.gz").write_bytes(gzip.compress((raw / old).read_bytes(), mtime=0))
    (raw / old).unlink()
    return {old, f"{old}.gz"}


def move_into_another_source(raw: Path) -> set[str]:
    old, new = "wire-feed/2026-11-16/guide.jsonl", "garden-blog/2026-11-20/guide.jsonl"
    (raw / new).parent.mkdir()
    (raw / old).rename(raw / new)
    return {old, new}


def add_what_has_no_content(raw: Path) -> set[str]:
    folder = raw / "harbour-news/2026-11-21"
    folder.mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "above").symlink_to(raw / "harbour-news")
    (folder / "nowhere").symlink_to("missing")
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"two\nlines \xff!.txt")).write_text(ARTICLE)
    names = ("loop", "above", "nowhere", "pipe", "two\\x0alines \\xff\\x21.txt")
    return {f"harbour-news/2026-11-21/{name}" for name in names}


ACTS = (
    *(change, add, delete_a_canonical, delete_a_feed, rename, compress, move_into_another_source, delete_a_source),
    add_what_has_no_content,
)


@pytest.mark.parametrize("act", ACTS)
def test_a_change_in_raw_replaces_exactly_its_rows(own_samples, make_house, repository, act) -> None:
    touched = act(own_samples.raw)
    first = own_samples.snapshot.id
    assert own_samples.ingest().status == "published"
    assert_accounts(own_samples)
    fresh = make_house()
    shutil.copytree(repository / "raw", fresh.raw)
    act(fresh.raw)
    fresh.ingest()
    assert own_samples.tables() == fresh.tables()
    for dataset in ("documents", "duplicates"):
        for row in own_samples.rows(dataset):
            assert (row["run_id"] == first) == (row["raw_path"] not in touched), row["raw_path"]
    ended = {row["raw_path"] for name in ENDS[:-1] for row in own_samples.rows(name)}
    there = {escape_name(os.path.relpath(path, own_samples.raw)) for path in own_samples.raw.rglob("*")}
    assert touched & there == touched & ended
    assert own_samples.ingest().status == "nothing_new"


def test_a_file_that_is_copied_or_touched_is_the_same_file(own_samples) -> None:
    for path in own_samples.raw.rglob("*.txt"):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    assert own_samples.ingest().status == "nothing_new"


def test_a_file_without_day_or_content_of_its_own_is_published_all_the_same(house) -> None:
    house.put("notes/undated.txt", ARTICLE)
    house.put("notes/blank.txt", " \n\n")
    assert house.ingest().records == {"read": 2, "documents": 1, "duplicates": 0, "rejected": 1, "held": 0}
    assert [(row["day"], row["raw_path"]) for row in house.rows("documents")] == [("1970-01-01", "notes/undated.txt")]


@pytest.mark.parametrize("raw", ["missing", "empty", "only a readme", "an empty source"])
def test_an_empty_or_missing_raw_is_an_error_and_changes_nothing(own_samples, raw: str) -> None:
    shutil.rmtree(own_samples.raw)
    if raw != "missing":
        own_samples.raw.mkdir()
    if raw == "only a readme":
        (own_samples.raw / "README.md").write_text("nothing mounted here")
    if raw == "an empty source":
        (own_samples.raw / "harbour-news").mkdir()
    before = tree_of(own_samples.curated / "snapshots")
    with pytest.raises(SourceError) as caught:
        own_samples.ingest()
    assert str(own_samples.raw) in str(caught.value)
    assert caught.value.hint
    assert tree_of(own_samples.curated / "snapshots") == before
    assert read_records(own_samples.curated, 1)[0].status == "failed"


def test_an_empty_raw_before_the_first_run_publishes_nothing(house) -> None:
    house.raw.mkdir()
    with pytest.raises(SourceError):
        house.ingest()
    assert not (house.curated / "current").exists()


def test_a_broken_source_file_stops_only_its_source(own_samples) -> None:
    own_samples.put("harbour-news/2026-11-21/boat.txt", ARTICLE)
    own_samples.put("valley-press/2026-11-21/boat.txt", ARTICLE)
    (own_samples.raw / "valley-press/2026-11-14/tram-centenary.html").unlink()
    broken = own_samples.raw / "valley-press/source.toml"
    good = broken.read_text()
    broken.write_text('title = "x"\nreadr = "html"\n')
    before = [row for row in own_samples.rows("documents") if row["source"] == "valley-press"]
    record = own_samples.ingest()
    assert record.status == "failed"
    assert record.inputs["new"] == 1
    assert record.stopped.keys() == {"valley-press"}
    assert str(broken) in record.stopped["valley-press"]
    assert "readr" in record.stopped["valley-press"]
    assert [row for row in own_samples.rows("documents") if row["source"] == "valley-press"] == before
    paths = {row["raw_path"] for row in own_samples.rows("documents")}
    assert "harbour-news/2026-11-21/boat.txt" in paths
    assert_accounts(own_samples)

    assert own_samples.ingest().status == "failed"  # it is still broken, though nothing is new
    broken.write_text(good)
    assert own_samples.ingest().inputs["new"] == 1
    assert_accounts(own_samples)


def test_a_source_that_misses_its_expectations_is_held_and_the_others_are_published(own_samples, make_house) -> None:
    own_samples.put("valley-press/source.toml", 'title = "The Valley Press"\n[expect]\nrejected = 0.2\n')
    own_samples.put("harbour-news/2026-11-21/boat.txt", ARTICLE)
    own_samples.put("valley-press/2026-11-21/blank.html", "")
    changed = own_samples.put("valley-press/2026-11-14/tram-centenary.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    before = [row for row in own_samples.rows("documents") if row["source"] == "valley-press"]
    record = own_samples.ingest()
    assert record.status == "held"
    assert {finding["source"] for finding in record.findings} == {"valley-press"}
    assert record.sources["valley-press"] == {"read": 2, "documents": 0, "duplicates": 0, "rejected": 0, "held": 2}
    assert record.sources["harbour-news"]["held"] == 0
    assert own_samples.snapshot.totals["held"] == 2
    assert_accounts(own_samples)
    assert [row for row in own_samples.rows("documents") if row["source"] == "valley-press"] == before
    assert "harbour-news/2026-11-21/boat.txt" in {row["raw_path"] for row in own_samples.rows("documents")}

    assert own_samples.ingest().status == "nothing_new"
    changed.write_text(ARTICLE)  # mended, and the blank page removed
    (own_samples.raw / "valley-press/2026-11-21/blank.html").unlink()
    assert own_samples.ingest().status == "published"
    assert own_samples.snapshot.totals["held"] == 0
    assert_accounts(own_samples)
    fresh = make_house()
    shutil.copytree(own_samples.raw, fresh.raw)
    fresh.ingest()
    assert own_samples.tables() == fresh.tables()


def test_a_setting_that_documents_depend_on_cleans_its_source_again(own_samples) -> None:
    own_samples.put("harbour-news/source.toml", 'boilerplate_lines = ["^READ "]\n')
    first = own_samples.snapshot.id
    record = own_samples.ingest()
    assert record.inputs["stale"] == 20
    assert_accounts(own_samples)
    runs = {row["source"]: row["run_id"] for row in own_samples.rows("documents")}
    assert {source for source, run in runs.items() if run != first} == {"harbour-news"}


def test_another_canonical_moves_rows_without_cleaning_again(own_samples, make_house) -> None:
    first = own_samples.snapshot
    before = {row["document_id"] for row in own_samples.rows("documents")}
    record = own_samples.ingest(canonical="newest")
    assert record.records["read"] == 0
    after = {row["document_id"] for row in own_samples.rows("documents")}
    assert before != after
    assert len(before) == len(after)
    assert {row["run_id"] for row in own_samples.rows("documents")} == {first.id}
    assert_accounts(own_samples)
    fresh = make_house()
    shutil.copytree(own_samples.raw, fresh.raw)
    fresh.ingest(canonical="newest")
    assert own_samples.tables() == fresh.tables()


class Hasty(DirectRooms):
    """Rooms in which someone writes to `raw/` between the survey and the reading."""

    def acquire(self, *arguments):
        survey = super().acquire(*arguments)
        for item in survey.work:
            if "changes" in item.file.raw_path:
                item.file.path.write_text(ARTICLE + "\nIt was launched on Sunday.\n")
            if "goes" in item.file.raw_path:
                item.file.path.unlink()
        return survey


def test_a_file_that_changes_while_it_is_read_waits_for_the_next_run(house) -> None:
    house.put(
        "river/2026-11-20/stays.txt", "A note on herons\n\nThe heron stood on the weir until noon and then left.\n"
    )
    changes = house.put("river/2026-11-20/changes.txt", ARTICLE)
    house.put("river/2026-11-20/goes.txt", "A note on otters\n\nNo otter was seen this week, but there were prints.\n")
    record = house.ingest(rooms=Hasty)
    assert record.records["read"] == 1
    assert sum("it changed or was deleted while it was read" in warning for warning in record.warnings) == 2
    assert_accounts(house)
    house.ingest()
    assert len(house.rows("documents")) == 2

    changes.write_text("This is a shorter note on boats.\n")
    os.utime(changes, ns=(1, 1))
    house.ingest(rooms=Hasty)
    assert_accounts(house)
    house.ingest()
    assert_accounts(house)
    hashes = {row["raw_path"]: row["raw_sha256"] for row in house.rows("documents")}
    assert hashes["river/2026-11-20/changes.txt"] == hashlib.sha256(changes.read_bytes()).hexdigest()


class HastyBetween(DirectRooms):
    """Rooms in which someone writes to a file when one of its pieces is done."""

    def clean(self, orders, done):
        first, *others = orders
        super().clean([first], done)
        for file in first.shard.files:
            file.path.write_text(file.path.read_text() + '{"text": "One more heron came on Sunday."}\n')
        super().clean(others, done)


def test_of_a_file_that_changes_between_its_pieces_nothing_is_taken(house) -> None:
    lines = [f'{{"text": "Heron {number} stood on the weir until noon, and left."}}\n' for number in range(600)]
    house.put("river/2026-11-20/herons.jsonl", "".join(lines))
    record = house.ingest(rooms=HastyBetween, workers=3, shard_mb=0.005)
    assert record.records["read"] == 0
    assert sum("it changed or was deleted while it was read" in warning for warning in record.warnings) == 1
    house.ingest()
    assert_accounts(house)
    assert len(house.rows("documents")) + len(house.rows("duplicates")) == 601


def test_raw_and_curated_must_lie_apart(house) -> None:
    house.put("river/a.txt", ARTICLE)
    house.curated = house.raw / "curated"
    with pytest.raises(UsageError, match="apart"):
        house.ingest()
    assert not house.curated.exists()


@pytest.mark.xdist_group("processes")
def test_a_killed_run_is_simply_run_again_and_its_finished_shards_are_reused(house, samples) -> None:
    shutil.copytree(samples.raw, house.raw)
    command = [WINNOW, "ingest", "--direct", "--raw", house.raw, "--curated", house.curated]
    run = subprocess.Popen(
        [*command, "--workers", "1", "--shard-mb", "0.001"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    shards = house.curated / ".work" / "shards" / "ingest"
    while run.poll() is None and len(list(shards.glob("*/shard.json"))) < 3:
        time.sleep(0.002)
    run.kill()
    assert run.wait() == -signal.SIGKILL
    assert not (house.curated / "current").exists()

    assert house.ingest(shard_mb=0.001).status == "published"
    last, killed = read_records(house.curated)
    assert (last.status, killed.status) == ("published", "killed")
    runs = Counter(row["run_id"] for row in house.rows("documents"))
    assert set(runs) == {killed.run_id, last.run_id}
    assert house.tables() == samples.tables()
    assert_accounts(house)
    assert not shards.exists()


def test_what_a_killed_run_had_staged_is_cleared(own_samples) -> None:
    staging = own_samples.curated / "snapshots" / ".staging-20261120T000000Z-aaaaaa"
    (staging / "documents").mkdir(parents=True)
    own_samples.put("harbour-news/2026-11-21/boat.txt", ARTICLE)
    own_samples.ingest()
    assert not staging.exists()
    manifest = json.loads((own_samples.snapshot.root / "manifest.json").read_bytes())
    assert manifest["sequence"] == 2
