"""Clusters of duplicates grown past all sense: something that is no content joins them."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.acquire.source import SourceSettings
from tasks.gate.check import Evidence, Finding

NAME = "clusters"


def look(evidence: Evidence, _settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Name the canonical of each, largest first, so that `winnow show` can say what joins its documents."""
    return [
        Finding(
            NAME,
            is_breach=False,
            message=f"the cluster of {document_id} has {size:,} documents: something that is no content may join them",
            value=size,
        )
        for document_id, size in sorted(evidence.clusters.items(), key=lambda item: (-item[1], item[0]))
    ]
