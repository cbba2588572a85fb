"""Text from anywhere on a page: shown as text, hidden characters too, without power over the words beside it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from itertools import accumulate
from typing import Any

from markupsafe import Markup, escape

from flows.hidden import HIDDEN, name_of, picture, visible

_CHIP = Markup('<span class="hidden" title="{}">{}</span>')
_ISOLATED = Markup("<bdi>{}</bdi>")


def show_text(text: str) -> Markup:
    r"""The text as markup: escaped, hidden characters as chips that name themselves.

    >>> show_text("<b>\u202e")
    Markup('&lt;b&gt;<span class="hidden" title="U+202E right-to-left override">\\u202e</span>')
    """
    if text.isascii() and text.isprintable():
        return escape(text)
    parts: list[Markup] = []
    at = 0
    for found in HIDDEN.finditer(text):
        parts += [escape(text[at : found.start()]), _chip(found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


@lru_cache(maxsize=4096)
def _chip(character: str) -> Markup:
    return _CHIP.format(name_of(character), picture(character))


def isolate(value: object) -> Markup:
    """A value within a line, in its own direction of writing: what stands around it keeps its order.

    >>> isolate("a & b")
    Markup('<bdi>a &amp; b</bdi>')
    """
    return _ISOLATED.format(show_text("" if value is None else str(value)))


def cut(text: str, most: int) -> str:
    r"""The text on one line, its end cut off where it is too long. A hidden character counts as eight, for its chip.

    >>> cut("a  long \n story", 7)
    'a long …'
    """
    line = " ".join(text[: 4 * most].split())
    is_whole = len(text) <= 4 * most
    if line.isascii() and line.isprintable():
        room = most
    else:
        weights = accumulate(8 if HIDDEN.match(character) else 1 for character in line[:most])
        room = sum(weight <= most for weight in weights)
    return line if len(line) <= room and is_whole else line[:room].rstrip() + " …"


def key_of(text: str | None) -> str:
    """A short name for a text of any length, the same for the same text: by it a page can be asked what it shows."""
    return hashlib.blake2b((text or "").encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


def finish(value: Any) -> Any:
    """What a template prints without a filter: hidden characters as pictures, fit for an attribute too."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
