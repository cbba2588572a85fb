"""The stages that every record goes through, in their order."""

from __future__ import annotations

from tasks.clean.draft import Stage
from tasks.clean.encoding import stage as encoding
from tasks.clean.language import stage as language
from tasks.clean.mojibake import stage as mojibake
from tasks.clean.quality import stage as quality
from tasks.clean.segments import stage as segments

STAGES: tuple[Stage, ...] = (encoding, mojibake, segments, language, quality)
"""The way of a record to a document."""
