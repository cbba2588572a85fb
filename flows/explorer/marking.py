"""An excerpt with what was looked for marked in it."""

from __future__ import annotations

from markupsafe import Markup

from flows.explorer.pattern import Pattern
from flows.pages.escape import show_text

_MARKED = Markup("<mark>{}</mark>")


def mark(text: str, pattern: Pattern | None) -> Markup:
    """The text on one line, escaped, with each place marked where the pattern is found.

    >>> mark("a <b> a", Pattern(("<b>",)))
    Markup('a <mark>&lt;b&gt;</mark> a')
    """
    line = " ".join(text.split())
    parts, at = [], 0
    for start, end in pattern.find(line) if pattern is not None else ():
        parts += [show_text(line[at:start]), _MARKED.format(show_text(line[start:end]))]
        at = end
    return Markup("").join([*parts, show_text(line[at:])])
