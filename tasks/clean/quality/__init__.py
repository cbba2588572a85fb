"""Quality measures of a text: columns, never silent filters."""

from __future__ import annotations

from tasks.clean.quality.measure import MEASURES, Quality, measure

__all__ = ["MEASURES", "Quality", "measure"]
