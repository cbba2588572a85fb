"""The index over many runs: whatever becomes of one, the next finds it good, and builds it anew only where it must."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from flows.direct import DirectRooms
from flows.order import RunOrder
from tasks.dedupe.index import Index
from tasks.dedupe.index.disk import cannot_write
from tasks.publish.snapshot import Snapshot
from tests.crash_points import POINTS, Point
from tests.enduring import run
from tests.killing import killed_at_point
from tests.watching import watched_index

NOTE = "The {} boat came in at {} with the evening tide, and the men of the harbour carried its crates up to the hall."
BOATS = "notes/2026-11-20/boats.jsonl"
"""More documents than may go without a question."""


@pytest.fixture
def harbour(house):
    """A source of many documents, and another one that has the first of them before it, and something of its own."""
    notes = (NOTE.format(f"{number}th", number) for number in range(150))
    house.put(BOATS, "".join(json.dumps({"text": note}) + "\n" for note in notes))
    house.put("other/2026-11-19/copy.txt", NOTE.format("0th", 0))
    house.put("other/2026-11-19/own.txt", "Nobody else writes of the lamp at the end of the pier, lit at dusk.")
    house.ingest(workers=1)
    return house


def add(house, name: str) -> None:
    house.put(f"notes/2026-11-21/{name}.txt", f"A note on {name} and nothing else, written down in the {name} room.")


def end_the_same(house, make_house) -> None:
    """The rows are those of a house in which nothing ever happened."""
    other = make_house()
    shutil.copytree(house.raw, other.raw, dirs_exist_ok=True)
    other.ingest(workers=1)
    assert house.tables() == other.tables()


def test_runs_that_hold_a_withdrawal_keep_the_index(harbour, make_house) -> None:
    (harbour.raw / BOATS).unlink()
    with watched_index() as built:
        for number in range(3):  # nobody accepts it, and other things go on
            harbour.put(f"other/2026-11-2{number}/new.txt", f"On day {number} of the week the lamp was not lit at all.")
            record = harbour.ingest(workers=1)
            assert (record.status, record.records["documents"]) == ("held", 1)
    assert built == []
    with watched_index() as built:
        assert harbour.ingest(workers=1, accepted=frozenset({"notes"})).status == "published"
    assert built == []
    end_the_same(harbour, make_house)


def test_a_run_that_holds_all_it_brought_leaves_the_index_as_it_was(harbour) -> None:
    (harbour.raw / BOATS).unlink()
    with watched_index() as built:
        for _ in range(2):
            assert harbour.ingest(workers=1).status == "held"
        add(harbour, "lamps")
        assert harbour.ingest(workers=1).status == "held"
    assert built == []


class FullDisk(DirectRooms):
    """Rooms in which the last one cannot be entered."""

    def publish(self, *_: object) -> Snapshot:
        raise OSError(28, "No space left on device")


def test_a_run_that_could_not_publish_leaves_the_index_as_it_was(harbour, make_house) -> None:
    add(harbour, "lamps")
    before = harbour.snapshot.id
    with pytest.raises(OSError, match="No space left"):
        harbour.ingest(workers=1, rooms=FullDisk)
    assert harbour.snapshot.id == before
    with watched_index() as built:
        assert harbour.ingest(workers=1).status == "published"
    assert built == []
    end_the_same(harbour, make_house)


def test_what_is_published_is_published_though_its_index_cannot_be_written(harbour, make_house, monkeypatch) -> None:
    add(harbour, "lamps")

    def fail(index: Index, _snapshot: str) -> None:
        raise cannot_write(index._path, OSError(28, "No space left on device"))

    with monkeypatch.context() as broken:
        broken.setattr(Index, "commit", fail)
        record = harbour.ingest(workers=1)
    assert (record.status, record.snapshot) == ("published", harbour.snapshot.id)
    assert record.warnings == [
        f"{harbour.curated}/.work/index.duckdb: cannot write the index: No space left: the next run builds it anew"
    ]
    with watched_index() as built:
        assert harbour.run(RunOrder(harbour.settings(workers=1))).status == "nothing_new"
        assert built == []
        add(harbour, "ropes")
        assert harbour.ingest(workers=1).warnings == []
    assert built == [record.snapshot]
    end_the_same(harbour, make_house)


def test_the_first_run_is_published_though_its_index_cannot_be_made(house, make_house, monkeypatch) -> None:
    add(house, "lamps")
    add(house, "ropes")

    def fail(index: Index, *_: object) -> None:
        raise cannot_write(index._path, OSError(28, "No space left on device"))

    with monkeypatch.context() as broken:
        broken.setattr(Index, "update", fail)
        record = house.ingest(workers=1)
    assert (record.status, record.records["read"]) == ("published", 2)
    assert [warning.endswith("No space left: the next run builds it anew") for warning in record.warnings] == [True]
    add(house, "sails")
    with watched_index() as built:
        record = house.ingest(workers=1)
    assert (record.status, record.warnings, len(built)) == ("published", [], 1)
    end_the_same(house, make_house)


@pytest.mark.parametrize(
    "point", [point for point in POINTS if point.name.startswith(("index: ", "publish: ")) and not point.forgets][::2]
)
def test_a_first_run_may_be_killed(house, make_house, point: Point) -> None:
    """It makes its index while it publishes."""
    for name in ("lamps", "ropes", "sails"):
        add(house, name)
    assert killed_at_point(replace(point, number=1), run, "ingest", house.raw, house.curated)
    add(house, "oars")
    assert house.ingest(workers=1).status == "published"
    with watched_index() as built:
        add(house, "nets")
        assert house.ingest(workers=1).warnings == []
    assert built == []
    end_the_same(house, make_house)


def test_a_first_run_that_the_gate_holds_leaves_an_index_to_go_on_with(house, make_house, monkeypatch) -> None:
    for number in range(3):
        add(house, f"lamp{number}")
    house.put("other/2026-11-19/own.txt", "Nobody else writes of the lamp at the end of the pier, lit at dusk.")
    with monkeypatch.context() as strict:
        strict.setattr("flows.judging.held_sources", lambda _: frozenset({"notes"}))
        record = house.ingest(workers=1)
    assert (record.status, record.records["documents"], record.records["held"]) == ("held", 1, 3)
    with watched_index() as built:
        assert house.ingest(workers=1, accepted=frozenset({"notes"})).status == "published"
    assert built == []
    end_the_same(house, make_house)


def test_a_fault_behind_the_publishing_lets_go_of_the_index(harbour, monkeypatch) -> None:
    add(harbour, "lamps")
    with monkeypatch.context() as broken:
        broken.setattr("flows.run.remove_shards", lambda folder: Path(folder / "no").unlink())
        with pytest.raises(FileNotFoundError):
            harbour.ingest(workers=1)
    add(harbour, "ropes")
    with watched_index() as built:
        assert harbour.ingest(workers=1).status == "published"
    assert built == []  # it had been kept
