"""Telling HTML from text by how it starts."""

from __future__ import annotations

import re

# What says nothing of what follows: editors head blocks with comments (`<!-- wp:paragraph -->`) and fill empty ones.
_LEAD = re.compile(
    rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?"
    rb"(?:<!--(?:(?!-->).){0,4000}+-->\s*|&nbsp;\s*)*",
    re.DOTALL,
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FRAGMENT = re.compile(
    rb"<(?:p|div|article|section|main|header|footer|nav|aside|h[1-6]|ul|ol|dl|table|figure|blockquote|span|a|img|br|hr|"
    rb"center|font|strong|b|em|i|u|small|pre|form|details|picture|iframe|title|style|script|meta|link)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(rb"</?[a-z][a-z0-9]*\b[^<>]*>", re.IGNORECASE)


def is_html(head: bytes) -> bool:
    """Whether this starts a page of HTML, or a fragment: a tag first, comments aside, and another tag after it.

    UTF-16 is seen through its NULs. A text *about* HTML does not start with a tag.
    """
    head = head.replace(b"\0", b"")
    lead = _LEAD.match(head)
    assert lead is not None  # matches the empty string
    if _PAGE.match(head, lead.end()):
        return True
    fragment = _FRAGMENT.match(head, lead.end())
    return fragment is not None and _TAG.search(head, fragment.end()) is not None


def has_tags(head: bytes) -> bool:
    """Whether there is at least one tag."""
    return _TAG.search(head.replace(b"\0", b"")) is not None
