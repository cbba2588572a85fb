"""What `withdrawn.txt` took out and comes again under another id: nobody would see it in time."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.acquire.source import SourceSettings
from tasks.gate.check import Evidence, Finding

NAME = "returned"

NAMED = 5
"""Documents that a finding names."""

_PROBLEM = "what withdrawn.txt took out comes again under another id, which it should name as well before you accept it"


def look(evidence: Evidence, _settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Hold a source of which new documents have a text that was withdrawn by its `document_id`."""
    return [
        Finding(NAME, is_breach=True, message=f"{_PROBLEM}: {_name(ids)}", source=source, value=len(ids), limit=0)
        for source, ids in evidence.returned.items()
    ]


def _name(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more
