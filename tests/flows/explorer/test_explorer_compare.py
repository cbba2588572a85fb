"""What changed between two snapshots: by partition, by document, by line."""

import pytest

from flows.explorer.compare import COMPARED, compare_partition, compare_snapshots
from flows.explorer.database import Database
from flows.explorer.difference import compare_pieces
from flows.order import RunOrder
from tasks.acquire.scope import Scope
from tasks.publish.reading import Piece

PLACE = ("notes", "2026-01-02")


def tale(number: int) -> str:
    words = ["ferryman", "lantern", "miller", "kettle", "bridge", "orchard", "sexton", "fiddle", "quarry", "saddle"]
    return f"Tale {number}\n\n" + "\n\n".join(
        f"The {words[(number + i) % 10]} of number {number * 7 + i} went to the {words[(number * 3 + i * i) % 10]} and "
        f"{'sang' if i % 2 else 'slept'} there for {number + i * 11} days, which nobody in the village had foreseen."
        for i in range(8)
    )


@pytest.fixture
def database(house):
    database = Database(house.curated)
    yield database
    database.close()


def test_each_kind_of_change_is_counted_and_named(house, database) -> None:
    for number in range(4):
        house.put(f"notes/2026-01-02/{number}.txt", tale(number))
    house.put("notes/2026-01-03/same.txt", tale(7))
    house.ingest()
    before = house.snapshot
    house.put(
        "notes/2026-01-02/0.txt", tale(0) + "\n\nAnd one paragraph more, which was not there when it was first read."
    )
    (house.raw / "notes/2026-01-02/1.txt").unlink()
    house.put("notes/2026-01-02/new.txt", tale(5))
    house.put("notes/2026-01-01/earlier.txt", tale(2))
    house.ingest()
    after = house.snapshot
    changes = {(change.source, change.day): change for change in compare_snapshots(database, before, after)}
    assert list(changes) == [PLACE, ("notes", "2026-01-01")]
    assert changes[PLACE].documents == {"added": 1, "removed": 1, "moved": 1, "changed": 1}
    assert changes["notes", "2026-01-01"].documents == {"added": 1, "removed": 0, "moved": 0, "changed": 0}
    assert (changes[PLACE].before["documents"], changes[PLACE].after["documents"]) == (4, 3)
    assert (changes[PLACE].before["duplicates"], changes[PLACE].after["duplicates"]) == (0, 1)
    assert changes[PLACE].after.keys() == set(COMPARED)
    documents, counts = compare_partition(database, before, after, *PLACE)
    assert counts == changes[PLACE].documents
    rows = {row["document_id"]: row["raw_path"].rpartition("/")[2] for row in house.rows("documents")}
    rows |= {row["document_id"]: row["raw_path"].rpartition("/")[2] for row in house.rows("duplicates")}
    named = {rows.get(one.document_id, "1.txt"): one for one in documents}
    assert {name: one.change for name, one in named.items()} == {
        "0.txt": "changed", "1.txt": "removed", "2.txt": "moved", "new.txt": "added",
    }  # fmt: skip
    assert {"text", "characters", "raw_sha256"} <= set(named["0.txt"].columns)
    assert compare_snapshots(database, after, after) == []
    back, _ = compare_partition(database, after, before, *PLACE)
    assert {one.change for one in back} == {"added", "removed", "moved", "changed"}


def test_a_run_that_gives_the_same_rows_changes_no_document(own_samples) -> None:
    before = own_samples.snapshot
    own_samples.run(RunOrder(own_samples.settings(), Scope(), is_everything=True))
    after = own_samples.snapshot
    assert after.id != before.id
    database = Database(own_samples.curated)
    for change in compare_snapshots(database, before, after):
        assert not any(change.documents.values())
    database.close()


def test_a_segment_with_another_role_is_a_change(house, database) -> None:
    house.put("notes/2026-01-02/a.txt", f"Home | News\n\n{tale(1)}\n\nLetters to us\n\n{tale(2)[8:]}")
    house.ingest()
    before = house.snapshot
    house.put("notes/source.toml", "comments_start = ['^Letters to us$']")
    house.ingest()
    (change,) = compare_snapshots(database, before, house.snapshot)
    assert change.documents["changed"] == 1


def test_where_there_is_too_much_it_is_counted_when_asked_for(house, database, monkeypatch) -> None:
    house.put("notes/2026-01-02/a.txt", tale(1))
    house.ingest()
    before = house.snapshot
    house.put("notes/2026-01-02/b.txt", tale(2))
    house.ingest()
    monkeypatch.setattr("flows.explorer.compare.COUNTED_BYTES", 1)
    (change,) = compare_snapshots(database, before, house.snapshot)
    assert change.documents is None
    assert compare_partition(database, before, house.snapshot, *PLACE)[1]["added"] == 1


def test_the_pages_lead_from_the_day_to_the_line(house, serve) -> None:
    house.put("notes/2026-01-02/a.txt", tale(1))
    house.ingest()
    house.put("notes/2026-01-02/a.txt", tale(1).replace("Tale 1", "Tale <one>"))
    house.ingest()
    client = serve(house)
    (row,) = house.rows("documents")
    pair = "before=" + client.get("/changes").text.split("before=")[1].split('"')[0].replace("&amp;", "&")
    assert "1 day of a source has other rows" in client.get("/changes").text
    assert row["document_id"][:8] in client.get(f"/changes/notes/2026-01-02?{pair}").text
    page = client.get(f"/changes/notes/2026-01-02/{row['document_id']}?{pair}").text
    assert 'data-sign="-"' in page
    assert "Tale &lt;one&gt;" in page
    assert client.get(f"/changes/notes/2026-01-02/{'0' * 32}?{pair}").status_code == 404


def test_lines_are_compared_with_their_roles() -> None:
    def pieces(*lines: tuple[str, str]) -> list[Piece]:
        return [Piece(0, len(text), "main", role, text + "\n") for role, text in lines]

    old = pieces(("title", "a"), *[("body", f"line {n}") for n in range(20)], ("body", "z"))
    new = pieces(("title", "a"), *[("body", f"line {n}") for n in range(20)], ("note", "z"))
    found = compare_pieces(old, new)
    assert [(line.sign, line.role) for line in found] == [(" ", "body"), (" ", "body"), ("-", "body"), ("+", "note")]
    assert compare_pieces(old, old) == []
    assert [line.sign for line in compare_pieces([], old)] == ["+"] * 22


def test_a_line_that_stands_everywhere_holds_no_two_texts_together() -> None:
    def page(who: str, start: str = "") -> list[Piece]:
        text = start + "\n".join(f"{who} says {number}\nReply" for number in range(1_000))
        return [Piece(0, len(text), "main", "body", text)]

    found = compare_pieces(page("Ann"), page("Ben"))
    assert [line.sign for line in found] == [*"-" * 2_000, *"+" * 2_000]
    assert [line.sign for line in compare_pieces(page("Ann"), page("Ann", "More\n"))][:3] == ["+", " ", " "]
