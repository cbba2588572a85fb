"""What the names in class, id, role and itemprop say an element is.

A name is made of words, and some words say what the element is: a menu, an advertisement, comments. But a name may also
say what the element has inside it, how it is laid out, or what the entry in it is filed under.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from tasks.clean.segments.markup.tags import CLASSES, TAG_BIT

LONGEST_NAMES = 400
"""Characters of an element's names that are looked at."""

LONGEST_NAME = 60
"""A longer name is a machine's."""

_COMMENT, _RELATED = TAG_BIT["class_comment"], TAG_BIT["class_related"]
# Longest runs of letters and digits; camelCase is cut before a capital.
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_NAME = re.compile(r"[\w-]+")
# CSS modules end names in five signs of a hash (`Aside_item__adF2E`, `item___3fAdq`), not all of them small letters.
_HASHED = re.compile(r"(?:[A-Za-z0-9-]+_[A-Za-z0-9-]+_|.*[A-Za-z0-9]__)(?=_(?![a-z]{5})[\w-]{5}$)")
_NOTHING: frozenset[str] = frozenset()


class _Words(NamedTuple):
    """The masks of words that are a `whole` name, of those that may be `parts` of one, and of `pairs` of such.

    A name without a word that is `telling` has neither such a part nor such a pair, as most names.
    A part says nothing where one of the words that `unless` has for it is in the name, too. Nor does it, or a pair,
    where one that is in `holding` stands before it. What is in `empty` says nothing, be it a name or all of a class.
    Where an element has one of `entries` in its names, those that begin as one of `filed` say what the entry is filed
    under.
    """

    whole: dict[str, int]
    parts: dict[str, int]
    pairs: dict[str, int]
    telling: frozenset[str]
    unless: dict[str, frozenset[str]]
    holding: frozenset[str]
    empty: frozenset[str]
    entries: tuple[str, ...]
    filed: tuple[str, ...]


@cache
def _load_words() -> _Words:
    lists = json.loads(Path(__file__).with_name("class_words.json").read_text(encoding="utf-8"))
    whole: dict[str, int] = {}
    for name in CLASSES:
        for word in lists[name]:
            whole[word] = whole.get(word, 0) | TAG_BIT[f"class_{name}"]
    parts = {word: mark for word, mark in whole.items() if word not in lists["never_parts"]}
    pairs = {pair: TAG_BIT[f"class_{name}"] for name, pairs in lists["pairs"].items() for pair in pairs}
    return _Words(
        whole,
        parts,
        pairs,
        frozenset(parts) | {pair.partition("-")[2] for pair in pairs},
        {word: frozenset(others) for word, others in lists["unless"].items()},
        frozenset(lists["holding"]),
        frozenset(lists["empty"]),
        tuple(lists["entries"]),
        tuple(lists["filed"]),
    )


def class_marks(names: str) -> int:
    """The mask of the class words in a class, id, role or itemprop attribute, or of several of them together.

    A name counts as a whole (`entry-content`) and by its parts (`comment` in `js-commentList`), some of which are two
    words (`about-author` in `wp-about-author-text`). A name of more than 60 characters is a machine's and says nothing,
    nor does what makes a name unique (`Courses_item__adF2E`). `recent-comments` are links to comments elsewhere, a
    `recent-comment` is one itself. `has-sidebar` and `wrapperWithSidebar` have one inside, `search-results` are what
    was searched for, `tabs-content` is what a tab shows, a `video-poster` its first picture. An entry of a blog in
    `category-legal` is no notice, and of Blogger's widgets the `widget Blog` holds the entries themselves.
    """
    words = names[:LONGEST_NAMES].split()
    known = _load_words()
    if names in known.empty:
        return 0
    for sign in known.entries:
        if sign in names:
            words = [word for word in words if not word.startswith(known.filed)]
            break
    marks = 0
    for word in words:
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
    known = _load_words()
    if name[-7:-5] == "__" and (unique := _HASHED.match(name)):
        name = unique[0].rstrip("_")
    lower = name.lower()
    if lower in known.empty:
        return 0
    if name.isascii() and name.islower():
        words = name.replace("_", "-").split("-")
    else:
        words = [word.lower() for word in _WORD.findall(name)]
    marks = known.whole.get(lower, 0)
    if known.telling.isdisjoint(words):
        return marks
    before = further = ""
    for word in words:
        mark = known.parts.get(word, 0)
        if mark and before not in known.holding and known.unless.get(word, _NOTHING).isdisjoint(words):
            marks |= mark
        if further not in known.holding:
            marks |= known.pairs.get(f"{before}-{word}", 0)
        further, before = before, word
    if marks & _COMMENT and marks & _RELATED:
        marks &= ~(_RELATED if "comment" in words else _COMMENT)
    return marks
