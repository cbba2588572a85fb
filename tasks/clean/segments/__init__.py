"""Split documents into main text, boilerplate and comments, from plain text and from HTML.

Text becomes lines (`lines`, `markup.render`), lines are measured (`looks`, `features`), the shape of the document is
read (`layout`: main run, title, hints, `threads`), a classifier (`classify`, `learned`) and what is known of a line's
place (`weighing`) give each its label, and a role follows (`roles`). Segments tile the text: white space belongs to the
segment before it, leading white space to the first. Adjacent lines of one role form one segment, in a thread never
across posts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.clean.segments.reading import (
        Options,
        Page,
        Reading,
        read_pages,
        read_texts,
        segment_pages,
        segment_texts,
    )

__all__ = ["Options", "Page", "Reading", "read_pages", "read_texts", "segment_pages", "segment_texts"]


def __getattr__(name: str) -> Any:
    """Load the segmenter when it is first asked for: the process that leads a run asks for keys of lines alone."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.reading"), name)
