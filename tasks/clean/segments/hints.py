"""Roles that the structure gives away: captions, pull quotes, blocks of links, cards of users, repeated titles."""

from __future__ import annotations

import re

from tasks.clean.segments.endings import mark_biography, mark_byline, mark_cards_of_links
from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.posts import Thread
from tasks.clean.segments.titles import same_words
from tasks.clean.segments.vocabulary import load_vocabulary

SECTIONS = {"related": "related", "comments": "navigation", "comment_form": "navigation", "about": "about"}
"""Headings that say what the lines below them are."""

LONGEST_SECTION = 40
"""A heading inside the main text rules at most this many lines."""

# An agency or photographer in capitals, glued to the caption by a renderer: "GETTY • PAThe bridge on Monday".
_GLUED_CREDIT = re.compile(
    r"(?:[A-Z]{2,12}(?:\s?[•|/,]\s?|\s(?=[A-Z]{2}))){0,3}"
    r"(?:[A-Z]{2,9}(?=[A-Z][a-z]+\s)|(?:GETTY|AFP|REUTERS|ALAMY|EPA|REX|IMAGO|DPA|ANSA|EFE|TASS|PA|AP)(?=A\s[a-z]))"
)
_COUNTER = re.compile(r"[A-Z]{0,12}\s?\d{1,3}\s?(?:of|/|von|de|sur|di|из|z|van)\s?\d{1,3}")
_QUOTES = "\"'“”‘’«»„"


def find_hints(
    lines: Lines,
    features: Features,
    markup: list[str],
    core: tuple[int, int],
    title: int,
    thread: Thread,
) -> list[str]:
    """For each line the role that its surroundings give away, or ""; `markup` is what its own markup does."""
    hints = list(markup)
    _mark_cards(features, hints)
    _mark_repeated_titles(lines, hints, title)
    _mark_sections(features, hints, core, thread)
    if core[0] >= 0:
        author = mark_byline(lines, features, hints, core, title)
        mark_biography(lines, features, hints, core, author)
        mark_cards_of_links(lines, features, hints, core)
        _mark_captions(lines, features, hints, core, thread)
        _mark_pull_quotes(lines, features, hints, core)
    return hints


def _mark_cards(features: Features, hints: list[str]) -> None:
    """The card of a post's author: a name, a rank, and labels with their values below or beside them."""
    looks = features.looks
    index = 0
    while index < len(looks):
        start = index
        labels = 0
        while index < len(looks):
            kind = looks[index].kind
            label = kind in {"card", "rank"} or bool(looks[index].cues and kind == "comments")
            value = kind in {"number", "time", "name", "separator"} and index > start
            if not label and not (value and looks[index - 1].kind in {"card", "rank", "comments", "time", "number"}):
                break
            labels += label
            index += 1
        if labels >= 2:
            if start and looks[start - 1].kind == "name":
                start -= 1
            hints[start:index] = ["user_card"] * (index - start)
        index = max(index, start + 1)


def _mark_repeated_titles(lines: Lines, hints: list[str], title: int) -> None:
    if title < 0:
        return
    text = lines.texts[title]
    for index, other in enumerate(lines.texts):
        if index == title or len(other) > len(text) + 60 or len(other) + 12 < len(text):
            continue
        # A template may add the name of the site.
        if other.startswith(text) or same_words(other[: len(text) + 12], text):
            hints[index] = "repeated_title"


def _mark_sections(
    features: Features,
    hints: list[str],
    core: tuple[int, int],
    thread: Thread,
) -> None:
    """The lines below "Related articles", "About the author" and their like.

    Inside the main text such a section ends with the first paragraph of prose; behind it, with the next heading.
    """
    prose = features.column("prose")
    section = ""
    length = 0
    for index, look in enumerate(features.looks):
        if thread.start <= index < thread.end:
            section = ""
            continue
        if look.kind in SECTIONS and not (look.kind == "related" and index < core[0]):
            section, length = SECTIONS[look.kind], 0
            hints[index] = hints[index] or section
            continue
        if not section:
            continue
        length += 1
        inside = core[0] <= index <= core[1]
        if (inside and (prose[index] or length > LONGEST_SECTION)) or (length > 1 and hints[index] == "user_card"):
            section = ""
        elif not hints[index]:
            hints[index] = section
        if section == "navigation" and length > 3:
            section = ""


def _mark_captions(
    lines: Lines,
    features: Features,
    hints: list[str],
    core: tuple[int, int],
    thread: Thread,
) -> None:
    marks = load_vocabulary().marks
    words = features.column("words")
    repeats = features.column("repeats")
    prose = features.column("prose")
    last = thread.start if thread.posts else core[1] + 1
    for index in range(max(0, core[0] - 8), min(len(lines), last)):
        look, text = features.looks[index], lines.texts[index]
        if hints[index] or len(text) > 500:
            continue
        if look.kind in {"caption", "file"} or _COUNTER.fullmatch(text):
            hints[index] = "caption"
        elif look.kind not in {"plain", "name"}:
            continue
        elif _GLUED_CREDIT.match(text):
            hints[index] = "caption"
            above = index - 1
            if above > core[0] and not hints[above] and words[above] <= 7 and not features.looks[above].ends_sentence:
                hints[above] = "caption"
        elif not look.ends_sentence and words[index] >= 6 and text[-1] not in ":;,":
            lowered = text.lower()
            if repeats[index] > 1 or any(mark in lowered for mark in marks):
                hints[index] = "caption"
            elif hints[index - 1] == "caption" and index > core[0] and not prose[index]:
                # Between captions and without an end: a line of the gallery, or a link set beside it.
                hints[index] = "caption"


def _mark_pull_quotes(lines: Lines, features: Features, hints: list[str], core: tuple[int, int]) -> None:
    """A line that says again, without a full stop, what a paragraph says; a name below it is its speaker."""
    words = features.column("words")
    candidates = [
        index
        for index in range(core[0] + 1, core[1] + 1)
        if not hints[index] and 4 <= words[index] <= 45 and len(lines.texts[index]) < 400
        and features.looks[index].kind == "plain"
        and (not features.looks[index].ends_sentence or lines.texts[index][0] in _QUOTES)
    ]  # fmt: skip
    if not candidates or len(candidates) > 60:
        return
    whole = _plain_quotes(lines.text[:1_000_000].casefold())
    for index in candidates:
        text = _plain_quotes(lines.texts[index].casefold()).strip("\"' .")
        if len(text) > 20 and whole.count(text) > 1:
            hints[index] = "pullquote"
            below = index + 1
            if below < len(lines) and not hints[below] and features.looks[below].kind == "name":
                hints[below] = "pullquote"


_PLAIN = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’", "'"))


def _plain_quotes(text: str) -> str:
    return text.translate(_PLAIN)
