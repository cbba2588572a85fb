"""Word lists rule out parts that cannot match, and never one that can."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.explorer.app import open_explorer
from flows.explorer.pattern import parse_pattern
from flows.explorer.wordlists import WordLists, list_words
from tasks.parts import PlacedPart, write_part
from tasks.schema import COMMENTS

TEXT = st.text(st.sampled_from("abAB1.ßſKkİiäÄ \n\t\x0b\x0c\r\u00a0\u2028\\*()日本"), max_size=12)


def part_of(root: Path, texts: list[str]) -> PlacedPart:
    rows = [dict.fromkeys(("comment_id", "language"), "") | {"text": text} for text in texts]
    for number, row in enumerate(rows):
        row |= {"document_id": f"{number:032x}", "position": 0, "start": 0, "end": 0, "language_confidence": 0.0}
    return PlacedPart(write_part(root, COMMENTS, "s", "2026-01-01", pa.Table.from_pylist(rows, COMMENTS.schema)), root)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=1, max_size=4), wanted=TEXT)
def test_a_list_rules_out_no_part_that_matches(tmp_path, texts: list[str], wanted: str) -> None:
    pattern = parse_pattern(wanted)
    if pattern is None:
        return
    item = part_of(tmp_path, texts)
    lists = WordLists(tmp_path / "lists")
    lists.build([item])
    if pc.any(pc.match_substring_regex(pa.array(texts), pattern.regex)).as_py():
        assert lists.may_match([item.part], pattern) == [True]
    elif len(pattern.words) == 1:
        assert lists.may_match([item.part], pattern) == [False]


def test_a_list_has_each_word_once(tmp_path) -> None:
    item = part_of(tmp_path, ["one two\ntwo", "three one", ""])
    words = bytes(list_words(item)).decode()
    assert words[0] == words[-1] == "\n"
    assert sorted(words.split()) == ["one", "three", "two"]
    assert not bytes(list_words(part_of(tmp_path, [" "]))).strip()


def test_of_several_words_each_must_be_there_in_its_place(tmp_path) -> None:
    item = part_of(tmp_path, ["alpha beta gamma"])
    lists = WordLists(tmp_path / "lists")
    lists.build([item])
    cases = {"pha beta ga": True, "alpha bet gamma": False, "lph": True, "alp gamma": False, "beta alpha": True}
    for text, may in cases.items():
        assert lists.may_match([item.part], parse_pattern(text)) == [may], text


def test_lists_are_made_once_and_go_with_their_parts(tmp_path) -> None:
    old, new = part_of(tmp_path, ["old"]), part_of(tmp_path, ["new"])
    lists = WordLists(tmp_path / "lists")
    assert lists.build([old, new]) == 2
    assert lists.build([old, new]) == 0
    (tmp_path / "lists/.half.part").touch()
    assert lists.clear([new.part]) == 2
    assert (lists.missing([old.part, new.part]), lists.build([old])) == ([old.part], 1)


@pytest.mark.parametrize("content", [None, b""])
def test_a_part_without_a_list_may_match(tmp_path, content) -> None:
    item = part_of(tmp_path, ["x"])
    lists = WordLists(tmp_path / "lists")
    if content is not None:
        lists.folder.mkdir()
        lists.path_of(item.part).write_bytes(content)
    assert lists.may_match([item.part], parse_pattern("y")) == [True]
    assert lists.may_match([], parse_pattern("y")) == []


def test_a_damaged_part_is_told_where_searches_are_made(house) -> None:
    house.put("notes/2026-01-02/a.txt", "A ferryman and a lantern went to the bridge, and one of them came back.")
    house.ingest()
    (item,) = house.snapshot.parts_of("documents")
    (item.root / item.part.path).write_bytes(b"PAR1 and nothing of Parquet, though it has its name. PAR1")
    explorer = open_explorer(house.settings())
    explorer.lister.look(house.snapshot)
    explorer.lister.wait()
    assert "word lists cannot be made" in explorer.lister.problem
    explorer.database.close()
