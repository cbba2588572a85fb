"""Telling HTML from text by how it starts."""

from __future__ import annotations

import re

_SPACE = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*", re.ASCII)
_PAGE = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,4000}+-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT = re.compile(
    rb"<(?:p|div|article|section|main|header|h[1-6]|ul|ol|dl|table|figure|blockquote|span|a|img|br)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(rb"</?[a-z][a-z0-9]*\b[^<>]*>", re.IGNORECASE)


def is_html(head: bytes) -> bool:
    """Whether this starts a page of HTML, or a fragment: a block's tag first, and another tag after it.

    UTF-16 is seen through its NULs. A text *about* HTML does not start with a tag.
    """
    head = head.replace(b"\0", b"")
    start = _SPACE.match(head)
    assert start is not None  # matches the empty string
    if _PAGE.match(head, start.end()):
        return True
    fragment = _FRAGMENT.match(head, start.end())
    return fragment is not None and _TAG.search(head, fragment.end()) is not None


def has_tags(head: bytes) -> bool:
    """Whether there is at least one tag."""
    return _TAG.search(head.replace(b"\0", b"")) is not None
