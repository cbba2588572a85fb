"""How much a report shows: less, where the page would else be too large."""

from __future__ import annotations

from dataclasses import dataclass

MOST_BYTES = 1_000_000
"""A page that a mail takes, and a phone."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of each thing a report shows."""

    sources: int = 24
    findings: int = 40
    warnings: int = 20
    rows: int = 10
    samples: int = 3
    documents: int = 5
    characters: int = 4_000


LIMITS = (
    Limits(),
    Limits(documents=3, characters=1_500),
    Limits(sources=12, findings=20, warnings=10, rows=6, samples=1, documents=1, characters=500),
    Limits(sources=6, findings=10, warnings=5, rows=5, samples=0, documents=0, characters=0),
)
"""From much to little. The last ones are for data in which each character takes a hundred bytes of markup."""
