"""What people, clocks and file systems do to a house: a clear message, nothing lost, and a way on."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import tasks.acquire.survey
import tasks.publish.runs
import tasks.publish.snapshot
from flows.inspection import inspect
from flows.progress import Watcher
from flows.state import look
from flows.upkeep import Steps, maintain
from flows.upkeep_plan import UpkeepOrder
from tasks.publish.runs import read_records
from tests.commands import assert_told, command, give_up_rights, ingest
from tests.conftest import House
from tests.enduring import run

TEXT = "A harbour report\n\nThe tide came in at noon, and the boats went out with the wind behind them for hours.\n"
BEANS = "A garden note\n\nThe beans are late this year, because the spring was cold and wet for many weeks in a row.\n"
TRAMS = "A note on trams\n\nThe last tram to the depot left without its driver, who had stopped for a roll with fish.\n"

pytestmark = [pytest.mark.xdist_group("breakage"), pytest.mark.timeout(1800)]  # for machines that are busy


@pytest.fixture
def published(house):
    """Two sources, one of them with two days, in two snapshots."""
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/2026-11-20/b.txt", BEANS)
    run("ingest", house.raw, house.curated)
    house.put("beta/2026-11-21/c.txt", TRAMS)
    run("ingest", house.raw, house.curated)
    return house


def to_folder(path: Path) -> None:
    """Put a folder in the place of a file, with a file in it."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    path.mkdir(parents=True)
    (path / "inside").write_text("x")


@pytest.mark.parametrize("name", [".lock", ".work/index.duckdb", ".work/stamps.json"])
def test_a_folder_in_the_place_of_a_file_is_named_or_does_no_harm(published, name: str) -> None:
    before, rows = published.snapshot.id, published.tables()
    published.put("alpha/2026-11-22/d.txt", TEXT + "And more of it.\n")
    path = published.curated / name
    to_folder(path)
    status, told = ingest(published.raw, published.curated)
    if status:
        assert_told(status, told, name)
        assert (published.snapshot.id, published.tables()) in (
            (before, rows),
            (published.snapshot.id, published.tables()),
        )
        shutil.rmtree(path)
        assert ingest(published.raw, published.curated)[0] == 0
    assert len(published.rows("documents")) + len(published.rows("duplicates")) == 4


@pytest.mark.parametrize("name", ["snapshots", "runs", ".work"])
def test_a_file_in_the_place_of_a_folder_is_named(house, name: str) -> None:
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.curated.mkdir()
    (house.curated / name).write_text("x")
    assert_told(*ingest(house.raw, house.curated), name)
    assert (house.curated / name).read_text() == "x"  # whose it is nobody knows
    (house.curated / name).unlink()
    assert ingest(house.raw, house.curated)[0] == 0


def test_a_folder_in_the_place_of_the_link_is_named_and_stays(published) -> None:
    before = published.snapshot
    link = published.curated / "current"
    to_folder(link)
    status, told = ingest(published.raw, published.curated)
    assert_told(status, told)
    findings = inspect(published.curated, Watcher()).findings
    assert any("current" in each.place and each.way_out for each in findings), findings
    assert (link / "inside").exists()
    assert before.root.exists()
    shutil.rmtree(link)
    status = maintain(UpkeepOrder(published.curated, restore=before.id), Steps(), Watcher()).status
    assert status == "done"
    assert published.snapshot.id == before.id


@pytest.mark.parametrize("name", ["alpha/source.toml", "alpha/profile.json", "withdrawn.txt"])
def test_a_folder_in_the_place_of_a_setting_stops_what_it_is_for(published, name: str) -> None:
    rows = published.tables()
    to_folder(published.raw / name)
    published.put("beta/2026-11-22/new.txt", TRAMS + "It was found on the way to the harbour.\n")
    status, told = ingest(published.raw, published.curated)
    assert status == 1, told
    assert "Traceback" not in told
    assert name.rsplit("/", maxsplit=1)[-1] in told
    kept = [row for row in published.rows("documents") if row["source"] == "alpha"]
    assert [{**row, "run_id": ""} for row in kept] == [
        {**row, "run_id": ""} for row in rows["documents"] if row["source"] == "alpha"
    ]


def test_a_raw_file_that_became_a_folder_is_gone_and_what_is_in_it_is_new(published) -> None:
    path = published.raw / "alpha/2026-11-20/a.txt"
    path.unlink()
    published.put("alpha/2026-11-20/a.txt/inner.txt", TEXT)
    assert ingest(published.raw, published.curated)[0] == 0
    names = {row["raw_path"] for row in published.rows("documents")} | {
        row["raw_path"] for row in published.rows("duplicates")
    }
    assert "alpha/2026-11-20/a.txt/inner.txt" in names
    assert "alpha/2026-11-20/a.txt" not in names


@pytest.fixture
def open_house(house) -> Iterator[House]:
    """A house in which modes are changed; they are mended at the end, so that it can be removed."""
    house.put("alpha/2026-11-20/a.txt", TEXT)
    house.put("beta/2026-11-20/b.txt", BEANS)
    yield house
    for path in (house.raw / "beta", house.raw / "beta/2026-11-20", house.curated, *house.curated.glob("*")):
        if path.is_dir():
            path.chmod(0o755)


def test_a_raw_file_that_may_not_be_read_waits_and_what_was_published_of_it_stays(open_house) -> None:
    raw, curated = open_house.raw, open_house.curated
    assert ingest(raw, curated, give_up_rights)[0] == 0
    file = open_house.put("beta/2026-11-20/b.txt", BEANS + "They came up in June.\n")
    file.chmod(0)
    open_house.put("alpha/2026-11-21/c.txt", TRAMS)
    status, told = ingest(raw, curated, give_up_rights)
    assert "b.txt" in told
    assert "Permission denied" in told
    assert status == 0
    assert {row["raw_path"] for row in open_house.rows("documents")} == {
        "alpha/2026-11-20/a.txt",
        "alpha/2026-11-21/c.txt",
        "beta/2026-11-20/b.txt",
    }
    file.chmod(0o644)
    assert ingest(raw, curated, give_up_rights)[0] == 0
    hashes = {row["raw_path"]: row["raw_sha256"] for row in open_house.rows("documents")}
    assert hashes["beta/2026-11-20/b.txt"] == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["beta", "beta/2026-11-20"])
def test_a_folder_that_may_not_be_read_stops_its_source_and_withdraws_nothing(open_house, name: str) -> None:
    raw, curated = open_house.raw, open_house.curated
    assert ingest(raw, curated, give_up_rights)[0] == 0
    (raw / name).chmod(0)
    open_house.put("alpha/2026-11-21/c.txt", TRAMS)
    status, told = ingest(raw, curated, give_up_rights)
    assert status == 1, told
    assert "Traceback" not in told
    assert "beta" in told
    assert len(open_house.rows("documents")) == 3


@pytest.mark.parametrize("name", ["", "snapshots", "runs"])
def test_a_curated_that_may_not_be_written_is_named(open_house, name: str) -> None:
    raw, curated = open_house.raw, open_house.curated
    assert ingest(raw, curated, give_up_rights)[0] == 0
    before, rows = open_house.snapshot.id, open_house.tables()
    open_house.put("alpha/2026-11-21/c.txt", TRAMS)
    (curated / name).chmod(0o555)
    status, told = ingest(raw, curated, give_up_rights)
    assert_told(status, told, "Permission denied", str(curated / name))
    assert (open_house.snapshot.id, open_house.tables()) == (before, rows)
    status, told = command(["verify", "--curated", str(curated)], give_up_rights)
    assert status == 0, told
    (curated / name).chmod(0o755)
    assert ingest(raw, curated, give_up_rights)[0] == 0
    assert len(open_house.rows("documents")) == 3


def test_a_work_folder_that_may_not_be_written_keeps_no_index_and_the_run_after_says_so(open_house) -> None:
    raw, curated = open_house.raw, open_house.curated
    assert ingest(raw, curated, give_up_rights)[0] == 0
    (curated / ".work").chmod(0o555)
    open_house.put("alpha/2026-11-21/c.txt", TRAMS)
    status, told = ingest(raw, curated, give_up_rights)
    assert (status, len(open_house.rows("documents"))) == (0, 3), told
    assert "index.duckdb: cannot write the index: " in told
    assert "the next run builds it anew" in told
    before = open_house.snapshot.id
    open_house.put("alpha/2026-11-21/d.txt", "Nobody else writes of the lamp at the end of the pier.\n")
    status, told = ingest(raw, curated, give_up_rights)
    assert_told(status, told, "Permission denied", str(curated / ".work"))
    assert open_house.snapshot.id == before
    (curated / ".work").chmod(0o755)
    assert ingest(raw, curated, give_up_rights)[0] == 0
    assert len(open_house.rows("documents")) == 4


class Tomorrow(datetime):
    """A clock that is a day ahead."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days=1)


def test_a_clock_that_is_set_back_by_a_day_does_no_harm(house, make_house, monkeypatch) -> None:
    ahead = datetime.now(UTC).timestamp() + 86_400
    house.put("alpha/source.toml", "settle_seconds = 30\n")
    with monkeypatch.context() as patch:  # the first run is tomorrow's, by its records and by the times of its files
        patch.setattr(tasks.publish.runs, "_now", lambda: datetime.now(UTC) + timedelta(days=1))
        patch.setattr(tasks.publish.snapshot, "datetime", Tomorrow)
        for name, text in (("alpha/2026-11-20/a.txt", TEXT), ("beta/2026-11-20/b.txt", BEANS)):
            path = house.put(name, text)
            os.utime(path, (ahead - 60, ahead - 60) if name[0] == "a" else (ahead, ahead))
        patch.setattr(
            "tasks.acquire.survey.time", type("Clock", (), {"time_ns": staticmethod(lambda: int(ahead * 1e9))})
        )
        assert run("ingest", house.raw, house.curated) == "published"
    for path in house.curated.rglob("*"):
        os.utime(path, (ahead, ahead), follow_symlinks=False)
    first = house.snapshot
    assert first.published_at > datetime.now(UTC) + timedelta(hours=23)
    assert len(house.rows("documents")) == 2

    assert run("ingest", house.raw, house.curated) == "nothing_new"
    house.put("beta/2026-11-20/b.txt", TRAMS)  # changed, at a time before that of the one it replaces
    house.put("alpha/2026-11-21/c.txt", BEANS)
    os.utime(house.raw / "alpha/2026-11-21/c.txt", (1, 1))
    assert run("ingest", house.raw, house.curated) == "published"
    second = house.snapshot
    assert (second.parent, second.sequence) == (first.id, 2)
    fresh = make_house()
    shutil.copytree(house.raw, fresh.raw)
    (fresh.raw / "alpha/source.toml").unlink()
    os.utime(fresh.raw / "alpha/2026-11-20/a.txt", (1, 1))
    run("ingest", fresh.raw, fresh.curated)
    assert {row["raw_path"] for row in house.rows("documents")} == {row["raw_path"] for row in fresh.rows("documents")}
    assert look(house.settings(), 3).snapshot.id == second.id
    record = maintain(UpkeepOrder(house.curated), Steps(), Watcher())
    assert record.status in ("done", "nothing_new", "published")
    assert first.root.exists()  # replaced just now, whatever the clock says
    assert run("backfill", house.raw, house.curated) == "published"
    assert [each for each in inspect(house.curated, Watcher(), raw=house.raw).findings if each.is_damage] == []
    assert "running" not in {record.status for record in read_records(house.curated)}


def followed(link: Path) -> None:
    """What a copy has that followed the link."""
    root = link.resolve()
    link.unlink()
    shutil.copytree(root, link)


@pytest.mark.parametrize(
    ("lose", "problem"), [(Path.unlink, "the link is missing"), (followed, "this is no link but a file or folder")]
)
def test_a_link_that_got_lost_is_no_first_run(published, lose: Callable[[Path], None], problem: str) -> None:
    published.put("source/source.toml", 'retain = "forever"\n')
    published.put(
        "source/2026-11-25/gone.txt", "What is gone from raw/ is kept all the same, since its source retains it.\n"
    )
    assert ingest(published.raw, published.curated)[0] == 0
    (published.raw / "source/2026-11-25/gone.txt").unlink()
    assert ingest(published.raw, published.curated)[0] == 0
    before, tables = published.snapshot, published.tables()
    link = published.curated / "current"
    lose(link)  # as a copy without links has it
    folder = ["--curated", str(published.curated)]
    raw = ["--raw", str(published.raw)]
    for words in (
        ["ingest", "--direct", *raw],
        ["backfill", "--all", "--direct", *raw],
        ["ingest", "--plan", *raw],
        ["status", *raw],
        ["maintain", "--direct"],
        ["show", "source/2026-11-25/gone.txt"],
    ):
        status, told = command([*words, *folder])
        assert_told(status, told, f"`winnow verify --curated {published.curated}`")
        assert problem in told
    assert before.root.exists()
    if link.exists():
        link.rename(link.with_name("moved-away"))
    status, told = command(["maintain", "--direct", "--restore", before.id, *folder])
    assert status == 0, told
    assert ingest(published.raw, published.curated)[0] == 0
    assert published.tables() == tables


@pytest.mark.parametrize("left", ["nothing", "its manifest"])
def test_a_current_snapshot_that_somebody_deleted_is_named_with_the_way_back(published, left: str) -> None:
    root = published.snapshot.root
    manifest = (root / "manifest.json").read_bytes()
    shutil.rmtree(root)
    if left == "its manifest":
        root.mkdir()
        (root / "manifest.json").write_bytes(manifest)
    status, told = command(["verify", "--curated", str(published.curated)])
    assert status == 1, told
    assert "what to do:" in told
    assert "winnow maintain --restore" in told
    status, told = ingest(published.raw, published.curated)
    assert "Traceback" not in told
    if left == "nothing":
        assert_told(status, told, "winnow verify")
    (other,) = [each.name for each in (published.curated / "snapshots").iterdir() if each != root]
    status, told = command(["maintain", "--direct", "--restore", other, "--curated", str(published.curated)])
    assert status == 0, told
    assert ingest(published.raw, published.curated)[0] == 0
    assert len(published.rows("documents")) == 3
    assert [each for each in inspect(published.curated, Watcher()).findings if each.is_damage] == []


@pytest.mark.parametrize("bytes_left", [0, 1, 200, -1])
def test_a_manifest_that_was_cut_short_stops_the_run_and_the_way_back_is_named(published, bytes_left: int) -> None:
    path = published.snapshot.root / "manifest.json"
    path.write_bytes(path.read_bytes()[:bytes_left])
    assert_told(*ingest(published.raw, published.curated), f"`winnow verify --curated {published.curated}`")
    status, told = command(["verify", "--json", "--curated", str(published.curated)])
    assert status == 1
    findings = [each for verdict in json.loads(told)["verdicts"] for each in verdict["findings"]]
    assert any("winnow maintain --restore" in each["way_out"] for each in findings), findings
