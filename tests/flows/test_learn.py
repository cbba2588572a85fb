"""Learning what a source repeats, from the command to the published rows."""

import json

import pytest

from flows.cli import main
from tasks.acquire.profile import Profile, RepeatedLine, dump_profile

PAGES = 24


@pytest.fixture
def winnow(house, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments), "--raw", str(house.raw)])
        return ended.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def source(house, pages_of_a_template):
    """A house with a source of many pages, and another one of one page."""
    for number, text in enumerate(pages_of_a_template(PAGES)):
        house.put(f"lantern/2026-11-{1 + number % 5:02}/{number}.txt", text)
    house.put("notes/2026-11-01/heron.txt", "A heron stood in the river all morning, and it caught nothing at all.\n")
    return house


def test_a_source_is_cleaned_again_with_what_was_learnt(source, winnow) -> None:
    record = source.ingest()
    assert len(record.hints) == 1
    assert "lantern" in record.hints[0]
    assert f"`winnow learn lantern --raw {source.raw}`" in record.hints[0]
    before = [row for row in source.rows("documents") if row["source"] == "lantern"]
    assert all("letter goes out" in row["text"] for row in before)

    status, out, err = winnow("learn", "lantern")
    assert status == 0
    assert json.loads(out)["pages"] == PAGES
    assert "100%" in err
    assert not (source.raw / "lantern/profile.json").exists()
    assert source.ingest().status == "nothing_new"

    status, again, err = winnow("learn", "lantern", "--write")
    assert (status, again) == (0, "")
    assert (source.raw / "lantern/profile.json").read_text() == out
    record = source.ingest()
    assert (record.status, record.inputs["stale"], record.inputs["unchanged"]) == ("published", PAGES, 1)
    assert record.hints == []
    own = [row for row in source.rows("documents") if row["source"] == "lantern"]
    assert len(own) >= len(before)
    assert not [row for row in own if "letter goes out" in row["text"] or "The Lantern is printed" in row["text"]]
    assert all(row["title"].startswith("The ") and " and the " in row["title"] for row in own)
    removed = [row for row in source.rows("boilerplate") if "letter goes out" in row["text"]]
    assert {row["role"] for row in removed} == {"about"}
    assert source.ingest().status == "nothing_new"
    assert "says the same" in winnow("learn", "lantern")[2]


def test_a_broken_profile_stops_its_source_only_and_can_be_learnt_anew(source, winnow) -> None:
    path = source.put("lantern/profile.json", '{"version": 7}')
    record = source.ingest()
    assert record.status == "failed"
    assert record.records["documents"] == 1
    assert record.stopped.keys() == {"lantern"}
    assert "lantern/profile.json: this is a profile of version 7" in record.stopped["lantern"]
    assert f"`winnow learn lantern --write --raw {source.raw}`" in record.stopped["lantern"]
    status, _, err = winnow("learn", "lantern", "--write")
    assert status == 0
    assert "cannot be read" in err
    assert json.loads(path.read_text())["version"] == 1
    assert source.ingest().status == "published"


def test_no_hint_where_nothing_repeats_or_the_source_has_a_profile(source, pages_of_a_template) -> None:
    source.put("lantern/profile.json", dump_profile(Profile(9, (RepeatedLine("set in lead", 9),))))
    for number, text in enumerate(pages_of_a_template(PAGES)):
        own = text.split("\n")
        source.put(f"plain/2026-11-02/{number}.txt", "\n\n".join([own[4], *own[6:9], *own[11:13]]))
    assert source.ingest().hints == []


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [("notes", 2, "1 different pages"), ("nowhere", 2, "one of: lantern, notes"), ("empty", 2, "put some there first")],
)
def test_what_cannot_be_learnt_says_why(source, winnow, name, status, says) -> None:
    (source.raw / "empty").mkdir()
    if name == "nowhere":
        (source.raw / "empty").rmdir()
    done = winnow("learn", name)
    assert (done[0], done[1]) == (status, "")
    assert says in done[2]
