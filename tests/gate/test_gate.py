from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from tasks.acquire.source import Expectations, SourceSettings
from tasks.gate import Evidence, held_sources, judge
from tasks.gate.accounting import check_totals
from tasks.schema import DATASETS, DOCUMENTS, REJECTED
from tasks.tally import DayTally, FileTally, sum_days

TODAY = date(2026, 11, 21)
DAY = DayTally("news", "2026-11-20", cleaned=8, rejected=2, duplicates=4, characters=100, boilerplate_characters=60)
FILE = FileTally("news", "news/a.jsonl", 10, (DAY,))
EVIDENCE = Evidence(today=TODAY, files=(FILE,), days=(DAY,), rows={"documents": 8, "signatures": 8, "rejected": 2})


def test_a_run_whose_accounts_add_up_passes() -> None:
    assert judge(EVIDENCE, {"news": SourceSettings()}) == []


def test_a_record_that_vanished_closes_the_gate_for_all() -> None:
    evidence = replace(EVIDENCE, files=(FILE._replace(records=11),))
    (finding,) = judge(evidence, {"news": SourceSettings()})
    assert finding.is_breach
    assert finding.source is None
    assert "11 records were read, but 10 came out" in finding.message


def test_a_row_that_was_not_written_closes_the_gate_for_all() -> None:
    (finding,) = judge(replace(EVIDENCE, rows={**EVIDENCE.rows, "signatures": 7}), {"news": SourceSettings()})
    assert finding.source is None
    assert "signatures" in finding.message


def test_each_expectation_that_is_missed_holds_its_source() -> None:
    expect = Expectations(rejected=0.1, duplicate=0.3, boilerplate=0.5)
    findings = judge(EVIDENCE, {"news": SourceSettings(expect=expect)})
    assert [(f.value, f.limit) for f in findings] == [(0.2, 0.1), (0.4, 0.3), (0.6, 0.5)]
    assert held_sources(findings) == {"news"}


def test_an_expectation_that_is_just_met_holds_nothing() -> None:
    expect = Expectations(rejected=0.2, duplicate=0.4, boilerplate=0.6)
    assert judge(EVIDENCE, {"news": SourceSettings(expect=expect)}) == []


def test_the_identity_over_all_counts_what_is_held() -> None:
    totals = {"read": 10, "documents": 4, "duplicates": 2, "rejected": 1, "held": 3}
    assert check_totals(totals) == []
    assert "of 11 records" in check_totals({**totals, "read": 11})[0].message


def test_days_are_summed_by_source_and_day() -> None:
    other = DAY._replace(source="blog")
    twice = DayTally("news", "2026-11-20", 16, 4, 8, 200, 120)
    assert sum_days([DAY, other, DAY]) == [other, twice]


def test_parts_with_the_promised_columns_pass() -> None:
    schemas = tuple((dataset.name, dataset.schema, "part") for dataset in DATASETS)
    assert judge(Evidence(today=TODAY, schemas=schemas), {}) == []


def other(dataset, **changes):
    """The schema of a dataset with other columns; None takes one away."""
    fields = {field.name: field for field in dataset.schema} | changes
    return pa.schema([field for field in fields.values() if field is not None])


@pytest.mark.parametrize(
    ("dataset", "schema", "says"),
    [
        (DOCUMENTS, other(DOCUMENTS, title=None), "it has no column title"),
        (DOCUMENTS, other(DOCUMENTS, mood=pa.field("mood", pa.string())), "it has a column mood"),
        (
            DOCUMENTS,
            other(DOCUMENTS, comment_count=pa.field("comment_count", pa.int64(), nullable=False)),
            "its column comment_count is int64 not null and was to be int32 not null",
        ),
        (REJECTED, other(REJECTED, reason=pa.field("reason", pa.string())), "is string and was to be string not null"),
        (REJECTED, pa.schema(list(reversed(REJECTED.schema))), "its columns have another order"),
    ],
)
def test_a_part_with_other_columns_closes_the_gate_for_all(dataset, schema, says: str) -> None:
    (finding,) = judge(Evidence(today=TODAY, schemas=((dataset.name, schema, "a/part"),)), {})
    assert finding.is_breach
    assert finding.source is None
    assert finding.message.startswith("a/part: ")
    assert says in finding.message
