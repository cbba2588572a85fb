"""The stage `segments`: text becomes main text, boilerplate and comments, with what the page says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.segments.reading import Options, Reading, read_pages, read_texts
from tasks.document import Comment, Rejected, Segment

NAME = "segments"


def apply(drafts: Sequence[Draft], settings: SourceSettings) -> list[Draft | Rejected]:
    """Split each draft into segments. What the record's own fields say goes before what its text shows."""
    options = Options(
        boilerplate_lines=tuple(pattern.pattern for pattern in settings.boilerplate_lines),
        comments_start=tuple(pattern.pattern for pattern in settings.comments_start),
        profile=settings.profile,
    )
    readings: dict[int, Reading] = {}
    for kind, read in (("text", read_texts), ("html", read_pages)):
        chosen = [index for index, draft in enumerate(drafts) if draft.record.kind == kind]
        texts = [drafts[index].text for index in chosen]
        titles = [drafts[index].title for index in chosen]
        readings |= zip(chosen, read(texts, options, titles=titles), strict=True)
    return [_apply(draft, readings[index]) for index, draft in enumerate(drafts)]


def _apply(draft: Draft, reading: Reading) -> Draft:
    return draft._replace(
        text=reading.text,
        segments=reading.segments,
        main="".join([reading.text[s.start : s.end] for s in reading.segments if s.label == "main"]),
        url=draft.url or reading.url,
        title=draft.title or reading.title,
        author=draft.author or reading.author,
        published_at=draft.record.published_at or reading.published_at,
        comments=cover_comments(reading.segments, reading.comments),
    )


def cover_comments(segments: Sequence[Segment], comments: Sequence[Comment]) -> tuple[Comment, ...]:
    """Stretch the comments over the comment segments, so that the published pieces leave out no character.

    A comment begins where its segment does and takes the white space after it; where two share a segment the second
    begins where it says. A comment segment in which no comment was made out becomes one without author and time.
    """
    covered: list[Comment] = []
    places: dict[int, int] = {}
    for segment in [s for s in segments if s.role == "comment"]:
        inside = [i for i, comment in enumerate(comments) if segment.start <= comment.start < segment.end]
        if not inside:
            covered.append(Comment(segment.start, segment.end))
            continue
        starts = [segment.start, *(comments[i].start for i in inside[1:]), segment.end]
        for index, (start, end) in zip(inside, pairwise(starts), strict=True):
            places[index] = len(covered)
            covered.append(replace(comments[index], start=start, end=end))
    return tuple(
        [
            comment if comment.in_reply_to is None else replace(comment, in_reply_to=places.get(comment.in_reply_to))
            for comment in covered
        ]
    )
