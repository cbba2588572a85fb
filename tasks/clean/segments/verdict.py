"""What the rules alone say of each line: its label, and how sure they are. Evidence for the learned classifier."""

from __future__ import annotations

from typing import NamedTuple

from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.vocabulary import BIT
from tasks.document import ROLES, Label

LABELS: tuple[Label, ...] = ("main", "boilerplate", "comment")
"""The labels in the order of their numbers."""

FURNITURE = frozenset(
    {"navigation", "share", "controls", "advertisement", "related", "read_also", "comments", "comment_form", "legal",
     "notice", "filed", "about", "edited", "file", "card", "rank"}
)  # fmt: skip
"""Kinds of lines that are boilerplate wherever they stand."""

KEPT = frozenset({"plain", "name", "number", "address", "says", "caption", "byline", "quote", "date", "note"})
"""Kinds of lines that are main text inside the main run."""

_ASIDE = frozenset({"related", "about", "widget"})
"""Roles of sections that end where the text goes on. Inside the main run that is hard to see: in plain text a third of
the words there are main text."""

_LABEL_OF = {role: LABELS.index(label) for role, label in ROLES.items()}

HINTED, CERTAIN, LIKELY, GUESSED = 0.97, 0.95, 0.85, 0.65
"""How sure the rules are: of the structure, of a phrase, of prose in its place, of the rest."""


class Verdict(NamedTuple):
    """For each line the number of its label in `LABELS`, and how sure the rules are of it."""

    labels: list[int]
    sure: list[float]


def judge(lines: Lines, features: Features, layout: Layout) -> Verdict:
    """Say what each line is, going by its look, its surroundings and its place in the document."""
    label, sure = [1] * len(lines), [LIKELY] * len(lines)
    prose = features.prose
    words = features.word_counts
    first, last = layout.core
    start = layout.title + 1 if 0 <= layout.title < first else first
    paragraphs = 0
    looks, hints = features.looks, layout.hints
    for index, kind in enumerate(features.line_kinds):
        if hint := hints[index]:
            label[index] = _LABEL_OF[hint]
            is_aside = hint in _ASIDE and hint == layout.sections[index] and first <= index <= last
            sure[index] = GUESSED if is_aside else HINTED
        elif kind in FURNITURE:
            sure[index] = CERTAIN
        elif first < 0 or not start <= index <= last:
            sure[index] = LIKELY if not prose[index] else GUESSED
        elif index < first:
            # Between the title and the text: what reads like a standfirst stays.
            if kind == "plain" and words[index] >= 4:
                label[index], sure[index] = 0, GUESSED
        elif prose[index]:
            label[index], sure[index] = 0, CERTAIN
            paragraphs += 1
        elif kind in {"time", "stamp"} and paragraphs > 2 and not looks[index].opens & BIT["date"]:
            # Below the first paragraphs a date is part of the text: of a diary, a list of releases.
            label[index], sure[index] = 0, GUESSED
        elif kind in KEPT:
            label[index], sure[index] = 0, GUESSED
    return Verdict(label, sure)
