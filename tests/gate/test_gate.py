from dataclasses import replace

from tasks.acquire.source import Expectations, SourceSettings
from tasks.gate import Evidence, held_sources, judge
from tasks.gate.accounting import check_totals
from tasks.tally import DayTally, FileTally, sum_days

DAY = DayTally("news", "2026-11-20", cleaned=8, rejected=2, duplicates=4, characters=100, boilerplate_characters=60)
FILE = FileTally("news", "news/a.jsonl", 10, (DAY,))
EVIDENCE = Evidence(files=(FILE,), days=(DAY,), rows={"documents": 8, "signatures": 8, "rejected": 2})


def test_a_run_whose_accounts_add_up_passes() -> None:
    assert judge(EVIDENCE, {"news": SourceSettings()}) == []


def test_a_record_that_vanished_closes_the_gate_for_all() -> None:
    evidence = replace(EVIDENCE, files=(replace(FILE, records=11),))
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
    other = replace(DAY, source="blog")
    twice = DayTally("news", "2026-11-20", 16, 4, 8, 200, 120)
    assert sum_days([DAY, other, DAY]) == [other, twice]


def test_records_that_a_person_withdrew_are_no_failure_of_their_source() -> None:
    expect = Expectations(rejected=0.1)
    day = DayTally("news", "2026-11-20", cleaned=1, rejected=9, withdrawn=9)
    assert judge(Evidence(files=(), days=(day,), rows={}), {"news": SourceSettings(expect=expect)}) == []
    (finding,) = judge(
        Evidence(files=(), days=(replace(day, rejected=10),), rows={}), {"news": SourceSettings(expect=expect)}
    )
    assert finding.value == 0.5
