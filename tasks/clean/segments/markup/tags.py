"""What markup says of a line: the elements around it and the words of their class and id."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

ELEMENTS = {
    "nav": "nav",
    "header": "header",
    "footer": "footer",
    "aside": "aside",
    "figcaption": "figcaption",
    "figure": "figure",
    "time": "time",
    "button": "button",
    "form": "form",
    "label": "form",
    "fieldset": "form",
    "blockquote": "blockquote",
    "li": "item",
    "dd": "item",
    "dt": "item",
    "td": "cell",
    "th": "cell",
    "pre": "pre",
    "code": "pre",
    "article": "article",
    "main": "main",
    "a": "link",
    "address": "address",
    "p": "paragraph",
    "cite": "cite",
    "dialog": "dialog",
}
"""Elements that mean something, by the mark they leave on the lines inside."""

MARKS = (*dict.fromkeys(ELEMENTS.values()), "heading", "body", "hidden")
CLASSES = (
    "advertisement",
    "byline",
    "caption",
    "card",
    "comment",
    "content",
    "cookie",
    "date",
    "navigation",
    "related",
    "share",
    "sidebar",
    "subtitle",
    "title",
    "signature",
    "quote",
    "pullquote",
    "about",
    "overlay",
)
TAG_BIT = {name: 1 << index for index, name in enumerate((*MARKS, *(f"class_{name}" for name in CLASSES)))}
"""The bit of each mark: an element's (`nav`) or a class word's (`class_comment`)."""

LONGEST_NAMES = 400
"""Characters of an element's names that are looked at."""

LONGEST_NAME = 60
"""A longer name is a machine's."""

# Longest runs of letters and digits; camelCase is cut before a capital.
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_NAME = re.compile(r"[\w-]+")


class Tags(NamedTuple):
    """The markup of one line.

    `marks` is a mask of `TAG_BIT` over the line's element and all around it, `own` over the block that holds the line
    only; `heading` is the level of the heading it stands in (0: none), `link` the share of its characters inside
    links, `block` the number of the block element that holds it, in document order, and `path` the number of the way
    to that element, tags and classes: lines of one template share it.
    """

    marks: int
    own: int
    heading: int
    link: float
    block: int
    path: int


@cache
def _class_words() -> dict[str, int]:
    lists = json.loads(Path(__file__).with_name("class_words.json").read_text(encoding="utf-8"))
    words: dict[str, int] = {}
    for name in CLASSES:
        for word in lists[name]:
            words[word] = words.get(word, 0) | TAG_BIT[f"class_{name}"]
    return words


def class_marks(names: str) -> int:
    """The mask of the class words in a class, id, role or itemprop attribute, or of several of them together.

    A name counts as a whole (`entry-content`) and by its parts (`comment` in `js-commentList`). A name of more than
    60 characters is a machine's and says nothing. `recent-comments` are links to comments elsewhere,
    a `recent-comment` is one itself.
    """
    marks = 0
    for word in names[:LONGEST_NAMES].split():
        marks |= _word_marks(word)
    return marks


@lru_cache(maxsize=1 << 14)
def _word_marks(word: str) -> int:
    """The mask of what stands between two blanks: few are new, though no two elements may have the same together."""
    marks = 0
    for name in _NAME.findall(word):
        if len(name) <= LONGEST_NAME:
            marks |= _name_marks(name)
    return marks


def _name_marks(name: str) -> int:
    known = _class_words()
    if name.isascii() and name.islower():
        words = name.replace("_", "-").split("-")
    else:
        words = [word.lower() for word in _WORD.findall(name)]
    marks = known.get(name.lower(), 0)
    for word in words:
        marks |= known.get(word, 0)
    if marks & TAG_BIT["class_comment"] and marks & TAG_BIT["class_related"]:
        marks &= ~TAG_BIT["class_related" if "comment" in words else "class_comment"]
    return marks
