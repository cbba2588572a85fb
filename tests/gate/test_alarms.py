"""Volumes and silence: cases are data, in alarms.json."""

import json
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest

from tasks.acquire.source import Expectations, SourceSettings
from tasks.gate import Evidence, Finding, held_sources, judge
from tasks.gate.volumes import look as look_at_volumes
from tasks.tally import DayTally

CASES = json.loads(Path(__file__).with_name("alarms.json").read_text())
TODAY = date(2026, 11, 21)


def before(back: int) -> str:
    return (TODAY - timedelta(days=back)).isoformat()


def records_by_day(case: dict) -> dict[str, int]:
    """The days of the source up to the one in question, which is `silent` days ago, or that of `day`."""
    last = case["silent"] if "silent" in case else case["day"][0] + 1
    if "weekly" in case:
        return {before(last + 7 * week): 50 for week in range(case["weekly"])}
    if "weekdays" in case:
        return {before(last + 7 * week + day): 50 for week in range(case["weekdays"]) for day in range(5)}
    count, counts = case.get("records", [0, [0]])
    backs = [last + at + (case.get("pause", 0) if at >= count // 2 else 0) for at in range(count)]
    return {before(back): records for back, records in zip(backs, islice(cycle(counts), count), strict=True)}


def findings_of(case: dict) -> list[Finding]:
    standing = records_by_day(case)
    arrived = dict(standing)
    days: tuple[DayTally, ...] = ()
    if "day" in case:
        back, records = case["day"]
        arrived[before(back)] = records
        days = (DayTally("news", before(back), cleaned=records),) if records else ()
    evidence = Evidence(
        today=TODAY,
        days=days,
        standing={"news": {day: DayTally("news", day, cleaned=count) for day, count in standing.items()}},
        arrived={"news": arrived},
    )
    return judge(evidence, {"news": SourceSettings(expect=Expectations(**case.get("expect", {})))})


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_an_alarm_tells_and_holds_nothing(case: dict) -> None:
    findings = findings_of(case)
    assert held_sources(findings) == set()
    if case["finds"] is None:
        assert findings == []
    else:
        (finding,) = findings
        assert not finding.is_breach
        assert case["finds"] in finding.message
        assert finding.source == "news"


def test_a_finished_day_is_judged_by_a_run_that_finds_nothing_new() -> None:
    """Its last files came while it was not finished."""
    counts = {before(back): 100 for back in range(3, 31)} | {before(2): 5}
    standing = {"news": {day: DayTally("news", day, cleaned=count) for day, count in counts.items()}}
    evidence = Evidence(today=TODAY, standing=standing, arrived={"news": counts | {before(0): 1}})
    (finding,) = judge(evidence, {"news": SourceSettings()})
    assert (finding.check, finding.day, finding.value) == ("volumes", before(2), 5)
    later = Evidence(today=TODAY + timedelta(days=1), standing=standing, arrived={"news": counts | {before(1): 90}})
    assert judge(later, {"news": SourceSettings()}) == []


def test_days_that_are_odd_together_make_one_alarm() -> None:
    standing = {before(back): DayTally("news", before(back), cleaned=100) for back in range(20, 40)}
    days = tuple(DayTally("news", before(back), cleaned=1000 + back) for back in range(3, 9))
    evidence = Evidence(
        today=TODAY,
        days=days,
        standing={"news": standing},
        arrived={"news": {tally.day: tally.ended for tally in (*standing.values(), *days)}},
    )
    (finding,) = look_at_volumes(evidence, {"news": SourceSettings()})
    assert (finding.day, finding.value) == (before(8), 1008)
    assert finding.message.endswith("so had 5 more of its days")


def test_a_day_in_the_future_breaks_no_silence() -> None:
    arrived = {before(back): 50 for back in range(10, 30)} | {"2037-01-01": 1}
    (finding,) = judge(Evidence(today=TODAY, arrived={"news": arrived}), {"news": SourceSettings()})
    assert (finding.check, finding.value) == ("silence", 10)


def test_tomorrow_elsewhere_is_no_silence() -> None:
    arrived = {before(back): 50 for back in (-1, *range(5, 30))}
    assert judge(Evidence(today=TODAY, arrived={"news": arrived}), {"news": SourceSettings()}) == []


def test_records_without_a_day_are_of_no_day() -> None:
    arrived = {"1970-01-01": 10_000}
    standing = {"news": {"1970-01-01": DayTally("news", "1970-01-01", cleaned=5_000)}}
    days = (DayTally("news", "1970-01-01", cleaned=5_000),)
    evidence = Evidence(today=TODAY, days=days, standing=standing, arrived={"news": arrived})
    settings = {"news": SourceSettings(expect=Expectations(records_max=10, silence_days=1))}
    assert look_at_volumes(evidence, settings) == []
    assert judge(Evidence(today=TODAY, standing=standing, arrived={"news": arrived}), settings) == []


def test_records_without_a_day_are_no_history() -> None:
    counts = {before(back): 100 for back in range(9, 22)} | {"1970-01-01": 100}  # thirteen days, and that is too few
    standing = {"news": {day: DayTally("news", day, cleaned=count) for day, count in counts.items()}}
    days = (DayTally("news", before(5), cleaned=9_000),)
    evidence = Evidence(today=TODAY, days=days, standing=standing, arrived={"news": counts | {before(5): 9_000}})
    assert look_at_volumes(evidence, {"news": SourceSettings()}) == []
    assert judge(Evidence(today=TODAY, standing=standing, arrived={"news": counts}), {"news": SourceSettings()}) == []


def test_the_largest_cluster_is_named_first() -> None:
    findings = judge(Evidence(today=TODAY, clusters={"aa": 20_000, "bb": 30_000}), {})
    assert [(finding.check, finding.value, finding.is_breach) for finding in findings] == [
        ("clusters", 30_000, False),
        ("clusters", 20_000, False),
    ]
    assert "the cluster of bb has 30,000 documents" in findings[0].message
