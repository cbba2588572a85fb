"""The stage `segments`: text becomes main text, boilerplate and comments, with what the page says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.segments.reading import Options, Reading, read_pages, read_texts
from tasks.document import Rejected

NAME = "segments"


def apply(drafts: Sequence[Draft], settings: SourceSettings) -> list[Draft | Rejected]:
    """Split each draft into segments. What the record's own fields say goes before what its text shows."""
    options = Options(
        boilerplate_lines=tuple(pattern.pattern for pattern in settings.boilerplate_lines),
        comments_start=tuple(pattern.pattern for pattern in settings.comments_start),
    )
    readings: dict[int, Reading] = {}
    for kind, read in (("text", read_texts), ("html", read_pages)):
        chosen = [index for index, draft in enumerate(drafts) if draft.record.kind == kind]
        texts = [drafts[index].text for index in chosen]
        titles = [drafts[index].title for index in chosen]
        readings |= zip(chosen, read(texts, options, titles=titles), strict=True)
    return [_apply(draft, readings[index]) for index, draft in enumerate(drafts)]


def _apply(draft: Draft, reading: Reading) -> Draft:
    return replace(
        draft,
        text=reading.text,
        segments=reading.segments,
        main="".join(reading.text[s.start : s.end] for s in reading.segments if s.label == "main"),
        url=draft.url or reading.url,
        title=draft.title or reading.title,
        author=draft.author or reading.author,
        published_at=draft.record.published_at or reading.published_at,
        comments=reading.comments,
    )
