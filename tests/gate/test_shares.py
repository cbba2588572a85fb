"""What came of a day against what is usual: cases are data, in shares.json."""

import json
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.acquire.source import Expectations, SourceSettings
from tasks.gate import Evidence, held_sources
from tasks.gate.history import days_to_compare
from tasks.gate.shares import days_with_shares, look
from tasks.tally import DayTally

CASES = json.loads(Path(__file__).with_name("shares.json").read_text())
TODAY = date(2026, 11, 21)


def tally(measure: str, day: str, bad: int, records: int) -> DayTally:
    match measure:
        case "rejected":
            return DayTally("news", day, cleaned=records - bad, rejected=bad)
        case "duplicate":
            return DayTally("news", day, cleaned=records, duplicates=bad)
        case _:
            return DayTally("news", day, records, characters=records * 100, boilerplate_characters=bad * 100)


def days_before(last: date, count: int) -> list[str]:
    return [(last - timedelta(days=back)).isoformat() for back in range(count, 0, -1)]


def evidence_of(case: dict) -> Evidence:
    measure, day = case.get("measure", "rejected"), case.get("day", "2026-11-20")
    count, records, shares = case.get("history", [0, 0, [0]])
    dates = [known for known in days_before(date(2026, 11, 20), count) if known != day]
    standing = {
        known: tally(measure, known, bad, records)
        for known, bad in zip(dates, islice(cycle(shares), len(dates)), strict=True)
    }
    staying = {}
    if "own" in case:
        standing[day] = tally(measure, day, *case["own"])
        if "staying" not in case:
            staying = {("news", day): standing[day]}
    fresh = tally(measure, day, *case["fresh"])
    return Evidence(today=TODAY, days=(fresh,), standing={"news": standing}, staying=staying)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_share_is_held_against_its_limit(case: dict) -> None:
    expect = Expectations(**{case.get("measure", "rejected"): case["expect"]} if "expect" in case else {})
    findings = look(evidence_of(case), {"news": SourceSettings(expect=expect)})
    assert [finding.message for finding in findings if case["finds"] is None] == []
    if case["finds"] is not None:
        (finding,) = findings
        assert case["finds"] in finding.message
        assert finding.value is not None
        assert finding.limit is not None
        assert finding.value > finding.limit
        assert held_sources(findings) == {"news"}


def test_records_without_a_day_are_compared_with_the_newest_days_and_are_no_history() -> None:
    tallies = {day: DayTally("news", day, 10) for day in days_before(TODAY, 40)}
    known = days_with_shares(tallies | {"1970-01-01": DayTally("news", "1970-01-01", 99)})
    assert known == days_before(TODAY, 40)
    assert days_to_compare("1970-01-01", known) == days_before(TODAY, 28)


def test_a_day_before_all_others_is_compared_with_the_first_of_them() -> None:
    first, *others = days_before(TODAY, 40)
    assert days_to_compare(first, [first, *others]) == others[:28]


def standing_days(count: int, bad: int, records: int) -> dict[str, DayTally]:
    return {day: tally("rejected", day, bad, records) for day in days_before(TODAY, count)}


def test_records_that_a_person_withdrew_count_neither_for_nor_against_a_source() -> None:
    fresh = DayTally("news", "2026-11-21", cleaned=1, rejected=50, duplicates=1, withdrawn=50)
    standing = {day: DayTally("news", day, 10, 90, withdrawn=90) for day in days_before(TODAY, 28)}
    settings = {"news": SourceSettings()}
    assert look(Evidence(today=TODAY, days=(fresh,), standing={"news": standing}), settings) == []
    failed = DayTally("news", "2026-11-21", cleaned=10, rejected=90)
    (finding,) = look(Evidence(today=TODAY, days=(failed,), standing={"news": standing}), settings)
    assert "had 0% to 0%" in finding.message


def test_records_without_a_day_are_judged_with_all_that_the_run_has() -> None:
    """A line that cannot be read has no date: it must count against those around it that have one."""
    standing = standing_days(28, 0, 100) | {"1970-01-01": DayTally("news", "1970-01-01", rejected=140)}
    run = (DayTally("news", "1970-01-01", rejected=980), DayTally("news", "2026-11-21", cleaned=20))
    (finding,) = look(Evidence(today=TODAY, days=run, standing={"news": standing}), {"news": SourceSettings()})
    assert finding.day == "1970-01-01"
    assert "98% of the records were rejected, where all of the source has 4.76%" in finding.message


@pytest.mark.parametrize(("broken", "is_held"), [(50, False), (63, True)])
def test_a_source_with_many_records_without_a_day_may_have_twice_as_many(broken: int, is_held: bool) -> None:
    standing = standing_days(28, 0, 100) | {"1970-01-01": DayTally("news", "1970-01-01", rejected=1200)}  # 30 % of all
    run = (DayTally("news", "1970-01-01", rejected=broken), DayTally("news", "2026-11-21", cleaned=100 - broken))
    findings = look(Evidence(today=TODAY, days=run, standing={"news": standing}), {"news": SourceSettings()})
    assert len(findings) == is_held


@pytest.mark.parametrize(("cleaned", "rejected"), [(100, 5), (100, 15), (0, 9)])
def test_a_few_records_without_a_day_hold_nothing(cleaned: int, rejected: int) -> None:
    standing = standing_days(28, 0, 100) | {"1970-01-01": DayTally("news", "1970-01-01", rejected=140)}
    run = (DayTally("news", "1970-01-01", rejected=rejected), DayTally("news", "2026-11-21", cleaned=cleaned))
    assert look(Evidence(today=TODAY, days=run, standing={"news": standing}), {"news": SourceSettings()}) == []
    expect = Expectations(rejected=0.15) if cleaned else Expectations(rejected=1.0)
    assert look(Evidence(today=TODAY, days=run), {"news": SourceSettings(expect=expect)}) == []


@given(
    days=st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(date.isoformat), max_size=80),
    day=st.dates(date(2025, 12, 1), date(2027, 1, 31)).map(date.isoformat),
)
def test_the_days_compared_are_the_nearest_in_order_and_never_the_day_itself(days: set[str], day: str) -> None:
    chosen = days_to_compare(day, sorted(days))
    assert chosen == sorted(chosen)
    assert len(chosen) == min(28, len(days - {day}))
    assert set(chosen) <= days - {day}

    def distance(other: str) -> int:
        return abs((date.fromisoformat(other) - date.fromisoformat(day)).days)

    left = days - {day} - set(chosen)
    assert max(map(distance, chosen), default=0) <= min(map(distance, left), default=10**6)


@given(bad=st.integers(0, 100), history=st.lists(st.integers(0, 100), min_size=14, max_size=40))
def test_a_day_that_was_accepted_is_not_held_when_it_is_cleaned_over(bad: int, history: list[int]) -> None:
    standing = dict(zip(days_before(TODAY, len(history)), history, strict=True))
    tallies = {day: tally("rejected", day, share, 100) for day, share in standing.items()}
    fresh = tally("rejected", "2026-11-21", bad, 100)
    settings = {"news": SourceSettings()}
    look(Evidence(today=TODAY, days=(fresh,), standing={"news": tallies}), settings)  # whatever it says, it is accepted
    again = Evidence(today=TODAY, days=(fresh,), standing={"news": {**tallies, fresh.day: fresh}})
    assert look(again, settings) == []
