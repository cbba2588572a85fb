"""Author and time of a text, from its byline, its date line or its first post."""

from __future__ import annotations

import re
from datetime import datetime

from tasks.clean.segments.dates import read_iso_time, read_time
from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.authors import are_no_name, without_month, without_time
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words

LONGEST_AUTHOR = 80
"""Characters; what is longer is no name."""

RIGHT_BELOW = 4
"""Lines below the text in which a date is that of the text."""

_LEAD = re.compile(r"^\W*(?:[^\W\d_]+\s){0,2}?[^\W\d_]+\s*[:：]\s*|^\W+")
_TAIL = re.compile(r"(?<!\s)\s*(?:[|•·–—,(»›]|\s-\s|\bon\b|\bam\b|\ble\b|\d).*")
# The category that a blog names behind its author: "Posted by Ada in Bread".
_FILED = re.compile(r"\s(?:in|under|dans|unter|em|sob|в|под|w)\s(?!['’]).*")


def find_author(lines: Lines, features: Features, layout: Layout, roles: list[str]) -> str | None:
    """The author of the opening post of a thread that names it, of a byline near the title, or of a card there."""
    if layout.thread.opener:
        return layout.thread.opener
    known = load_vocabulary()
    near = range(max(0, layout.title - 6), min(len(lines), max(layout.title, layout.core[0]) + 14))
    for index in near if "byline" in roles else ():
        if roles[index] != "byline":
            continue
        look, text = features.looks[index], lines.texts[index]
        if look.cues & BIT["byline"]:
            if index + 1 < len(lines) and index + 1 != layout.title and features.looks[index + 1].kind == "name":
                return lines.texts[index + 1]
        elif (name := _clean_name(text, known.phrases)) and (look.kind != "stamp" or _is_signed(look, name)):
            return name
    if "user_card" not in roles:
        return None
    cards = [index for index in near if _is_owner(features.looks, roles, index)]
    if layout.thread.posts:
        cards = [index for index in cards if index < layout.thread.start]
    # Boards put the title above the card of the opening post or below it.
    below = (index for index in cards if index > layout.title)
    index = next(below, cards[0] if cards else -1)
    return lines.texts[index] if index >= 0 else None


def _is_signed(look: Look, name: str) -> bool:
    """Whether what stands before a time is a name: shops open "until 18:00", and no day is told with that."""
    words = name.split()
    return (look.has_date or look.has_ago) and (len(words) == 1 or not words[-1].islower())


def _is_owner(looks: list[Look], roles: list[str], index: int) -> bool:
    """Whether a line is the name on a user's card: what stands behind a label ("Location") is not."""
    if roles[index] != "user_card" or looks[index].kind != "name":
        return False
    return index == 0 or roles[index - 1] != "user_card" or looks[index - 1].kind not in {"card", "number", "rank"}


def _clean_name(text: str, phrases: dict[str, int]) -> str | None:
    """What is left of a byline without its first words ("Written by") and what follows the name."""
    words = text.split()
    text = " ".join(words[_count_byline_words(words, phrases) :])
    name = _TAIL.sub("", _LEAD.sub("", text, count=1))
    if f"{name} " in text and text.partition(f"{name} ")[2][:1].isdigit():
        name = without_month(name)  # which a renderer glued to it: "AdaMarch 1, 2019"
    name = without_time(_FILED.sub("", name))
    if are_no_name(phrase_words(name), load_vocabulary()):
        return None
    if not 2 <= len(name) <= LONGEST_AUTHOR or len(name.split()) > 6 or any(map(str.isdigit, name)):
        return None
    return name


def _count_byline_words(words: list[str], phrases: dict[str, int]) -> int:
    """How many words stand before the name: "Written by", or a date and its "by" ("3 mai 2021 par")."""
    time = load_vocabulary().time
    for start in range(len(words) - 1):
        if start and not time.issuperset(phrase_words(words[start - 1])):
            return 0
        for count in range(min(4, len(words) - 1 - start), 0, -1):
            if phrases.get(" ".join(phrase_words(" ".join(words[start : start + count]))), 0) & BIT["byline"]:
                return start + count
    return 0


def find_published(lines: Lines, layout: Layout, roles: list[str]) -> datetime | None:
    """The first time near the title that a date line or byline gives; one that says "published" comes first.

    Below the text, and above what readers say, a line counts right there or where it says so; further down dates are
    those of other things. What an element of the line gives as its time is exacter than what it shows.
    """
    if "date" not in roles and "byline" not in roles:
        return None
    top = min(len(lines), max(layout.title, layout.core[0], 0) + 14)
    below = max(top, layout.core[1])
    candidates: list[tuple[int, datetime]] = []
    for index in (*range(top), *range(below, len(lines))):
        if index >= below and (roles[index] in {"comment", "comment_meta"} or len(candidates) > 4):
            break
        if roles[index] != "date" and (roles[index] != "byline" or index >= below):
            continue
        rank = _updated(text := lines.texts[index])
        if index >= below + RIGHT_BELOW and rank:
            continue
        said = _from_published(text)
        given = (lines.moments or {}).get(index) if said == text else None
        if moment := (read_iso_time(given) if given else None) or read_time(said):
            candidates.append((rank, moment))
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


_PUBLISHED = (
    "publi",
    "posted",
    "veröff",
    "erschien",
    "опублик",
    "опублік",
    "نشر",
    "发布",
    "發布",
    "公開",
    "投稿",
)
_UPDATED = ("updat", "modif", "aktual", "aggiorn", "actuali", "atuali", "bijgewerkt", "обновл", "оновл", "güncel",
            "تحديث", "更新", "업데이트", "수정", "अपडेट")  # fmt: skip


def _updated(text: str) -> int:
    lowered = text.lower()
    if any(word in lowered for word in _PUBLISHED):
        return 0
    return 2 if any(word in lowered for word in _UPDATED) else 1


def _from_published(text: str) -> str:
    """What follows the word for "published", where one for "updated" and its own time stand before it."""
    lowered = text.lower()
    if len(lowered) != len(text):
        return text
    published, updated = (
        min((at for word in words if (at := lowered.find(word)) >= 0), default=-1) for words in (_PUBLISHED, _UPDATED)
    )
    return text[published:] if 0 <= updated < published else text
