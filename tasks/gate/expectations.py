"""What `source.toml` expects of a day: the shares of rejected, duplicate and boilerplate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tasks.acquire.source import SourceSettings
from tasks.gate.check import Evidence, Finding
from tasks.tally import DayTally

NAME = "expectations"


def look(evidence: Evidence, settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Hold each day's shares against the `[expect]` of its source, where it has any."""
    return [
        Finding(
            NAME,
            is_breach=True,
            message=f"{share:.0%} {what}, where source.toml expects at most {limit:.0%}",
            source=day.source,
            day=day.day,
            value=round(share, 4),
            limit=limit,
        )
        for day in evidence.days
        for what, share, limit in _shares(day, settings[day.source])
        if limit is not None and share > limit
    ]


def _shares(day: DayTally, settings: SourceSettings) -> Iterator[tuple[str, float, float | None]]:
    expect = settings.expect
    records = max(day.ended - day.withdrawn, 1)  # a person withdrew the others: nothing is wrong with the source
    yield "of the records were rejected", (day.rejected - day.withdrawn) / records, expect.rejected
    yield "of the records are duplicates", day.duplicates / records, expect.duplicate
    share = day.boilerplate_characters / max(day.characters, 1)
    yield "of the characters are boilerplate", share, expect.boilerplate
