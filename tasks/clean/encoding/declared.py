"""What a document says of its own encoding."""

from __future__ import annotations

import re

from tasks.clean.encoding.names import canonical

_DECLARATION = re.compile(
    rb"""<meta\b[^>]{0,400}?\bcharset\s*=\s*["']?\s*([-\w:.]+)"""
    rb"""|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']\s*([-\w:.]+)"""
    rb"""|\A@charset\s+"([-\w:.]+)\"""",
    re.IGNORECASE,
)
_HEAD = 8192
"""Browsers look at the first 1024 bytes; pages of real sites put it as far down as this."""


def find_declaration(data: bytes) -> str | None:
    """Name the encoding that an HTML meta element, an XML declaration or a CSS rule claims; None without any."""
    for match in _DECLARATION.finditer(data[:_HEAD]):
        label = next(group for group in match.groups() if group is not None)
        name = canonical(label.decode("ascii", "ignore"))
        if name is not None:
            return name
    return None
