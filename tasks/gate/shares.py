"""What came of the records of a day: the shares rejected, duplicate and boilerplate.

Each is held against the `[expect]` of its source or, where that says nothing, against the other days of the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from tasks.acquire.source import SourceSettings
from tasks.document import NO_DAY
from tasks.gate.check import Evidence, Finding
from tasks.gate.history import LEAST_DAYS, days_to_compare, describe_days
from tasks.tally import DayTally, sum_days

NAME = "shares"

LEAST_RECORDS = 10
"""Of fewer records a share says nothing: 3 of 9 are a third. Such days are no history, and none holds them."""

DEVIATIONS = 8
"""Median absolute deviations from the median, 5.4 standard deviations of a normal spread. Shares are wilder: of made-up
sources whose odds double or halve from day to day (28 days, t-distributed), 6 held one good day in 45, 8 one in 130."""

LEAST_SLACK = 0.1
"""A source whose days are all alike has no deviation. A day of 24 deliveries of which two went wrong passes."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """One share: of what, and how to say it. `count` is over how many records it is taken."""

    name: str
    words: str
    count: Callable[[DayTally], int]
    parts: Callable[[DayTally], tuple[int, int]]

    def of(self, tally: DayTally) -> float:
        """The share in a tally; 0 where there is nothing to take it of."""
        part, whole = self.parts(tally)
        return part / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class _Limit:
    """The largest share that is let through, why, and of how many records it says something."""

    value: float
    origin: str
    least_records: int = LEAST_RECORDS


_MEASURES = (  # what a person has withdrawn is nobody's failure, so it counts nowhere
    _Measure(
        "rejected",
        "of the records were rejected",
        lambda tally: tally.ended - tally.withdrawn,
        lambda tally: (tally.rejected - tally.withdrawn, tally.ended - tally.withdrawn),
    ),
    _Measure(
        "duplicate",
        "of the records are duplicates",
        lambda tally: tally.ended - tally.withdrawn,
        lambda tally: (tally.duplicates, tally.ended - tally.withdrawn),
    ),
    _Measure(
        "boilerplate",
        "of the characters are boilerplate",
        lambda tally: tally.cleaned if tally.characters else 0,  # else nobody counted them, or there are none
        lambda tally: (tally.boilerplate_characters, tally.characters),
    ),
)


def days_with_shares(days: Mapping[str, DayTally]) -> list[str]:
    """The days of a source that can be history, in their order: those with enough records for a share."""
    return sorted(day for day, tally in days.items() if day != NO_DAY and tally.ended >= LEAST_RECORDS)


def look(evidence: Evidence, settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Hold each day of the run against its limits.

    A run may bring a few records of a day whose others stand already. Its own records are judged by themselves if they
    are 10 or more, else together with what stays of the day: then both must be beyond the limit, so that neither a bad
    record on a good day holds anything, nor a good one on a bad day. A day that is beyond its limit already is judged
    as a whole.
    """
    findings: list[Finding] = []
    known: dict[str, list[str]] = {}
    for source, day, fresh in _units(evidence):
        if source not in known:
            known[source] = days_with_shares(evidence.standing.get(source, {}))
        near = days_to_compare(day, known[source])
        for measure in _MEASURES:
            findings += _judge(_Case(evidence, settings[source], measure, source, day, near), fresh)
    return findings


@dataclass(frozen=True, slots=True)
class _Case:
    """What is to be judged, by which measure, and the days that it is compared with."""

    evidence: Evidence
    settings: SourceSettings
    measure: _Measure
    source: str
    day: str
    near: Sequence[str]

    @property
    def standing(self) -> Mapping[str, DayTally]:
        """What is published of the source, by day."""
        return self.evidence.standing.get(self.source, {})

    @property
    def staying(self) -> DayTally | None:
        """What stays of the day itself."""
        return self.evidence.staying.get((self.source, self.day)) if self.day != NO_DAY else None

    @property
    def own(self) -> DayTally | None:
        """What is published of the day itself."""
        return self.standing.get(self.day) if self.day != NO_DAY else None


def _units(evidence: Evidence) -> Iterator[tuple[str, str, DayTally]]:
    """What is judged: each day, and in the place of records without a day all that the run has of their source.

    A line that cannot be read has no date, while the lines around it have theirs.
    """
    for tally in evidence.days:
        if tally.day != NO_DAY:
            yield tally.source, tally.day, tally
            continue
        (together,) = _together(one for one in evidence.days if one.source == tally.source)
        yield tally.source, NO_DAY, together


def _judge(case: _Case, fresh: DayTally) -> Iterator[Finding]:
    measure, own = case.measure, case.own
    (whole,) = sum_days([fresh, case.staying] if case.staying is not None else [fresh])
    judged = fresh if measure.count(fresh) >= LEAST_RECORDS else whole
    limit = _limit(case, measure.count(judged))
    if limit is None:
        return
    if own is not None and measure.count(own) >= limit.least_records and measure.of(own) > limit.value:
        judged, limit = whole, _limit_of_day(measure, own, measure.count(whole))
    share = measure.of(judged)
    if measure.count(judged) >= limit.least_records and min(share, measure.of(fresh)) > limit.value:
        yield Finding(
            NAME,
            is_breach=True,
            message=f"{_percent(share)} {measure.words}, {limit.origin}",
            source=case.source,
            day=case.day,
            value=round(share, 4),
            limit=round(limit.value, 4),
        )


def _limit(case: _Case, records: int) -> _Limit | None:
    """The limit for a share of so many records; None where nothing says one."""
    expected: float | None = getattr(case.settings.expect, case.measure.name)
    if expected is not None:
        return _Limit(expected, f"where source.toml expects at most {_percent(expected)}", least_records=1)
    days = [tally for day in case.near if case.measure.count(tally := case.standing[day]) >= LEAST_RECORDS]
    if len(days) < LEAST_DAYS:
        return None
    return _limit_of_all(case, days, records) if case.day == NO_DAY else _limit_of_days(case, days, records)


def _limit_of_day(measure: _Measure, own: DayTally, records: int) -> _Limit:
    """For a day that is beyond its limit already: what is published of it, and the slack.

    A person has let it through, or nothing was usual yet. So it is let through again when it is cleaned over, or when
    more of that kind comes, but not when it gets worse.
    """
    share = measure.of(own)
    return _Limit(share + _slack(records), f"where what is published of this day has {_percent(share)}", 1)


def _limit_of_days(case: _Case, days: Sequence[DayTally], records: int) -> _Limit:
    """Beyond the median of the other days by 8 median absolute deviations, and by the slack."""
    shares = [case.measure.of(tally) for tally in days]
    middle = median(shares)
    value = middle + max(DEVIATIONS * median(abs(share - middle) for share in shares), _slack(records))
    return _Limit(
        value,
        f"where {describe_days(case.day, [tally.day for tally in days])} had {_percent(min(shares))} to "
        f"{_percent(max(shares))} and at most {_percent(value)} are let through",
    )


def _limit_of_all(case: _Case, days: Sequence[DayTally], records: int) -> _Limit:
    """Twice the share in all that stands of the source, or that and the slack.

    Of boilerplate in the newest days: in no others the characters are counted.
    """
    (whole,) = _together(days if case.measure.name == "boilerplate" else case.standing.values())
    share = case.measure.of(whole)
    value = share + max(share, _slack(records))
    return _Limit(value, f"where all of the source has {_percent(share)} and at most {_percent(value)} are let through")


def _slack(records: int) -> float:
    """At least ten points, and of few records more: their share is known no better than to about one over the root."""
    return max(LEAST_SLACK, 1 / sqrt(max(records, 1)))


def _together(tallies: Iterable[DayTally]) -> list[DayTally]:
    """The tallies of one source as one, without a day."""
    return sum_days(tally._replace(day=NO_DAY) for tally in tallies)


def _percent(share: float) -> str:
    return f"{share * 100:.3g}%"
