"""The stage `language`: the main text, its mixture and each comment get their languages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.language.detect import Options, detect_languages
from tasks.clean.language.shares import detect_shares
from tasks.document import Rejected

NAME = "language"


def apply(drafts: Sequence[Draft], settings: SourceSettings) -> list[Draft | Rejected]:
    """Name the language of each main text and comment. Rejects nothing."""
    mains = [draft.main for draft in drafts]
    comments = [draft.text[comment.start : comment.end] for draft in drafts for comment in draft.comments]
    options = Options(detector=settings.language_detector)
    languages = detect_languages([*mains, *comments], options)
    shares = detect_shares(mains, options, languages[: len(mains)])
    of_comments = iter(languages[len(mains) :])
    return [
        draft._replace(
            language=language.code,
            language_confidence=language.confidence,
            languages=tuple([(share.code, share.share) for share in mixture]),
            comment_languages=tuple(
                [(found.code, found.confidence) for found in islice(of_comments, len(draft.comments))]
            ),
        )
        for draft, language, mixture in zip(drafts, languages[: len(mains)], shares, strict=True)
    ]
