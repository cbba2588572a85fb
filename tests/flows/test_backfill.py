"""Days done over, rejected records tried again, and what either would do."""

import json
import random
import shutil
from datetime import date
from pathlib import Path

import pytest

import flows.order
import tasks.version
from flows.cli import main
from flows.direct import DirectRooms
from flows.order import RunOrder
from flows.plan import estimate_seconds, make_plan
from flows.words import MEGABYTE
from tasks.acquire.scope import Scope
from tasks.errors import UsageError
from tasks.publish.runs import RunRecord, Status, read_records

WORDS = Path(__file__).parents[1].joinpath("dedupe/words.txt").read_text().split()
DAYS = [f"2026-11-{day:02}" for day in range(11, 21)]


def page(seed: int) -> str:
    rng = random.Random(seed)
    sentences = [" ".join(rng.choices(WORDS, k=11)).capitalize() + "." for _ in range(12)]
    return f"{' '.join(rng.choices(WORDS, k=4)).capitalize()}\n\n" + "\n\n".join(sentences) + "\n"


@pytest.fixture
def filled(house):
    """Two sources with two notes a day for ten days, and a feed whose days stand in its records."""
    for number, day in enumerate(DAYS):
        for source in ("alpha", "beta"):
            for part in (1, 2):
                house.put(f"{source}/{day}/{part}.txt", page(number * 10 + part + 100 * (source == "beta")))
    lines = [{"text": page(1000 + n), "fetched_at": f"{day}T10:00:00Z"} for n, day in enumerate(DAYS)]
    house.put("gamma/feed.jsonl", "\n".join(map(json.dumps, lines)) + "\n{broken\n")
    return house


def span(first: int, last: int, *sources: str) -> Scope:
    return Scope(frozenset(sources), date(2026, 11, first), date(2026, 11, last))


def parts_by_day(house) -> dict[tuple[str, str, str], set[str]]:
    found: dict[tuple[str, str, str], set[str]] = {}
    for part in house.snapshot.parts:
        found.setdefault((part.dataset, part.source, part.day), set()).add(part.path)
    return found


def test_a_backfill_replaces_the_rows_of_its_days_and_no_others(filled) -> None:
    filled.ingest()
    before, tables = parts_by_day(filled), filled.tables()
    record = filled.run(RunOrder(filled.settings(), span(14, 16, "alpha")))
    assert (record.flow, record.status, record.inputs["stale"], record.records["read"]) == (
        "backfill",
        "published",
        6,
        6,
    )
    assert filled.tables() == tables
    changed = {place[1:] for place, paths in parts_by_day(filled).items() if before[place] != paths}
    assert changed == {("alpha", f"2026-11-{day}") for day in (14, 15, 16)}
    fresh = {row["day"] for row in filled.rows("documents") if row["run_id"] == record.run_id}
    assert fresh == {f"2026-11-{day}" for day in (14, 15, 16)}


def test_a_backfill_takes_a_file_whose_records_have_the_day(filled) -> None:
    filled.ingest()
    tables = filled.tables()
    record = filled.run(RunOrder(filled.settings(), span(14, 14, "gamma")))
    assert record.records == {"read": 11, "documents": 10, "duplicates": 0, "rejected": 1, "held": 0}
    assert filled.tables() == tables


def test_a_backfill_leaves_alone_what_changed_elsewhere(filled) -> None:
    filled.ingest()
    filled.put("beta/2026-11-20/3.txt", page(7))
    (filled.raw / "alpha/2026-11-11/1.txt").unlink()
    (filled.raw / "alpha/2026-11-15/1.txt").unlink()
    record = filled.run(RunOrder(filled.settings(), span(15, 15)))
    assert (record.inputs["gone"], record.inputs["outside"]) == (1, 2)
    paths = {row["raw_path"] for row in filled.rows("inputs")}
    assert "alpha/2026-11-11/1.txt" in paths
    assert not {"beta/2026-11-20/3.txt", "alpha/2026-11-15/1.txt"} & paths
    record = filled.ingest()
    assert (record.inputs["gone"], record.inputs["new"]) == (1, 1)


def test_days_in_any_order_and_a_backfill_of_the_middle_give_equal_tables(filled, make_house) -> None:
    filled.ingest()
    for days in (DAYS, DAYS[::-1], [*DAYS[:3], *DAYS[7:], *DAYS[3:7]]):
        other = make_house()
        shutil.copytree(filled.raw / "gamma", other.raw / "gamma")
        for day in days:
            for source in ("alpha", "beta"):
                shutil.copytree(filled.raw / source / day, other.raw / source / day)
            if day in (DAYS[4], DAYS[-1]):
                other.run(RunOrder(other.settings(), span(13, 17)))
            else:
                other.ingest()
        other.ingest()
        assert other.tables() == filled.tables()


def test_nothing_to_do_over_publishes_nothing(filled) -> None:
    filled.ingest()
    snapshot = filled.snapshot.id
    record = filled.run(RunOrder(filled.settings(), span(1, 2)))
    assert (record.status, filled.snapshot.id) == ("nothing_new", snapshot)


class Dies(DirectRooms):
    """Rooms in which the lights go out behind the second shard."""

    def clean(self, orders, done) -> None:
        super().clean(orders[:2], done)
        raise RuntimeError("no power")


def test_a_killed_backfill_goes_on_from_its_shards_also_after_an_ingest(filled) -> None:
    filled.ingest()
    order = RunOrder(filled.settings(shard_mb=0.003), span(13, 18))
    with pytest.raises(RuntimeError, match="no power"):
        filled.run(order, Dies)
    filled.put("beta/2026-11-20/3.txt", page(7))
    assert filled.ingest().status == "published"
    plan = make_plan(order)
    assert (plan.finished_shards, plan.shards > 3) == (2, True)
    reused = []

    class Watches(DirectRooms):
        def clean(self, orders, done) -> None:
            super().clean(orders, lambda result: (reused.append(result.reused), done(result)))

    assert filled.run(order, Watches).status == "published"
    assert sum(reused) == 2
    assert not any(order.shard_folder.parent.rglob("*.parquet"))


def test_a_finished_shard_of_another_version_is_made_again(filled, monkeypatch) -> None:
    filled.ingest()
    order = RunOrder(filled.settings(shard_mb=0.003), span(13, 18))
    with pytest.raises(RuntimeError, match="no power"):
        filled.run(order, Dies)
    monkeypatch.setattr(flows.order, "cleaned_with", lambda: "code 0")
    assert make_plan(order).finished_shards == 0


def test_retry_reads_again_what_holds_rejected_records(filled) -> None:
    filled.put("beta/2026-11-20/empty.txt", "")
    filled.put("withdrawn.txt", "# nothing yet\n")
    filled.ingest()
    tables = filled.tables()
    record = filled.run(RunOrder(filled.settings(), Scope(), frozenset()))
    assert (record.flow, record.inputs["stale"], record.records["rejected"]) == ("retry", 2, 2)
    assert filled.tables() == tables
    record = filled.run(RunOrder(filled.settings(), Scope(), frozenset({"broken_json"})))
    assert (record.inputs["stale"], record.records["read"]) == (1, 11)
    record = filled.run(RunOrder(filled.settings(), Scope(frozenset({"alpha"})), frozenset()))
    assert record.status == "nothing_new"


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        ({"scope": Scope()}, "would do everything over"),
        ({"scope": Scope(frozenset({"alfa"}))}, "did you mean alpha"),
        ({"scope": Scope(since=date(2026, 11, 2), until=date(2026, 11, 1))}, "no day lies between"),
        ({"scope": Scope(), "reasons": frozenset({"no_reason"})}, "there is no reason 'no_reason'"),
    ],
)
def test_an_order_that_cannot_be_meant_is_refused(filled, order, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        filled.run(RunOrder(filled.settings(), **order))
    assert not filled.curated.exists()


def told(house, capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--raw", str(house.raw), "--curated", str(house.curated)])
    assert not ended.value.code
    return capsys.readouterr().out


def state_of(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def test_a_plan_expects_a_record_of_the_smallest_file(house) -> None:
    house.put("alpha/2026-11-20/long.txt", page(1) * 30)
    house.ingest(workers=1)
    house.put("alpha/2026-11-21/short.txt", "Short.")
    assert make_plan(RunOrder(house.settings())).records == 1


def test_a_plan_tells_and_writes_nothing(filled, capsys) -> None:
    plan = json.loads(told(filled, capsys, "ingest", "--plan", "--json"))
    assert plan["files"] == {"new": 41, "changed": 0, "stale": 0, "gone": 0}
    assert (plan["records"], plan["seconds"], plan["sources"]["gamma"]["undated"]) == (None, None, 1)
    assert plan["sources"]["alpha"]["days"] == DAYS
    assert not filled.curated.exists()

    filled.ingest()
    before = state_of(filled.root)
    plan = json.loads(
        told(filled, capsys, "backfill", "--source", "gamma", "--since", "2026-11-14", "--plan", "--json")
    )
    assert (plan["records"], plan["partitions"], plan["bytes"]) == (
        11,
        11,  # the broken line has no day of its own
        (filled.raw / "gamma/feed.jsonl").stat().st_size,
    )
    assert plan["seconds"] > 0
    shown = told(filled, capsys, "backfill", "--source", "beta", "--until", "2026-11-12", "--plan")
    assert "4 files to read" in shown
    assert "2026-11-11 … 2026-11-12 (2)" in shown
    assert "nothing was written" in shown
    assert "ingest would find nothing to do" in told(filled, capsys, "ingest", "--plan")
    assert "1 file to read" in told(filled, capsys, "retry", "--plan")
    assert state_of(filled.root) == before
    assert len(read_records(filled.curated)) == 1


def ran(seconds: int, size: int, status: Status = "published") -> RunRecord:
    start, end = "2026-11-20T10:00:00+00:00", f"2026-11-20T10:00:{seconds:02}+00:00"
    return RunRecord("r", "ingest", status, start, end, bytes=size)


@pytest.mark.parametrize(
    ("records", "size", "seconds"),
    [
        ([], 10, None),
        ([ran(0, 0, "nothing_new")], 10, None),
        ([ran(9, 900, "killed")], 10, None),
        ([ran(10, 10 * MEGABYTE), ran(20, 20 * MEGABYTE)], 60 * MEGABYTE, 60.0),
        ([ran(5, 1000), ran(25, 20 * MEGABYTE), ran(7, 3000)], 60 * MEGABYTE, 65.0),  # 5 s to start, 1 s a megabyte
        ([ran(5, 1000), ran(25, 20 * MEGABYTE), ran(7, 3000)], 2000, 5.0),
        ([ran(9, 100_000), ran(8, 300_000)], 32 * MEGABYTE, None),  # what they took was their start
        ([ran(9, 100_000), ran(8, 300_000)], 600_000, 16.0),
        ([ran(9, 100_000), ran(8, 300_000)], 1000, 8.0),
        ([ran(9, 1000), ran(8, 20 * MEGABYTE)], 32 * MEGABYTE, 9.0),  # a busy machine: no speed below nothing
        ([ran(10, 1000)], 0, 0.0),
    ],
)
def test_the_time_of_a_plan_follows_the_last_runs(records, size: int, seconds: float | None) -> None:
    assert estimate_seconds(records, size) == seconds


def test_the_version_names_code_and_libraries() -> None:
    assert tasks.version.cleaned_with().startswith(f"code {tasks.version.CODE_VERSION}, chardet ")
