"""The stage `mojibake`: decoded text becomes right text, with LF line ends."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.mojibake.options import FOR_HTML, Options
from tasks.clean.mojibake.repair import repair_and_settle, settle
from tasks.document import Rejected

NAME = "mojibake"

_FOR_KIND = {"text": Options(), "html": FOR_HTML}


def apply(drafts: Sequence[Draft], _settings: SourceSettings) -> list[Draft | Rejected]:
    """Repair the text of each draft, and the title and author that its record brought along."""
    return [_apply(draft) for draft in drafts]


def _apply(draft: Draft) -> Draft:
    record = draft.record
    repaired = repair_and_settle(draft.text, _FOR_KIND[record.kind])
    return draft._replace(
        text=repaired.text,
        fixes=repaired.fixes,
        url=_settle_field(record.url),
        title=_repair_field(record.title),
        author=_repair_field(record.author),
    )


def _repair_field(value: str | None) -> str | None:
    return None if value is None else " ".join(repair_and_settle(value).text.split()) or None


def _settle_field(value: str | None) -> str | None:
    return None if value is None else settle(value)[0].strip() or None
