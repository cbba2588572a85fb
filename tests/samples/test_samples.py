"""What a run publishes of the samples against what a careful person says of them, record by record."""

import codecs
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
TABLE_ROW = re.compile(r"^\| `([^`]+)` \| (?:`([^`]+)`)? ?\| (.*) \| (.*) \|$", re.MULTILINE)
REPEATS = re.compile(r"duplicate of `([^`]+)`(?: `([^`]+)`)? \((\w+)\)")
FACTS = (
    "language",
    "title",
    "author",
    "published_at",
    "encoding",
    "comments",
    "fixes",
    "empty",
    "canonical",
    "relation",
)


def place(record) -> str:
    return f"{record['raw_path']}#{record['raw_record']}".rstrip("#")


def table_rows() -> dict[tuple[str, str], str]:
    """The table of `raw/README.md`: the outcome of each record."""
    page = (FOLDER.parents[1] / "raw/README.md").read_text()
    return {(path, record): outcome for path, record, _, outcome in TABLE_ROW.findall(page)}


@pytest.fixture(scope="session")
def ends(samples):
    """Every record of the samples with its outcome and its row."""
    return {
        (row["raw_path"], row["raw_record"]): (dataset.removesuffix("s"), row)
        for dataset in ("documents", "duplicates", "rejected")
        for row in samples.rows(dataset)
    }


@pytest.fixture(scope="session")
def ids(ends):
    return {row["document_id"]: [*key] for key, (outcome, row) in ends.items() if outcome != "rejected"}


def test_the_samples_are_exactly_the_records_of_the_list(ends) -> None:
    assert sorted(ends) == sorted((record["raw_path"], record["raw_record"]) for record in EXPECTED)


@pytest.mark.parametrize("record", EXPECTED, ids=place)
def test_a_record_ends_where_it_should(ends, record) -> None:
    outcome, row = ends[record["raw_path"], record["raw_record"]]
    assert outcome == record["outcome"], row.get("detail")


@pytest.mark.parametrize(
    ("record", "fact"),
    [
        pytest.param(record, fact, id=f"{place(record)} {fact}")
        for record in EXPECTED
        for fact in FACTS
        if fact in record
    ],
)
def test_a_record_is_told_rightly(ends, ids, record, fact: str) -> None:
    _, row = ends[record["raw_path"], record["raw_record"]]
    wanted = record[fact]
    if fact == "published_at":
        assert row[fact] == datetime.fromisoformat(wanted).astimezone(UTC)
    elif fact == "encoding":
        assert codecs.lookup(row[fact]).name == codecs.lookup(wanted).name
    elif fact == "comments":
        assert row["comment_count"] == wanted
    elif fact == "fixes":
        assert bool(row[fact]) == wanted, row[fact]
    elif fact == "empty":
        assert (row["text"] == "") == wanted
    elif fact == "canonical":
        assert ids[row["canonical_id"]] == wanted
    else:
        assert row[fact] == wanted


def test_the_table_of_the_samples_lists_the_same_records() -> None:
    listed = {key for key, outcome in table_rows().items() if outcome != "ignored"}
    assert listed == {(record["raw_path"], record["raw_record"]) for record in EXPECTED}


@pytest.mark.parametrize("record", EXPECTED, ids=place)
def test_the_table_says_the_same_outcome(record) -> None:
    outcome = table_rows()[record["raw_path"], record["raw_record"]]
    assert outcome.startswith(record["outcome"])
    repeats = REPEATS.fullmatch(outcome)
    assert (repeats is None) == (record["outcome"] != "duplicate")
    if repeats is not None:
        assert [repeats[1], repeats[2] or ""] == record["canonical"]
        assert repeats[3] == record["relation"]


def test_what_the_table_calls_ignored_is_not_read(samples) -> None:
    ignored = {path for (path, _), outcome in table_rows().items() if outcome == "ignored"}
    assert ignored
    assert not ignored & {row["raw_path"] for row in samples.rows("inputs")}
    read = {row["raw_path"] for row in samples.rows("inputs")}
    lying = {p.relative_to(samples.raw).as_posix() for p in samples.raw.glob("*/**/*") if p.is_file()}
    assert lying - read == ignored | {path for path in lying if path.endswith("source.toml")}
