"""Ids that say no more than the heading they lead to.

Generators of manuals and blogs make an id of the words of each heading, for links to it, and give it to the heading or
to the section that it opens: below "Search and related tools" stands `search-and-related-tools`.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from selectolax.lexbor import LexborNode

from tasks.clean.segments.markup.tags import HEADINGS

WORDS = 3
"""An id of fewer words is a name like another: `recent-posts-12` stands around "Recent posts" on many blogs."""

LOOKED_AT = 16
"""Nodes of an element among which its heading is looked for, and nodes of the heading that are read."""

_WORD = re.compile(r"\b[^\W\d]\w+")


def repeats_heading(name: str, element: LexborNode, *, is_in_heading: bool) -> bool:
    """Whether an id has three words or more, none a letter or a number, and all stand in the heading of its element.

    That is the heading in which the element stands, or the one with which its text begins, be it the element itself.
    """
    if name.count("-") + name.count("_") < WORDS - 1 or len(words := _words(name)) < WORDS:
        return False
    if not is_in_heading:
        for node in islice(element.traverse(include_text=True, skip_empty=True), LOOKED_AT):
            if node.tag in HEADINGS:
                element = node
                break
            if node.tag == "-text":
                return False
        else:
            return False
    for node in islice(element.traverse(include_text=True, skip_empty=True), LOOKED_AT):
        if node.tag == "-text":
            words -= _words(node.text_content or "")
    return not words


def _words(text: str) -> set[str]:
    """The words of a text in small letters, without the accents that an id leaves out."""
    text = text.lower().replace("_", " ")
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return set(_WORD.findall(text))
