"""What a page says mends a document does mend it, copied as it stands."""

import re
import shlex
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.commands import load_command
from flows.explorer.mending import _LET_IN, mend_document, mend_piece, mend_rejected, pattern_of, read_otherwise
from flows.reference import root_context
from tasks.acquire.profile import Profile, RepeatedLine, dump_profile
from tasks.acquire.source import parse_source
from tasks.publish.contract import REASONS
from tasks.publish.reading import Piece, find_document

BODY = "The ferryman carried the lantern to the mill, and nobody saw him come back that day, or the day after it."


def piece(text: str, label: str = "main", role: str = "body") -> Piece:
    return Piece(0, len(text), label, role, text)


@given(st.text(st.characters(exclude_categories=["Cs", "Zl", "Zp"]), min_size=1, max_size=300))
def test_a_pattern_is_safe_and_finds_its_line(line: str) -> None:
    line = line.replace("\n", " ").strip()
    pattern = pattern_of(line)
    if pattern is None:
        assert not line or len(line) > 100
        return
    quoted = "'" not in pattern and pattern.isprintable()
    assert re.search(pattern, line[:1000])
    assert not quoted or parse_source(f"boilerplate_lines = ['{pattern}']").boilerplate_lines


def test_numbers_in_a_line_stand_for_any() -> None:
    assert re.search(pattern_of("12 comments (all)"), "3 comments (all)")
    assert not re.search(pattern_of("12 comments (all)"), "3 comments")
    assert not re.search(pattern_of("a.b"), "axb")
    assert pattern_of("1 2 3 4 5 6 7") == r"^\d+ \d+ \d+ \d+ 5 6 7$"


@pytest.mark.parametrize("text", ["it's so", "a\tb", "\\ / \" '", "\x7f'", "\u2028'x"])
@pytest.mark.parametrize("known", ["", "boilerplate_lines = ['^Ad\\b', \"o'clock\"]\nreader = 'text'\n"])
def test_the_line_is_toml_and_keeps_the_rules_that_are_there(tmp_path, text: str, known: str) -> None:
    (tmp_path / "notes").mkdir()
    if known:
        (tmp_path / "notes/source.toml").write_text(known)
    (way, *_) = mend_piece(tmp_path, "notes", piece(text))
    patterns = [pattern.pattern for pattern in parse_source(way.text).boilerplate_lines]
    assert patterns[:-1] == (["^Ad\\b", "o'clock"] if known else [])
    assert re.search(patterns[-1], text.strip())
    assert ("in the place of" in way.where) == bool(known)


def applied(house, way) -> None:
    """Do what a page says of `source.toml`."""
    key = way.text.partition(" ")[0]
    path = house.raw / "notes/source.toml"
    lines = [line for line in path.read_text().splitlines() if not line.startswith(key)] if path.exists() else []
    path.write_text("\n".join([way.text, *lines]))
    tomllib.loads(path.read_text())


def test_a_rule_for_boilerplate_makes_the_line_boilerplate(house) -> None:
    text = "\n\n".join(["Tale of the mill", BODY, "Our (5) readers' [tip]: buy $2 lanterns.", BODY[::-1], BODY])
    house.put("notes/2026-01-02/a.txt", text)
    house.ingest()
    whole = find_document(house.snapshot, "notes/2026-01-02/a.txt")
    (line,) = [p for p in whole.pieces if "lanterns." in p.text]
    assert line.label == "main"
    line = piece("Our (5) readers' [tip]: buy $2 lanterns.\n")
    (way,) = [one for one in mend_piece(house.raw, "notes", line) if one.text.startswith("boilerplate_lines")]
    applied(house, way)
    house.ingest()
    pieces = find_document(house.snapshot, "notes/2026-01-02/a.txt").pieces
    assert [p.label for p in pieces if "lanterns." in p.text] == ["boilerplate"]
    removed = replace(line, label="boilerplate")
    (undo,) = [one for one in mend_piece(house.raw, "notes", removed) if "main text" in one.when]
    assert undo.text in way.text


def test_a_rule_for_comments_makes_comments_of_what_comes_behind(house) -> None:
    house.put("notes/2026-01-02/a.txt", "\n\n".join(["Tale of the mill", BODY, BODY[::-1], "Letters to us", BODY]))
    house.ingest()
    (way,) = [
        w for w in mend_piece(house.raw, "notes", piece("Letters to us\n")) if w.text.startswith("comments_start")
    ]
    applied(house, way)
    house.ingest()
    (comment,) = house.rows("comments")
    assert comment["text"].strip() == BODY


def test_a_line_of_the_encoding_makes_the_right_characters(house) -> None:
    content = f"Łódź, żółć i gęśla jaźń; {BODY}".encode("windows-1250")
    readings = read_otherwise(content, "windows-1252")
    (right,) = [each for each in readings if "gęśla jaźń" in each.sample]
    assert right.encoding == "windows-1250"
    assert len({each.sample for each in readings}) == len(readings)
    house.put("notes/2026-01-02/a.txt", content)
    house.put("notes/source.toml", right.line)
    house.ingest()
    assert "gęśla jaźń" in house.rows("documents")[0]["text"]
    assert read_otherwise(b"plain", "utf-8") == []
    assert all(each.encoding != "utf-8" for each in readings)


def test_a_withdrawn_line_takes_the_document_out(house) -> None:
    house.put("notes/2026-01-02/a.txt", BODY * 4)
    house.put("notes/2026-01-02/b.txt", BODY[::-1] * 4)
    house.ingest()
    row = next(row for row in house.rows("documents") if "a.txt" in row["raw_path"])
    ways = mend_document(house.raw, "notes", "2026-01-02", row)
    (way,) = [way for way in ways if "withdrawn.txt" in way.where]
    house.put("withdrawn.txt", way.text)
    house.ingest()
    assert [row["raw_path"] for row in house.rows("documents")] == ["notes/2026-01-02/b.txt"]


@pytest.mark.parametrize(
    ("url", "is_offered"),
    [
        ("https://a.example/1", True),
        ("https://a.example/1\nother-source", False),
        ("https://a.example/1\n" + "0" * 32, False),
        ("other-source", False),
        ("https://a.example/ # all", False),
        (None, False),
    ],
)
def test_an_address_that_would_withdraw_something_else_is_not_offered(tmp_path, url, is_offered: bool) -> None:
    row = {"document_id": "0" * 32, "raw_path": "notes/a.txt", "url": url}
    texts = [way.text for way in mend_document(tmp_path, "notes", "2026-01-02", row)]
    assert (url in texts) == is_offered


def test_commands_name_the_folders_that_are_explored() -> None:
    row = {"document_id": "0" * 32, "raw_path": "notes/a.txt", "url": None}
    usual = [way.text for way in mend_document(Path("raw"), "notes", "2026-01-02", row)]
    assert not any("--raw" in text or "--curated" in text for text in usual)
    others = mend_document(Path("/my raw"), "notes", "2026-01-02", row, Path("/c")) + mend_rejected("empty", Path("/r"))
    texts = [way.text for way in others]
    assert f"winnow show {'0' * 32} --curated /c" in texts
    assert "winnow try '/my raw/notes/a.txt' --raw '/my raw'" in texts
    assert "winnow retry --reason empty --raw /r" in texts


def test_a_learnt_line_is_named_where_it_removes_something(tmp_path) -> None:
    (tmp_path / "notes").mkdir()
    profile = Profile(10, (RepeatedLine("letter readers every friday", 9, "A letter to 3 readers every Friday"),))
    (tmp_path / "notes/profile.json").write_text(dump_profile(profile))
    text = "Letter, readers: every Friday"
    ways = mend_piece(tmp_path, "notes", piece(text, "boilerplate", "navigation"))
    assert any("profile.json" in way.where and "90%" in way.when for way in ways)


def test_what_lets_rejected_records_in_is_what_source_toml_and_the_command_line_take() -> None:
    assert _LET_IN.keys() <= REASONS.keys()
    for reason in REASONS:
        for way in mend_rejected(reason):
            if way.text.startswith("winnow "):
                name, *arguments = shlex.split(way.text)[1:]
                load_command(name).make_context(name, arguments, parent=root_context())
            else:
                table = re.search(r"\[(\w+)\]", way.where)[1]
                assert parse_source(f"[{table}]\n{way.text}") != parse_source("")


def test_broken_settings_are_named_first(tmp_path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/source.toml").write_text("reader = 5")
    (way,) = mend_piece(tmp_path, "notes", piece("A line"))
    assert "source.toml first" in way.where
    assert mend_piece(tmp_path, "notes", piece(" \n")) == []


def test_commands_are_what_the_command_line_takes(house) -> None:
    house.put("notes/2026-01-02/it's a $file.txt", BODY * 4)
    house.ingest()
    (row,) = house.rows("documents")
    for way in mend_document(house.raw, "notes", "2026-01-02", row):
        if way.text.startswith("winnow "):
            name, *arguments = shlex.split(way.text)[1:]
            load_command(name).make_context(name, list(arguments), parent=root_context())
            if name == "try":
                assert arguments[0] == str(house.raw / "notes/2026-01-02/it's a $file.txt")
