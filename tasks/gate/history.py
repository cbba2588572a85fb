"""History: which days of a source its new days are compared with, and what is usual among them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from tasks.document import NO_DAY

MOST_DAYS = 28
"""Four whole weeks, so that each day of the week is among them as often as the others, and reading them stays cheap."""

LEAST_DAYS = 14
"""With less history nothing is usual yet: a median of 14 days stands though 6 of them were odd."""

Number = TypeVar("Number", int, float)


def days_to_compare(day: str, known: Sequence[str]) -> list[str]:
    """The up to 28 days nearest to a day, in their order; of two as near the earlier. Never the day itself.

    `known` are the days of the source that say something, in their order and without that of records without a day. A
    source changes over the years, so an old day that is cleaned over is compared with those around it. Records without
    a day are compared with the newest days.
    """
    if day == NO_DAY:
        return list(known[-MOST_DAYS:])
    at, here = bisect_left(known, day), date.fromisoformat(day)
    around = [other for other in known[max(0, at - MOST_DAYS) : at + MOST_DAYS + 1] if other != day]
    nearest = sorted(around, key=lambda other: (abs(date.fromisoformat(other) - here), other))
    return sorted(nearest[:MOST_DAYS])


def describe_days(day: str, days: Sequence[str]) -> str:
    """The days of a history in words, as the subject of a clause.

    >>> describe_days("2026-11-20", ["2026-11-18", "2026-11-19"])
    'its last 2 days'
    """
    return f"its last {len(days)} days" if day == NO_DAY or max(days) < day else f"the {len(days)} days around it"


def nine_in_ten(numbers: Iterable[Number]) -> Number:
    """The least of the numbers that at least nine in ten do not exceed.

    >>> nine_in_ten(range(1, 15))
    13
    """
    ordered = sorted(numbers)
    return ordered[-(-len(ordered) * 9 // 10) - 1]


def one_in_ten(numbers: Iterable[Number]) -> Number:
    """The largest of the numbers that at least nine in ten reach.

    >>> one_in_ten(range(1, 15))
    2
    """
    return -nine_in_ten(-number for number in numbers)
