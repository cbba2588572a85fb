"""What the markup alone gives away: navigation, footers, side columns, comments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.markup.tags import TAG_BIT, Tags

ROLES_BY_MARK = (
    ("nav", "navigation"),
    ("class_cookie", "widget"),
    ("dialog", "widget"),
    ("class_navigation", "navigation"),
    ("class_share", "navigation"),
    ("class_advertisement", "advertisement"),
    ("class_related", "related"),
    ("class_sidebar", "related"),
    ("aside", "related"),
    ("footer", "about"),
    ("class_site", "about"),
    ("class_beside", "related"),
    ("class_about", "about"),
    ("button", "navigation"),
    ("form", "navigation"),
    ("class_pullquote", "pullquote"),
    ("class_card", "user_card"),
    ("class_signature", "user_card"),
    ("figcaption", "caption"),
    ("class_caption", "caption"),
    ("hidden", "navigation"),
)
"""Which mark makes a line boilerplate, and of which role; the first that fits counts."""

SURE = ("figcaption", "class_caption", "class_pullquote", "class_site", "class_beside")
"""Marks that are believed however many lines carry them: they name a line in the midst of the text, or software gives
the name to what stands beside the entries of a blog, which may be short."""

TOO_MUCH = 0.4
"""A mark that stands around this share of all prose is on the page's frame and says nothing."""

FRAMES = frozenset({"navigation", "advertisement", "widget", "related"})
"""Roles that keep a line out of the comments: forms, and lists of recent comments in a side column.

What is named after the author, or stands in a footer, is the head or the foot of a comment there.
"""

REGIONS = ("class_content", "article", "main")
"""Marks of the element that holds the main content, the narrowest first."""

ENOUGH = 0.6
"""The share of the page's unhinted prose that such an element must hold."""

FEWEST_COPIES, SHORTEST_COPY, MOST_BETWEEN = 3, 60, 3
"""Lines that make a copy of the text, characters of each, and lines that come on one of them at most."""

LEAST_OUTSIDE = 30.0
"""Words of prose that must stand outside elements for comments: else the name of the element means something else."""

FEW_WORDS = 60.0
"""Words of prose below which a page is not one of text."""


_ASIDE, _QUOTE = TAG_BIT["aside"], TAG_BIT["class_quote"]


def read_markup(lines: Lines, features: Features) -> list[str]:
    """For each line the role its markup gives away, or ""; "comment" for what stands in an element for comments.

    Class words are guesses: a word on an element that holds much of the page's prose, or of its prose outside the
    comments, is not believed.
    """
    tags = lines.tags
    if tags is None:
        return [""] * len(lines)
    words = features.word_counts
    prose = features.prose
    weights: dict[int, float] = {}  # by marks; most lines are no prose and weigh nothing
    for count, flag, tag in zip(words, prose, tags, strict=True):
        if flag and count:
            weights[tag.marks] = weights.get(tag.marks, 0.0) + min(count, 100.0)
    present = _present(tags)
    comment = TAG_BIT["class_comment"] & present
    outside = {marks: weight for marks, weight in weights.items() if not marks & comment}
    if _sum(outside) < min(LEAST_OUTSIDE, 0.1 * _sum(weights)):
        comment, outside = 0, weights
    most = [(worth, TOO_MUCH * _sum(worth)) for worth in (weights, outside)]
    believed: list[tuple[int, str]] = []
    for name, role in ROLES_BY_MARK:
        bit = TAG_BIT[name]
        if not present & bit:
            continue
        if name in SURE or all(_sum(worth, bit) <= limit for worth, limit in most):
            believed.append((bit, role))
    roles: dict[int, str] = {}
    result: list[str] = []
    looks = features.looks
    for index, tag in enumerate(tags):
        marks = tag.marks
        if marks not in roles:
            # Boards set what a post quotes in an <aside>.
            quotes = _ASIDE if marks & _QUOTE else 0
            role = next((role for bit, role in believed if marks & bit & ~quotes), "")
            if comment and marks & comment and role not in FRAMES:
                role = "comment"
            roles[marks] = role
        # The foot of a comment, named "comment-footer", says who wrote it and when.
        is_foot = comment and marks & comment and roles[marks] == "navigation" and _is_signed(looks[index])
        result.append("comment" if is_foot else roles[marks])
    return _without_copies(lines, result) if "comment" in result else result


def _sum(weights: Mapping[int, float], bit: int = -1) -> float:
    """The weight of all lines, or of those inside elements with a mark."""
    return sum(weight for marks, weight in weights.items() if marks & bit or bit < 0)


def _without_copies(lines: Lines, markup: list[str]) -> list[str]:
    """The roles without comments where an element for them holds a copy of the text above it, for a program to read.

    Whoever quotes the text repeats a paragraph or two.
    """
    above: set[str] = set()
    copies: list[int] = []
    for index, role in enumerate(markup):
        text = lines.texts[index]
        if len(text) < SHORTEST_COPY:
            continue
        if role != "comment":
            above.add(text)
        elif text in above:
            copies.append(index)
    if len(copies) < FEWEST_COPIES or copies[-1] - copies[0] >= len(copies) * MOST_BETWEEN:
        return markup
    copied = [index for index in range(copies[0], copies[-1] + 1) if markup[index] == "comment"]
    result = list(markup)
    for index in copied:
        result[index] = "repeated_title"
    return result


def _is_signed(look: Look) -> bool:
    return look.kind in {"time", "stamp", "byline"} and (look.has_clock or look.has_ago)


def find_region(lines: Lines, features: Features, markup: list[str]) -> int:
    """The mark of the element that holds most of the prose, or 0 where the markup names no such element.

    On a page of almost no prose, words outside links count instead: a list of products is main text too.
    """
    tags = lines.tags
    if tags is None:
        return 0
    present = _present(tags)
    named = [bit for name in REGIONS if (bit := TAG_BIT[name]) & present]
    if not named:
        return 0
    words = features.word_counts
    prose = features.prose
    weights = [
        min(count, 100.0) if flag and not role else 0.0 for count, flag, role in zip(words, prose, markup, strict=True)
    ]
    if sum(weights) < FEW_WORDS:
        weights = [
            min(count, 20.0) * (1 - tag.link) if not role else 0.0
            for count, tag, role in zip(words, tags, markup, strict=True)
        ]
    total = sum(weights)
    for bit in named:
        if sum(weight for weight, tag in zip(weights, tags, strict=True) if tag.marks & bit) >= max(
            1.0, ENOUGH * total
        ):
            return bit
    return 0


def _present(tags: list[Tags]) -> int:
    """All marks that any line of the page carries."""
    return reduce(or_, (tag.marks for tag in tags), 0)
