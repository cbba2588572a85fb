"""Pages as they were written before HTML5, or are by programs that name nothing: the same page with fewer tells.

The examples are of the last years. What is learned from them must not lean on <main> and <article>, or on names of
classes that older pages do not have.
"""

from __future__ import annotations

import random
from dataclasses import replace

from tasks.clean.segments.markup.tags import TAG_BIT, Tags
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
HEADING = TAG_BIT["heading"]

FLAT = 0.3
"""The share of aged pages whose lines stand in a few large blocks, parted by <br> only."""


def age(example: Example, chance: random.Random, flat_share: float = FLAT) -> Example:
    """Take the elements of HTML5, the names of classes, or both from a page, and now and then its paragraphs.

    Of so large a share as `flat_share` all but the outermost blocks go as well.
    """
    lines = example.lines
    if lines.tags is None:
        return example
    without = chance.choice((NAMES, ELEMENTS, NAMES | ELEMENTS, NAMES | ELEMENTS))
    flat = chance.random() < flat_share
    if flat or chance.random() < 0.15:
        without |= PARAGRAPHS
    tags = [tag._replace(marks=tag.marks & ~without, own=tag.own & ~without) for tag in lines.tags]
    if flat and lines.parents is not None:
        tags = flatten(tags, lines.parents, chance.choice((0, 1, 2, 3)), headings=chance.random() < 0.5)
    return replace(example, lines=replace(lines, tags=tags), origin="aged")


def flatten(tags: list[Tags], parents: list[int], depth: int, *, headings: bool) -> list[Tags]:
    """The tags of a page whose blocks end `depth` blocks below the outermost: what lies deeper is lines of these."""
    depths = [0] * len(parents)
    outer = list(range(len(parents)))
    for block in range(1, len(parents)):
        depths[block] = depths[parents[block]] + 1
        if depths[block] > depth:
            outer[block] = outer[parents[block]]
    without = 0 if headings else HEADING
    return [
        tag._replace(
            marks=tag.marks & ~without,
            own=tag.own & ~without,
            heading=tag.heading if headings else 0,
            block=outer[tag.block],
            path=outer[tag.block],
        )
        for tag in tags
    ]
