"""One document of a snapshot, found by its id or by where it lies in `raw/`."""

import json
import os
import zipfile

import pytest

from tasks.errors import UsageError
from tasks.publish import reading
from tasks.publish.reading import find_document


def page(number: int) -> str:
    return f"The ferryman of number {number} went to the bridge, and {number * 7} lanterns came back with him."


@pytest.mark.parametrize("name", ["a.txt", "a#b.txt", "#1.txt", "end#.txt"])
def test_a_whole_file_is_named_by_its_path_whatever_is_in_it(house, name) -> None:
    house.put(f"notes/2026-01-02/{name}", page(1))
    house.put("notes/2026-01-02/a", page(2))
    house.ingest()
    for wanted in (f"notes/2026-01-02/{name}", f"raw/notes/2026-01-02/{name}"):
        assert find_document(house.snapshot, wanted).row["raw_path"] == f"notes/2026-01-02/{name}"


@pytest.mark.parametrize("name", ["bang!inside.txt", "new\nline.txt", "back\\slash.txt", os.fsdecode(b"bad\xff.txt")])
def test_a_file_is_named_as_it_is_called_or_as_its_path_is_stored(house, name) -> None:
    house.put(f"notes/2026-01-02/{name}", page(1))
    house.ingest()
    (stored,) = (row["raw_path"] for row in house.rows("documents"))
    assert stored != f"notes/2026-01-02/{name}"
    for wanted in (f"notes/2026-01-02/{name}", f"raw/notes/2026-01-02/{name}", stored):
        assert find_document(house.snapshot, wanted).text == page(1)
    with pytest.raises(UsageError, match="no document matches"):
        find_document(house.snapshot, f"other/{name}")


def test_a_member_of_an_archive_is_named_as_it_is_called(house) -> None:
    path = house.put("notes/2026-01-02/pages.zip", "")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sub/what\\ever.txt", page(1))
    house.ingest()
    assert find_document(house.snapshot, "notes/2026-01-02/pages.zip!sub/what\\ever.txt").text == page(1)


@pytest.mark.parametrize("name", ["feed.jsonl", "feed#2.jsonl"])
def test_a_record_is_named_behind_the_path(house, name) -> None:
    house.put(f"notes/2026-01-02/{name}", "\n".join(json.dumps({"text": page(number)}) for number in (1, 2)))
    house.ingest()
    assert find_document(house.snapshot, f"notes/2026-01-02/{name}#line:2").text == page(2)
    with pytest.raises(UsageError, match=r"2 documents match .*line:1"):
        find_document(house.snapshot, f"notes/2026-01-02/{name}")
    with pytest.raises(UsageError, match="has no record 'line:3'"):
        find_document(house.snapshot, f"notes/2026-01-02/{name}#line:3")


def test_no_text_is_read_where_many_documents_match(house, monkeypatch) -> None:
    house.put("notes/2026-01-02/feed.jsonl", "\n".join(json.dumps({"text": page(number)}) for number in range(9)))
    house.ingest()
    asked = []
    read_part = reading.read_part
    monkeypatch.setattr(reading, "read_part", lambda *given: asked.append(given[2:]) or read_part(*given))
    with pytest.raises(UsageError, match="9 documents match") as caught:
        find_document(house.snapshot, "notes/2026-01-02/feed.jsonl")
    assert caught.value.hint.count("#line:") == 5
    assert caught.value.hint.endswith(" and 4 more")
    assert [columns for (columns,) in asked] == [["document_id", "raw_path", "raw_record"]] * len(asked)
