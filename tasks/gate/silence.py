"""A source that used to come and has stopped: an alarm, since nothing that it brings can be held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise

from tasks.acquire.source import SourceSettings
from tasks.document import NO_DAY
from tasks.gate.check import Evidence, Finding
from tasks.gate.history import LEAST_DAYS, MOST_DAYS, nine_in_ten

NAME = "silence"

TIMES = 2
"""Twice the pause that nine in ten of a source's pauses keep within. A daily source may miss two days, one that rests
at week ends a week; of a source that comes by chance one pause in a hundred is longer."""

DAYS_TOLD = 30
"""So long is an alarm repeated. Who has not done anything about it in a month knows that the source has ended."""


def look(evidence: Evidence, settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Name the sources whose last day is longer ago than `[expect]` or their own habit allows.

    Days in the future are a scraper's wrong clock and break no silence.
    """
    findings = []
    for source, chosen in settings.items():
        days = _days(evidence.arrived.get(source, ()), evidence.today)
        limit = chosen.expect.silence_days
        origin = f"where source.toml expects at most {_days_words(limit)}" if limit is not None else ""
        if limit is None and len(days) >= LEAST_DAYS:
            usual = nine_in_ten((later - earlier).days for earlier, later in pairwise(days[-MOST_DAYS:]))
            limit = TIMES * usual
            origin = f"where nine in ten of its pauses were of at most {_days_words(usual)}"
        if limit is None or not days:
            continue
        silent = (evidence.today - days[-1]).days
        if limit < silent <= limit + DAYS_TOLD:
            findings.append(
                Finding(
                    NAME,
                    is_breach=False,
                    message=f"no records since {days[-1]}, {_days_words(silent)} ago, {origin}",
                    source=source,
                    day=days[-1].isoformat(),
                    value=silent,
                    limit=limit,
                )
            )
    return findings


def _days(days: Iterable[str], today: date) -> list[date]:
    """The days in their order; places whose date is ahead of UTC have tomorrow's already."""
    known = (date.fromisoformat(day) for day in days if day != NO_DAY)
    return sorted(day for day in known if day <= today + timedelta(days=1))


def _days_words(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"
