"""Pieces inside a line: a headline repeated at the end of a paragraph, an "Advertisement" glued to a sentence."""

from __future__ import annotations

import re

from tasks.clean.segments.dates import end_of_leading_date
from tasks.clean.segments.looks import SENTENCE_ENDS, look_at
from tasks.clean.segments.threads.posts import Cuts
from tasks.clean.segments.vocabulary import BIT

LONGEST_TAIL = 260
"""Characters at the end of a line in which a glued piece is looked for."""

# "... to a close.Advertisement": set like a label, straight after the end of a sentence.
_ADVERTISEMENTS = (
    "ADVERTISEMENT", "Advertisement", "ANZEIGE", "Anzeige", "PUBLICITÉ", "Publicité", "PUBLICIDAD", "Publicidad",
    "PUBBLICITÀ", "Pubblicità", "PUBLICIDADE", "Publicidade", "РЕКЛАМА", "Реклама", "REKLAMA", "Reklama", "REKLAM",
    "Reklam", "广告", "廣告", "広告", "광고",
)  # fmt: skip
_ENDS_OF_ADVERTISEMENTS = frozenset(word[-1] for word in _ADVERTISEMENTS)
_GLUED_ADVERTISEMENT = re.compile(rf"(?<=[.!?”\"’)])\s*(?:{'|'.join(_ADVERTISEMENTS)})\s*$")


def find_pieces(text: str, title: str | None) -> Cuts:
    """Where boilerplate is glued into a line of main text: (start, end, role) in characters of the line.

    The head of a line is searched for a date with its word before it, the end for the title said again (with what
    follows it, a site's name say) and for the label of an advertisement.
    """
    if (end := end_of_leading_date(text)) and look_at(" ".join(text[:end].split()[:2])).opens & BIT["date"]:
        return ((0, end, "date"),)
    if title and len(title) >= 20 and len(text) > len(title) + 20:
        at = text.rfind(title, max(0, len(text) - len(title) - LONGEST_TAIL))
        # What follows must be no sentence: then the title is quoted, not repeated by the template.
        if at > 0 and len(text) - at - len(title) <= 60 and _is_break(text, at, text[at + len(title) :]):
            start = len(text[:at].rstrip())
            return ((start, len(text), "repeated_title"),)
    if text[-1:] not in _ENDS_OF_ADVERTISEMENTS:
        return ()
    if match := _GLUED_ADVERTISEMENT.search(text, max(0, len(text) - 40)):
        return ((match.start(), len(text), "advertisement"),)
    return ()


def _is_break(text: str, at: int, rest: str) -> bool:
    before = text[:at].rstrip()[-1:]
    return (before in SENTENCE_ENDS or before in "”\"’') ") and not any(end in rest for end in ".!?;")
