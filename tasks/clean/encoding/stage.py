"""The stage `encoding`: bytes become text; binary is rejected."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.encoding.decode import decode
from tasks.document import Rejected
from tasks.errors import UndecodableBytes

NAME = "encoding"


def apply(drafts: Sequence[Draft], settings: SourceSettings) -> list[Draft | Rejected]:
    """Decode the content of each record, unless its format gave it as text already.

    A charset that `source.toml` names is believed before the one that the record declares.
    """
    return [_apply(draft, settings.encoding) for draft in drafts]


def _apply(draft: Draft, hint: str | None) -> Draft | Rejected:
    content = draft.record.content
    if isinstance(content, str):
        return draft._replace(text=content, encoding="utf-8", encoding_method="utf-8")
    try:
        decoded = decode(content, hint or draft.record.declared)
    except UndecodableBytes as error:
        return draft.reject(NAME, error)
    return draft._replace(text=decoded.text, encoding=decoded.encoding, encoding_method=decoded.method)
