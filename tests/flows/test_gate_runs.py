"""The gate in whole runs: what it holds, what it lets through, and that it stays with what it said."""

import io
import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from flows.cli import main
from flows.direct import DirectRooms
from flows.order import RunOrder
from flows.plan import make_plan
from flows.plan_view import sum_up
from flows.summary import print_summary
from tasks.acquire.scope import Scope
from tasks.errors import GateClosed
from tasks.publish.runs import RunRecord
from tests.conftest import House

ENDS = ("documents", "duplicates", "rejected", "held")
WORDS = ("river", "stone", "lamp", "boat", "garden", "winter", "clock", "paper", "bread", "window", "harbour", "letter")
TODAY = datetime.now(UTC).date()
"""Runs have a clock: the days of these tests are those before today. Near midnight they are one day older."""


def day(back: int) -> str:
    return (TODAY - timedelta(days=back)).isoformat()


def feed(seed: object, good: int, bad: int = 0) -> str:
    """Lines of JSON of which the bad ones cannot be read. No two texts are alike."""
    chance = random.Random(str(seed))
    texts = [" ".join(chance.choice(WORDS) for _ in range(25)) + f" {chance.random()}." for _ in range(good)]
    return "".join([*(json.dumps({"text": text}) + "\n" for text in texts), *["{broken\n"] * bad])


@pytest.fixture(scope="module")
def sixteen_days(tmp_path_factory, pool) -> House:
    """A source with sixteen good days, the last of them yesterday, and another one beside it. Only for looking at."""
    house = House(tmp_path_factory.mktemp("news"), pool)
    for back in range(1, 17):
        house.put(f"news/{day(back)}/feed.jsonl", feed(back, 10))
    house.put(f"blog/{day(1)}/a.txt", feed("blog", 1))
    assert house.ingest().findings == []
    return house


@pytest.fixture
def news(house, sixteen_days):
    """The two sources, to do with as one likes."""
    shutil.copytree(sixteen_days.root, house.root, symlinks=True, dirs_exist_ok=True)
    return house


def add_bad_day(house, back: int = 0, name: str = "feed") -> str:
    path = f"news/{day(back)}/{name}.jsonl"
    house.put(path, feed(f"{back} {name}", 1, 49))
    return path


def held(record: RunRecord) -> set[tuple[str | None, str | None]]:
    return {(found["source"], found["day"]) for found in record.findings if found["consequence"] == "held"}


def assert_accounts(house, record: RunRecord) -> None:
    totals = house.snapshot.totals
    for counts in (record.records, *record.sources.values(), totals):
        assert counts["read"] == sum(counts.get(name, 0) for name in ENDS)


def test_a_day_of_rejected_records_is_held_by_history_alone_and_published_when_accepted(news) -> None:
    add_bad_day(news)
    news.put(f"blog/{day(0)}/b.txt", feed("blog 2", 1))
    record = news.ingest()
    assert (record.status, held(record)) == ("held", {("news", day(0))})
    (finding,) = record.findings
    assert finding["message"].startswith("98% of the records were rejected, where its last 16 days had 0% to 0% ")
    assert record.sources["news"] == {"read": 50, "documents": 0, "duplicates": 0, "rejected": 0, "held": 50}
    assert record.sources["blog"]["documents"] == 1
    assert_accounts(news, record)
    assert {row["source"] for row in news.rows("documents") if row["day"] == day(0)} == {"blog"}
    assert news.rows("rejected") == []

    again = news.ingest()
    assert (again.status, again.findings) == ("nothing_new", [])
    assert news.snapshot.id == record.snapshot

    accepted = news.ingest(accepted=frozenset({"news"}))
    assert accepted.status == "published"
    assert [found["consequence"] for found in accepted.findings] == ["accepted"]
    assert accepted.sources["news"] == {"read": 50, "documents": 1, "duplicates": 0, "rejected": 49, "held": 0}
    assert len(news.rows("rejected")) == 49
    assert_accounts(news, accepted)


def test_what_was_accepted_is_not_held_anew_and_hides_no_other_day(news) -> None:
    add_bad_day(news, 2, "late")
    assert held(news.ingest()) == {("news", day(2))}
    news.ingest(accepted=frozenset({"news"}))
    add_bad_day(news, 2, "later")  # the same day grows
    assert news.ingest().status == "published"
    over = news.run(RunOrder(news.settings(), Scope(frozenset({"news"}))))  # all days are cleaned over
    assert (over.status, over.findings) == ("published", [])
    add_bad_day(news, 0)  # the next day of that kind
    assert held(news.ingest()) == {("news", day(0))}


def test_a_day_that_turns_bad_is_held_with_what_is_published_of_it_untouched(news) -> None:
    before = news.rows("documents")
    path = news.put(f"news/{day(5)}/feed.jsonl", feed("5 again", 1, 49))
    assert held(news.ingest()) == {("news", day(5))}
    assert news.rows("documents") == before
    held_again = news.run(RunOrder(news.settings(), Scope(frozenset({"news"}))))
    assert (held_again.status, held(held_again)) == ("held", {("news", day(5))})
    assert news.rows("documents") == before

    path.write_text(feed("5 mended", 12))  # it changes again, and is judged anew
    record = news.ingest()
    assert (record.status, record.findings) == ("published", [])
    assert news.snapshot.totals.get("held", 0) == 160 - 10  # of the backfill: the other days stay held
    assert sum(row["day"] == day(5) for row in news.rows("documents")) == 12
    news.ingest(accepted=frozenset({"news"}))
    assert news.snapshot.totals["held"] == 0


def test_published_rows_do_not_depend_on_what_was_held_before(news, make_house: Callable) -> None:
    add_bad_day(news)
    news.ingest()
    news.put(f"news/{day(1)}/more.jsonl", feed("more", 3))
    assert news.ingest().status == "published"  # what is held of one day holds no other
    news.ingest(accepted=frozenset({"news"}))
    fresh = make_house()
    shutil.copytree(news.raw, fresh.raw)
    assert fresh.ingest().status == "published"  # in one run there is no history
    assert news.tables() == fresh.tables()


def test_silence_is_told_by_a_run_that_finds_nothing_new_and_reads_nothing(house, monkeypatch) -> None:
    for back in range(4, 20):
        house.put(f"news/{day(back)}/feed.jsonl", feed(back, 1))
    house.ingest()
    snapshot = house.snapshot.id
    monkeypatch.setattr("tasks.publish.standing.read_part", None)
    record = house.ingest()
    assert (record.status, house.snapshot.id) == ("nothing_new", snapshot)
    assert [(found["consequence"], found["check"], found["source"]) for found in record.findings] == [
        ("alarm", "silence", "news")
    ]


def test_what_is_held_is_no_silence(house) -> None:
    house.put("news/source.toml", "[expect]\nsilence_days = 1\nrejected = 0.5\n")
    house.put(f"news/{day(5)}/feed.jsonl", feed("a", 2))
    assert [found["check"] for found in house.ingest().findings] == ["silence"]
    house.put(f"news/{day(0)}/feed.jsonl", feed("b", 0, 2))
    assert [found["check"] for found in house.ingest().findings] == ["shares"]
    assert house.ingest().findings == []


def test_a_day_that_is_withdrawn_with_its_file_has_not_come(house) -> None:
    house.put("news/source.toml", "[expect]\nsilence_days = 2\n")
    house.put(f"news/{day(5)}/feed.jsonl", feed("a", 2))
    path = house.put(f"news/{day(0)}/feed.jsonl", feed("b", 2))
    assert house.ingest().findings == []
    path.unlink()
    assert [found["message"][:27] for found in house.ingest().findings] == [f"no records since {day(5)}"]


def test_a_damaged_day_of_the_history_is_told_and_stops_nothing(news) -> None:
    part = next(part for part in news.snapshot.parts if (part.dataset, part.day) == ("documents", day(3)))
    (news.snapshot.root / part.path).write_bytes(b"PAR1 and then nothing")
    add_bad_day(news)
    record = news.ingest()
    found = {(one["consequence"], one["check"], one["day"]) for one in record.findings}
    assert found == {("alarm", "damage", day(3)), ("held", "shares", day(0))}
    assert part.path in record.findings[0]["message"]


def told(house, capsys, *command: str) -> str:
    with pytest.raises(SystemExit):
        main([*command, "--direct", "--workers", "1", "--raw", str(house.raw), "--curated", str(house.curated)])
    return capsys.readouterr().err


def test_the_summary_tells_alarms_first_and_apart_from_what_is_held(house, capsys) -> None:
    house.put("news/source.toml", "[expect]\nrecords_max = 1\nrejected = 0.5\n")
    house.put(f"news/{day(1)}/feed.jsonl", feed("a", 1, 2))
    lines = told(house, capsys, "ingest").splitlines()
    (alarm,) = (at for at, line in enumerate(lines) if line.startswith(f"alarm: news {day(1)}: 3 records, "))
    (breach,) = (at for at, line in enumerate(lines) if line.startswith(f"held: news {day(1)}: 66.7% of the records "))
    sums = next(at for at, line in enumerate(lines) if "3 records read = " in line)
    assert alarm < sums < breach
    assert f"`winnow accept news --raw {house.raw} --curated {house.curated}` publishes it" in lines[breach + 1]
    plan = sum_up(make_plan(RunOrder(house.settings(accepted=frozenset({"news"})))))
    assert plan.startswith("ingest with news accepted would do: 1 file to read")
    accepted = told(house, capsys, "accept", "news")
    assert f"accepted: news {day(1)}" in accepted
    assert "held:" not in accepted


def test_where_files_are_gone_the_summary_asks_for_the_disk(house) -> None:
    def said(record: RunRecord) -> str:
        console = Console(file=io.StringIO(), width=300)
        print_summary(console, record, str(house.curated))
        return console.file.getvalue()

    gone = house.put(f"news/{day(1)}/gone.jsonl", feed("gone", 120))
    house.put(f"news/{day(1)}/stays.jsonl", feed("stays", 30))
    house.ingest(workers=1)
    gone.unlink()
    shown = said(house.ingest(workers=1))
    assert "is a disk not mounted?" in shown
    assert f"`winnow accept news --raw {house.raw} --curated {house.curated}` withdraws their documents" in shown
    assert "source.toml says" not in shown
    house.put("other/source.toml", "[expect]\nrejected = 0.1\n")
    house.put(f"other/{day(2)}/empty.txt", "")
    shown = said(house.ingest(workers=1))
    assert "source.toml says what is usual; of news files are gone: is a disk not mounted?" in shown


def test_accept_says_that_nothing_is_held_and_does_nothing(news, capsys) -> None:
    snapshot = news.snapshot.id
    add_bad_day(news)  # nobody has looked at it yet
    said = told(news, capsys, "accept", "news", "blog")
    assert "nothing of news is held" in said
    assert "nothing was done" in said
    assert news.snapshot.id == snapshot
    news.ingest()
    said = told(news, capsys, "accept", "news", "blog")
    assert "nothing of blog is held" in said
    assert "nothing of news is held" not in said
    assert news.snapshot.totals["rejected"] == 49


class Careless(DirectRooms):
    """Rooms that leave parts in which every column may be null."""

    def clean(self, orders, done) -> None:
        def spoil(result) -> None:
            for part in result.parts:
                path = f"{result.folder}/{part.path}"
                table = pq.read_table(path, partitioning=None)
                lax = pa.schema([field.with_nullable(nullable=True) for field in table.schema])
                pq.write_table(table.cast(lax), path, store_schema=False)
            done(result)

        super().clean(orders, spoil)


def test_a_part_with_other_columns_than_promised_closes_the_gate(news) -> None:
    snapshot = news.snapshot.id
    news.put(f"blog/{day(0)}/b.txt", feed("blog 2", 1))
    with pytest.raises(GateClosed, match="document_id is string and was to be string not null") as caught:
        news.ingest(rooms=Careless)
    assert "curated/.work" in caught.value.problem
    assert news.snapshot.id == snapshot
    shutil.rmtree(news.curated / ".work")
    assert news.ingest().status == "published"
