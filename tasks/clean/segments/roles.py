"""From label to role: what a line of main text, boilerplate or comment is in particular."""

from __future__ import annotations

from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import KIND_ROLES
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words
from tasks.document import ROLES, Label

LONGEST_SUBHEAD = 120
"""Characters of a heading inside the text."""


def name_roles(lines: Lines, features: Features, layout: Layout, labels: list[Label]) -> list[str]:
    """The role of each line, which always belongs to the label given for it."""
    return [
        hint if hint and ROLES[hint] == label else _name(lines, features, layout, index, label)
        for index, (hint, label) in enumerate(zip(layout.hints, labels, strict=True))
    ]


def _name(lines: Lines, features: Features, layout: Layout, index: int, label: Label) -> str:
    look = features.looks[index]
    if label == "comment":
        return "comment_meta" if look.kind in {"time", "stamp", "says", "quote"} else "comment"
    if label == "boilerplate":
        if look.kind == "time" and index < layout.title and _is_today(lines.texts[index]):
            return "widget"
        return KIND_ROLES.get(look.kind, "navigation")
    if (
        layout.title >= 0
        and layout.title < index <= max(layout.core[0], layout.title + 2)
        and _is_subtitle(features, index)
    ):
        return "subtitle"
    return "subhead" if _is_subhead(lines, features, index) else "body"


def _is_today(text: str) -> bool:
    """Whether a date above the title is that of the visit: with its weekday, and without a word such as "updated"."""
    known = load_vocabulary()
    words = phrase_words(text)
    stamped = any(known.phrases.get(word, 0) & BIT["date"] for word in words)
    return not stamped and not known.weekdays.isdisjoint(words)


def _is_subtitle(features: Features, index: int) -> bool:
    return features.looks[index].kind == "plain" and features.columns[index, 1] <= 60 and not features.columns[index, 8]


def _is_subhead(lines: Lines, features: Features, index: int) -> bool:
    """A short line without an end, above a paragraph."""
    text = lines.texts[index]
    if len(text) > LONGEST_SUBHEAD or index + 1 >= len(lines):
        return False
    look = features.looks[index]
    if look.kind not in {"plain", "name"} or text[0].islower():
        return False
    if lines.tags is not None:
        return lines.tags[index].heading > 0
    if text[0] in "•-*–\"“‘'«" or (look.ends_sentence and text[-1] not in "?？!") or look.words > 14:
        return False
    return bool(features.columns[index + 1, 8]) and not text.endswith((",", ";"))
