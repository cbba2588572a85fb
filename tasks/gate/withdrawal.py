"""A source that would lose much of what is published: rather a fault of the disk or the scraper than meant."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.acquire.source import SourceSettings
from tasks.gate.check import Evidence, Finding

NAME = "withdrawal"

MOST_DOCUMENTS = 100
MOST_SHARE = 0.05
"""Both must be passed: a small source may lose what it likes, a large one a day's worth of corrections."""


def look(evidence: Evidence, _settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Hold a source from which more than 100 documents and 5 % of all it has would be withdrawn."""
    return [
        Finding(
            NAME,
            is_breach=True,
            message=f"{leaving} of {standing} documents would be withdrawn: their raw files are gone or shrank",
            source=source,
            value=round(leaving / standing, 4),
            limit=MOST_SHARE,
        )
        for source, (leaving, standing) in evidence.withdrawals.items()
        if leaving > MOST_DOCUMENTS and leaving > MOST_SHARE * standing
    ]
