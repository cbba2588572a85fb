"""Lines that belong to no document: boilerplate, whatever they are taken for, and set aside where they hide the text.

Elsewhere they stay while the document is read: the trees have grown on pages with such lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.acquire.patterns import matches_line
from tasks.clean.segments.classify import Classified
from tasks.clean.segments.columns import Placed
from tasks.clean.segments.consent.layers import find_consent
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.learned.case import Case
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.weighing.decision import MAIN
from tasks.document import ROLES

SURE = 0.97
"""How sure it is that a layer for consent is one: as sure as the rules are of what the structure gives away."""


def find_aside(lines: Lines, rules: Sequence[str], title: str | None) -> list[int]:
    """The numbers of the lines to set aside, in order; not those of which a rule of the user says something."""
    found = find_consent(lines, title)
    patterns = tuple(map(re.compile, rules)) if found else ()
    return [index for index in found if not matches_line(patterns, lines.texts[index])]


def hides_text(case: Case, classified: Classified, chosen: Sequence[int]) -> bool:
    """Whether the lines are most of what was taken for main text.

    In plain text, where no markup tells, also whether the title or the main run was looked for among them.
    """
    if not chosen:
        return False
    title, (first, last) = case.layout.title, case.layout.core
    if case.lines.tags is None and any(index == title or first <= index <= last for index in chosen):
        return True
    words = [
        text.count(" ") + 1 if label == MAIN else 0
        for text, label in zip(case.lines.texts, classified.labels, strict=True)
    ]
    return 2 * sum(words[index] for index in chosen) > sum(words)


def leave_out(lines: Lines, chosen: Sequence[int]) -> Lines:
    """The lines without some of them; the text stays whole."""
    left = set(chosen)
    kept = [index for index in range(len(lines)) if index not in left]
    number = {index: at for at, index in enumerate(kept)}

    def told(by_line: dict[int, str] | None) -> dict[int, str] | None:
        return by_line and {number[index]: value for index, value in by_line.items() if index in number}

    return replace(
        lines,
        texts=[lines.texts[index] for index in kept],
        starts=[lines.starts[index] for index in kept],
        ends=[lines.ends[index] for index in kept],
        blanks=[lines.blanks[index] for index in kept],
        tags=lines.tags and [lines.tags[index] for index in kept],
        repeated_by_source=lines.repeated_by_source and [lines.repeated_by_source[index] for index in kept],
        order=lines.order and [lines.order[index] for index in kept],
        moments=told(lines.moments),
        depths=told(lines.depths),
    )


def mark_layer(layout: Layout, chosen: Sequence[int], roles: list[str], scores: list[float]) -> Layout:
    """Take the lines for widgets, whatever text they were taken for, in place; the layout without a title in them."""
    for index in chosen:
        if ROLES[roles[index]] != "boilerplate":
            roles[index], scores[index] = "widget", SURE
    return layout._replace(title=-1) if layout.title in chosen else layout


def put_back(whole: Lines, chosen: Sequence[int], rest: Placed) -> Placed:
    """All lines of a document, with what was found of the `rest` of them; those that were left out are widgets."""
    if len(rest.lines) == len(whole):
        return rest
    left = set(chosen)
    kept = [index for index in range(len(whole)) if index not in left]
    roles, scores, posts = ["widget"] * len(whole), [SURE] * len(whole), [0] * len(whole)
    for at, index in enumerate(kept):
        roles[index], scores[index], posts[index] = rest.roles[at], rest.scores[at], rest.posts[at]
    return Placed(whole, roles, scores, posts, {kept[at]: cuts for at, cuts in rest.cuts.items()})
