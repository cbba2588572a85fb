"""Parts of the snapshot before that cannot be read: an alarm, since nothing of this run is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.acquire.source import SourceSettings
from tasks.gate.check import Evidence, Finding

NAME = "damage"


def look(evidence: Evidence, _settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Name the days that should have been history and cannot be read in full."""
    return [
        Finding(NAME, is_breach=False, message=f"published, and cannot be read: {problem}", source=source, day=day)
        for (source, day), problem in sorted(evidence.damaged.items())
    ]
