"""What stands around an article and is not part of it: its byline, the author's biography, cards of linked pages."""

from __future__ import annotations

import re

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import cues_of, look_at
from tasks.clean.segments.phrases import plain_start
from tasks.clean.segments.titles import says_who
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words

# The address of a linked page, glued to the end of its preview or of its name by a renderer.
_GLUED_ADDRESS = re.compile(r"[^\s/.@](?:https?://|www\.)[\w.-]+\.[a-z]{2,}/?\S*$")
_HONORIFIC = re.compile(r"(?:(?:dr|prof|mr|mrs|ms|sir|dott|ing|herr|frau|mme|sr|sra)\.?\s+)+", re.IGNORECASE)

BYLINE_LINES = 8
"""Lines below the title in which a byline stands."""


def mark_byline(lines: Lines, features: Features, hints: list[str], core: tuple[int, int], title: int) -> str | None:
    """Mark byline and date lines between the title and the second paragraph, and give the author's name."""
    looks, kinds = features.looks, features.line_kinds
    prose = features.prose
    author: str | None = None
    paragraphs = 0
    for index in range(title + 1, min(len(lines), max(title, core[0], 0) + BYLINE_LINES)):
        look, kind = looks[index], kinds[index]
        if paragraphs > 1 or (paragraphs and author):
            break
        paragraphs += prose[index] > 0
        if hints[index]:
            continue
        if kind == "byline" or (kind in {"name", "plain"} and says_who(looks, index)):
            hints[index] = "byline"
            author = author or _name_in(lines.texts[index])
        elif kind in {"time", "date"}:
            hints[index] = "date"
        elif kind == "stamp" and (look.has_clock or look.has_date):
            hints[index] = "byline"
        elif look.words > 8 and look.opens & BIT["byline"] and _names_publisher(lines.texts[index][:60]):
            # "Published by the Quarterly, a magazine for ..." above the text is about its publisher.
            hints[index] = "about"
    return author


def _names_publisher(head: str) -> bool:
    start = plain_start(head)
    words = phrase_words(head)[:2] if start is None else start.split()
    return bool(cues_of(words, load_vocabulary()) & BIT["byline"])


def _name_in(text: str) -> str | None:
    words = text.split()
    while words and look_at(words[0].strip(":：")).cues & BIT["byline"] | (not words[0][0].isupper()):
        words = words[1:]
    names = [word.strip(",|·•:") for word in words[:3] if word[:1].isupper()]
    return " ".join(names) if len(names) >= 2 else None


def mark_biography(
    lines: Lines, features: Features, hints: list[str], core: tuple[int, int], author: str | None
) -> None:
    """Mark the paragraphs about the author at the end of the text: from one that begins with the author's name on."""
    if not author:
        return
    prose = features.prose
    first, *_, last = author.split()
    middle = core[0] + (core[1] - core[0]) // 2
    within = False
    for index in range(max(middle, core[0] + 2), core[1] + 1):
        text = lines.texts[index]
        if addressed := _HONORIFIC.match(text):
            text = text[addressed.end() :]
        named = text.startswith((author, f"{first} {last}"))
        if named and prose[index] and not hints[index]:
            within = True
        elif within and lines.blanks[index] and not text.startswith((first, last)):
            within = False
        if within and not hints[index]:
            hints[index] = "about"


def mark_cards_of_links(lines: Lines, features: Features, hints: list[str], core: tuple[int, int]) -> None:
    """Mark previews of linked pages, with the headline above them, and names of sites with their address."""
    looks = features.looks
    # One sign is found or missed in no time, and most texts have not even that.
    has_scheme = "/" in lines.text and "://" in lines.text
    if not has_scheme and "www." not in lines.text:
        return
    for index in range(max(0, core[0]), core[1] + 1):
        text = lines.texts[index]
        if hints[index] or len(text) > 600 or not _ends_with_address(text[-200:]):
            continue
        if looks[index].words > 10:
            hints[index] = "related"
            above = index - 1
            if above > core[0] and not hints[above] and not looks[above].ends_sentence and not lines.blanks[index]:
                hints[above] = "related"
            continue
        hints[index] = "about"
        below = index + 1
        while below < len(lines) and not lines.blanks[below] and not hints[below]:
            hints[below] = "about"
            below += 1


def _ends_with_address(text: str) -> bool:
    """Whether a line ends with a glued address; the search of a pattern is slow, and few lines have one at all."""
    return ("www." in text or "://" in text) and _GLUED_ADDRESS.search(text) is not None
