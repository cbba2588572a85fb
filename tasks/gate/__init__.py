"""The gate: is this run fit to publish?

Each check looks at what came of the records by source and day. A breach of one source holds that source's new records
and lets the others through; a breach without a source closes the gate for all. An alarm holds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.acquire.source import SourceSettings
from tasks.errors import GateClosed
from tasks.gate import accounting, clusters, damage, returned, schemas, shares, silence, volumes, withdrawal
from tasks.gate.check import Check, Evidence, Finding

CHECKS: tuple[Check, ...] = (accounting, schemas, shares, withdrawal, returned, volumes, silence, clusters, damage)

__all__ = ["CHECKS", "Evidence", "Finding", "held_sources", "judge", "refuse_faults"]


def judge(evidence: Evidence, settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """What the checks have to say, in their order."""
    return [finding for check in CHECKS for finding in check.look(evidence, settings)]


def held_sources(findings: Sequence[Finding]) -> frozenset[str]:
    """The sources whose new records are held."""
    return frozenset(finding.source for finding in findings if finding.is_breach and finding.source is not None)


def refuse_faults(findings: Sequence[Finding]) -> None:
    """`GateClosed` where a breach is of no one source: records got lost, or what was made is not what was meant."""
    for finding in findings:
        if finding.is_breach and finding.source is None:
            raise GateClosed(
                problem=f"the gate is closed: {finding.message}",
                hint="this is a fault of Winnow: please report it. The snapshot before is untouched",
            )
