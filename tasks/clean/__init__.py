"""Records -> documents: encoding, mojibake, segments, language, quality.

Each stage is a package with its public functions, and a module `stage` that applies them to a batch of drafts.
"""

from __future__ import annotations

from tasks.clean.draft import Stage
from tasks.clean.encoding import stage as encoding
from tasks.clean.language import stage as language
from tasks.clean.mojibake import stage as mojibake
from tasks.clean.segments import stage as segments

STAGES: tuple[Stage, ...] = (encoding, mojibake, segments, language)
"""The way of a record to a document."""
