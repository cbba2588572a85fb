"""The stage `quality`: the main text is measured."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.quality.measure import measure
from tasks.document import Rejected

NAME = "quality"


def apply(drafts: Sequence[Draft], settings: SourceSettings) -> list[Draft | Rejected]:  # noqa: ARG001 - every stage takes the settings; what a text measures depends on no source
    """Measure each main text. Rejects nothing: the figures are for readers to filter by."""
    figures = measure([draft.main for draft in drafts], [draft.language for draft in drafts])
    return [draft._replace(quality=quality) for draft, quality in zip(drafts, figures, strict=True)]
