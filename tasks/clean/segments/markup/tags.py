"""What markup says of a line: the elements around it and the words of their class and id (see `names`)."""

from __future__ import annotations

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

HEADINGS = {f"h{level}": level for level in range(1, 7)}
"""The tags of headings, with their levels."""

LANDMARKS = {
    "main": "main",
    "navigation": "nav",
    "contentinfo": "footer",
    "complementary": "aside",
    "article": "article",
}
"""Values of `role` that make of any element what one with a name of its own is, by the same marks (WAI-ARIA)."""

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
    "site",
    "beside",
)
TAG_BIT = {name: 1 << index for index, name in enumerate((*MARKS, *(f"class_{name}" for name in CLASSES)))}
"""The bit of each mark: an element's (`nav`) or a class word's (`class_comment`)."""


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
