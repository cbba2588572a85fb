"""What `winnow status` tells of what is held and of what an older version made."""

import json
import shutil

import pytest

import flows.order
import flows.run
import flows.state
from flows.cli import main
from flows.order import RunOrder
from flows.plan import make_plan
from flows.plan_view import sum_up
from flows.state import look
from tasks.acquire.scope import Scope

TEXT = "A harbour report\n\nThe tide came in at noon, and the boats went out with the wind behind them for hours.\n"
BEANS = "A garden note\n\nThe beans are late this year, because the spring was cold and wet for many weeks in a row.\n"


@pytest.fixture
def older(house, monkeypatch):
    """Two sources, taken in by an older version."""
    house.put("alpha/2026-11-19/a.txt", TEXT)
    house.put("beta/2026-11-20/b.txt", BEANS)
    with monkeypatch.context() as patch:
        patch.setattr(flows.run, "cleaned_with", lambda: "code 0")
        house.ingest()
    return house


def told(house, capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["status", *arguments, "--raw", str(house.raw), "--curated", str(house.curated)])
    assert not ended.value.code
    return capsys.readouterr().out


def test_it_names_the_backfill_that_is_due_and_that_mends_it(older, capsys) -> None:
    shown = told(older, capsys)
    assert "2 files cleaned by an older version" in shown
    folders = f" --raw {older.raw} --curated {older.curated}\n"
    assert "in one go, with all that is up to date: winnow backfill --all" + folders in shown
    assert "winnow backfill --source alpha --since 2026-11-19 --until 2026-11-19" + folders in shown
    (alpha, beta) = look(older.settings(), 1).outdated
    assert (alpha.versions, beta.files) == (("code 0",), 1)
    older.run(RunOrder(older.settings(), Scope(frozenset({"alpha"}))))
    assert [one.source for one in look(older.settings(), 1).outdated] == ["beta"]
    older.run(RunOrder(older.settings(), Scope(), is_everything=True))
    assert look(older.settings(), 1).outdated == ()
    assert "older version" not in told(older, capsys)


def test_no_backfill_is_due_of_what_is_gone_from_raw(older, capsys) -> None:
    older.put("alpha/source.toml", 'retain = "forever"\n')
    (older.raw / "alpha/2026-11-19/a.txt").unlink()
    assert [one.source for one in look(older.settings(), 1).outdated] == ["beta"]
    assert "1 file cleaned by an older version" in told(older, capsys)
    shutil.rmtree(older.raw)  # nobody knows what is gone: a disk may not be mounted
    assert [one.source for one in look(older.settings(), 1).outdated] == ["alpha", "beta"]


def test_it_says_what_is_held_why_and_how_to_go_on(older, capsys) -> None:
    older.put("alpha/source.toml", "[expect]\nrejected = 0.5\n")
    older.put("alpha/2026-11-21/empty.txt", "")
    assert older.ingest().status == "held"
    older.put("beta/2026-11-21/c.txt", TEXT)
    older.ingest()
    shown = told(older, capsys)
    assert "held: alpha: 1 record in 1 file" in shown
    assert "2026-11-21: 100% of the records were rejected" in shown.replace("100 %", "100%")
    assert f"winnow accept alpha --raw {older.raw} --curated {older.curated}\n" in shown
    (held,) = json.loads(told(older, capsys, "--json"))["held"]
    assert (held["source"], held["files"], held["records"]) == ("alpha", 1, 1)
    older.ingest(accepted=frozenset({"alpha"}))
    assert look(older.settings(), 1).held == ()


def test_it_repeats_the_alarms_of_the_last_ingest(older, capsys) -> None:
    older.put("alpha/source.toml", "[expect]\nrecords_max = 1\n")
    older.put("alpha/2026-11-21/b.txt", TEXT + "More of it.\n")
    older.put("alpha/2026-11-21/c.txt", TEXT + "And more of it, with other words about the herring.\n")
    older.ingest()
    assert "alarm: alpha 2026-11-21: 2 records, where source.toml expects at most 1" in told(older, capsys)
    (alarm,) = json.loads(told(older, capsys, "--json"))["alarms"]
    assert (alarm["source"], alarm["value"]) == ("alpha", 2)
    (older.raw / "alpha/2026-11-21/c.txt").unlink()
    older.ingest()
    assert "alarm: " not in told(older, capsys)


def test_the_writer_is_none_when_nobody_writes(older) -> None:
    state = look(older.settings(), 3)
    assert (state.writer, len(state.runs), state.runs[0].status) == (None, 1, "published")


def test_it_tells_what_is_left_out_of_raw(house, capsys) -> None:
    house.put("notes/2026-11-20/heron.txt", TEXT)
    house.put("News Paper/2026-11-20/page.txt", TEXT)
    house.put("withdrawn.txt", "what they asked us to remove\n")
    house.ingest()
    warnings = json.loads(told(house, capsys, "--json"))["warnings"]
    for shown in (told(house, capsys), "\n".join(warnings)):
        assert "withdrawn.txt:1: neither a document_id" in shown
        assert "News Paper: left out: a source is a folder, named" in shown


def test_a_plan_promises_nothing_of_what_is_withdrawn(house) -> None:
    house.put("notes/2026-11-20/heron.txt", TEXT)
    house.put("notes/2026-11-21/beans.txt", BEANS)
    house.ingest()
    assert sum_up(make_plan(RunOrder(house.settings()))) == "ingest would find nothing to do"
    house.put("withdrawn.txt", "notes\n")
    assert sum_up(make_plan(RunOrder(house.settings()))).startswith("ingest would do: 0 files to read, 0 bytes")
    assert "partition" not in sum_up(make_plan(RunOrder(house.settings())))
    house.put("notes/2026-11-22/tide.txt", TEXT * 2)
    assert "at least 1 partition with other rows" in sum_up(make_plan(RunOrder(house.settings())))


def test_it_says_what_waits_and_for_what(house, capsys) -> None:
    house.put("notes/2026-11-20/heron.txt", TEXT)
    house.put("other/2026-11-20/beans.txt", BEANS)
    house.ingest()
    house.put("notes/source.toml", "settle_seconds = 3600\nboilerplate_lines = ['^Menu']\n")
    house.put("other/2026-11-21/tide.txt", TEXT * 2)
    house.put("other/source.toml", "boilerplate_lines = ['^Menu']\n")
    assert "files waiting in raw/: 1 new, 1 to be cleaned again, 1 changed just now" in told(house, capsys)
    waiting = json.loads(told(house, capsys, "--json"))["waiting"]
    assert (waiting["new"], waiting["stale"], waiting["settling"]) == (1, 1, 1)


def test_what_it_advises_ranks_documents_as_the_snapshot_does(older, capsys) -> None:
    older.put("alpha/2026-11-21/again.txt", TEXT)
    older.put("beta/source.toml", "[expect]\nrejected = 0.5\n")
    older.put("beta/2026-11-21/empty.txt", "")
    older.ingest(canonical="newest")
    shown = told(older, capsys)
    assert "files waiting in raw/: 1 held\n" in shown
    options = f" --raw {older.raw} --curated {older.curated} --canonical newest\n"
    assert f"winnow accept beta{options}" in shown
    assert f"winnow backfill --source alpha --since 2026-11-19 --until 2026-11-19{options}" in shown
    before = older.tables()["duplicates"]
    with pytest.raises(SystemExit):
        main([*f"accept beta --direct{options}".split()])
    assert before == older.tables()["duplicates"]
