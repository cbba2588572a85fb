"""Far more or far fewer records of a day than usual: worth a look, and no reason to hold them.

What is usual comes from the `[expect]` of the source or, where that says nothing, from its other days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from tasks.acquire.source import SourceSettings
from tasks.document import NO_DAY
from tasks.gate.check import Evidence, Finding
from tasks.gate.history import LEAST_DAYS, days_to_compare, describe_days, nine_in_ten, one_in_ten

NAME = "volumes"

TIMES = 3
"""A day has far more than three times what nine in ten days do not exceed, or far fewer than a third of what nine in
ten reach. Week ends and a weekly delivery are within the nine: they are more than one day in ten."""

LEAST_DIFFERENCE = 100
"""A source of two notes a day that has twelve is no alarm."""

LEAST_USUAL = 30
"""Below it a third is too near to nothing, which is a matter of silence."""

DAYS_TO_FINISH = 2
"""A day is finished when another one has passed: places whose date is behind UTC end it later, and some files are
late."""


def look(evidence: Evidence, settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Compare the days of the run, and the last day that is finished, with the usual.

    A day that is not finished is never too few. Of one source at most one alarm is given for too many and one for too
    few: that of the worst day.
    """
    last = (evidence.today - timedelta(days=DAYS_TO_FINISH)).isoformat()
    of_run: defaultdict[str, list[str]] = defaultdict(list)
    for tally in evidence.days:
        if tally.day != NO_DAY:
            of_run[tally.source].append(tally.day)
    findings = []
    for source, chosen in settings.items():
        standing = evidence.standing.get(source, {})
        known = sorted(day for day in standing if NO_DAY != day <= last)
        many: list[Finding] = []
        few: list[Finding] = []
        for day in dict.fromkeys([*of_run[source], last]):
            records = evidence.arrived.get(source, {}).get(day, 0)
            usual = {near: standing[near].ended for near in days_to_compare(day, known)}
            if day in of_run[source]:
                many += _too_many(chosen, source, day, records, usual)
            if day <= last:
                few += _too_few(chosen, source, day, records, usual)
        findings += _worst(many, max) + _worst(few, min)
    return findings


def _too_many(
    settings: SourceSettings, source: str, day: str, records: int, usual: Mapping[str, int]
) -> Iterator[Finding]:
    if settings.expect.records_max is not None:
        limit: float = settings.expect.records_max
        origin = f"where source.toml expects at most {limit:,}"
    elif len(usual) >= LEAST_DAYS:
        most = nine_in_ten(usual.values())
        limit = max(TIMES * most, most + LEAST_DIFFERENCE)
        origin = f"far more than {_range(day, usual)}"
    else:
        return
    if records > limit:
        yield _finding(source, day, records, limit, origin)


def _too_few(
    settings: SourceSettings, source: str, day: str, records: int, usual: Mapping[str, int]
) -> Iterator[Finding]:
    if settings.expect.records_min is not None:
        limit: float = settings.expect.records_min
        origin = f"where source.toml expects at least {limit:,}"
    elif len(usual) >= LEAST_DAYS and one_in_ten(usual.values()) >= LEAST_USUAL:
        limit = one_in_ten(usual.values()) / TIMES
        origin = f"far fewer than {_range(day, usual)}"
    else:
        return
    if 0 < records < limit:
        yield _finding(source, day, records, limit, origin)


def _range(day: str, days: Mapping[str, int]) -> str:
    return f"the {min(days.values()):,} to {max(days.values()):,} that {describe_days(day, [*days])} had"


def _finding(source: str, day: str, records: int, limit: float, origin: str) -> Finding:
    return Finding(
        NAME,
        is_breach=False,
        message=f"{records:,} records, {origin}",
        source=source,
        day=day,
        value=records,
        limit=round(limit, 1),
    )


def _worst(findings: Sequence[Finding], choose: Callable[..., Finding]) -> list[Finding]:
    if not findings:
        return []
    worst = choose(findings, key=lambda finding: finding.value)
    if len(findings) > 1:
        worst = replace(worst, message=f"{worst.message}; so had {len(findings) - 1} more of its days")
    return [worst]
