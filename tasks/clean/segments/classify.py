"""The line classifier: features and layout in, probabilities of the labels out.

These are rules. A learned classifier is a module with this one function.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.vocabulary import BIT
from tasks.document import ROLES, Label

LABELS: tuple[Label, ...] = ("main", "boilerplate", "comment")
"""The columns of the probabilities."""

FURNITURE = frozenset(
    {"navigation", "share", "controls", "advertisement", "related", "read_also", "comments", "comment_form", "legal",
     "about", "edited", "file", "card", "rank"}
)  # fmt: skip
"""Kinds of lines that are boilerplate wherever they stand."""

HINTED, CERTAIN, LIKELY, GUESSED = 0.97, 0.95, 0.85, 0.65
"""How sure the rules are: of the structure, of a phrase, of prose in its place, of the rest."""


def classify(lines: Lines, features: Features, layout: Layout) -> npt.NDArray[np.float64]:
    """The probability of each label for each line, shape (lines, 3), rows sum to 1."""
    label = np.ones(len(lines), np.int64)
    sure = np.full(len(lines), LIKELY)
    prose = features.column("prose")
    words = features.column("words")
    first, last = layout.core
    start = layout.title + 1 if 0 <= layout.title < first else first
    paragraphs = 0
    for index, look in enumerate(features.looks):
        hint = layout.hints[index]
        if hint:
            label[index], sure[index] = LABELS.index(ROLES[hint]), HINTED
        elif look.kind in FURNITURE:
            sure[index] = CERTAIN
        elif first < 0 or not start <= index <= last:
            sure[index] = LIKELY if not prose[index] else GUESSED
        elif index < first:
            # Between the title and the text: what reads like a standfirst stays.
            if look.kind == "plain" and words[index] >= 4:
                label[index], sure[index] = 0, GUESSED
        elif prose[index]:
            label[index], sure[index] = 0, CERTAIN
            paragraphs += 1
        elif look.kind in {"time", "stamp"} and paragraphs > 2 and not look.opens & BIT["date"]:
            # Below the first paragraphs a date is part of the text: of a diary, a list of releases.
            label[index], sure[index] = 0, GUESSED
        elif look.kind in {"plain", "name", "number", "address", "says", "caption", "byline", "quote", "date", "note"}:
            label[index], sure[index] = 0, GUESSED
    probabilities = np.repeat((1 - sure)[:, None] / 2, 3, axis=1)
    probabilities[np.arange(len(lines)), label] = sure
    return probabilities
