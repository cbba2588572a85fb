"""Pages as they were written before HTML5, or are by programs that name nothing: the same page with fewer tells.

The examples are of the last years. What is learned from them must not lean on <main> and <article>, or on names of
classes that older pages do not have.
"""

from __future__ import annotations

import random
from dataclasses import replace

from tasks.clean.segments.tags import TAG_BIT
from tasks.clean.segments.training.examples import Example

NAMES = sum(bit for mark, bit in TAG_BIT.items() if mark.startswith("class_"))
ELEMENTS = sum(
    TAG_BIT[mark]
    for mark in (
        "nav",
        "header",
        "footer",
        "aside",
        "figure",
        "figcaption",
        "time",
        "article",
        "main",
        "button",
        "dialog",
    )
)
PARAGRAPHS = TAG_BIT["paragraph"]


def age(example: Example, chance: random.Random) -> Example:
    """Take the elements of HTML5, the names of classes, or both from a page, and now and then its paragraphs."""
    lines = example.lines
    if lines.tags is None:
        return example
    without = chance.choice((NAMES, ELEMENTS, NAMES | ELEMENTS, NAMES | ELEMENTS))
    if chance.random() < 0.15:
        without |= PARAGRAPHS
    tags = [replace(tag, marks=tag.marks & ~without, own=tag.own & ~without) for tag in lines.tags]
    return replace(example, lines=replace(lines, tags=tags), origin="aged")
