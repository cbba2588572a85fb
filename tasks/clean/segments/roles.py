"""From label to role: what a line of main text, boilerplate or comment is in particular."""

from __future__ import annotations

from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import KIND_ROLES
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words
from tasks.document import ROLES, Label

LONGEST_SUBHEAD, LONGEST_SUBTITLE = 120, 60
"""Characters of a heading inside the text, and words of what stands below the title."""


def name_roles(lines: Lines, features: Features, layout: Layout, labels: list[Label]) -> list[str]:
    """The role of each line, which always belongs to the label given for it."""
    title, hints, texts = layout.title, layout.hints, lines.texts
    below_title = range(title + 1, max(layout.core[0], title + 2) + 1) if title >= 0 else range(0)
    roles: list[str] = []
    for index, kind in enumerate(features.line_kinds):
        hint, label = hints[index], labels[index]
        if hint and ROLES[hint] == label:
            role = hint
        elif label == "comment":
            role = "comment_meta" if kind in {"time", "stamp", "says", "quote"} else "comment"
        elif label == "main":
            is_subtitle = index in below_title and _is_subtitle(features, index)
            is_subhead = len(texts[index]) <= LONGEST_SUBHEAD and _is_subhead(lines, features, index)
            role = "subtitle" if is_subtitle else "subhead" if is_subhead else "body"
        elif kind == "time" and index < title and _is_today(texts[index]):
            role = "widget"
        else:
            role = KIND_ROLES.get(kind, "navigation")
        roles.append(role)
    return roles


def _is_today(text: str) -> bool:
    """Whether a date above the title is that of the visit: with its weekday, and without a word such as "updated"."""
    known = load_vocabulary()
    words = phrase_words(text)
    stamped = any(known.phrases.get(word, 0) & BIT["date"] for word in words)
    return not stamped and not known.weekdays.isdisjoint(words)


def _is_subtitle(features: Features, index: int) -> bool:
    is_short = features.line_kinds[index] == "plain" and features.word_counts[index] <= LONGEST_SUBTITLE
    return is_short and not features.prose[index]


def _is_subhead(lines: Lines, features: Features, index: int) -> bool:
    """Whether a line of few characters has no end and stands above a paragraph, or is a heading of the markup."""
    if index + 1 >= len(lines):
        return False
    text = lines.texts[index]
    look = features.looks[index]
    if look.kind not in {"plain", "name"} or text[0].islower():
        return False
    if lines.tags is not None:
        return lines.tags[index].heading > 0
    if text[0] in "•-*–\"“‘'«" or (look.ends_sentence and text[-1] not in "?？!") or look.words > 14:
        return False
    return features.prose[index + 1] > 0 and not text.endswith((",", ";"))
