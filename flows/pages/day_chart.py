"""A chart of days: a bar for each of the last days, its parts on top of one another, and what is usual behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 280.0
HEIGHT = 56.0
DAYS = 28
"""Four whole weeks: the days that the gate compares with."""

_SLOT = WIDTH / DAYS
_BAR = _SLOT - 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of the bar of a day."""

    x: float
    y: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class DayChart:
    """The chart as it is drawn: `days` has for each day its place and its words; `band` the usual, top and height."""

    first: str
    last: str
    most: int
    bars: tuple[Bar, ...]
    days: tuple[tuple[float, str], ...]
    band: tuple[float, float] | None


def draw_days(
    counts: Mapping[str, Sequence[tuple[str, int]]], usual: tuple[float, float] | None = None
) -> DayChart | None:
    """Draw the last days, up to the last one that has something; None where none has.

    `counts` has the parts of each day from the bottom up: the kind, which is the class of its colour, and the number.
    """
    if not counts:
        return None
    last = date.fromisoformat(max(counts))
    span = [(last - timedelta(days=back)).isoformat() for back in range(DAYS - 1, -1, -1)]
    totals = {day: sum(number for _, number in counts.get(day, ())) for day in span}
    most = max(1, *totals.values())
    top = max(float(most), usual[1] if usual else 0.0)
    bars, days = [], []
    for place, day in enumerate(span):
        x, y = round(place * _SLOT + 1, 1), HEIGHT
        parts = [(kind, number) for kind, number in counts.get(day, ()) if number]
        for kind, number in parts:
            height = max(1.0, HEIGHT * number / top)
            y -= height
            bars.append(Bar(x, round(max(0.0, y), 1), round(height, 1), kind))
        words = ", ".join(f"{number:,} {kind}" for kind, number in parts)
        days.append((x, f"{day}: {words or 'none'}"))
    band = None
    if usual is not None:
        upper, lower = HEIGHT - HEIGHT * usual[1] / top, HEIGHT - HEIGHT * usual[0] / top
        band = (round(upper, 1), round(max(1.0, lower - upper), 1))
    return DayChart(span[0], span[-1], most, tuple(bars), tuple(days), band)
