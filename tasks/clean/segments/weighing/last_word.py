"""Who has the last word on a line: the trees alone, or the rules alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.clean.segments.insets import QUOTES, says_caption
from tasks.clean.segments.learned.case import Case
from tasks.clean.segments.looks import cues_of
from tasks.clean.segments.markup.tags import TAG_BIT, Tags
from tasks.clean.segments.vocabulary import cue_bits, load_vocabulary, phrase_words
from tasks.clean.segments.ways import find_ways

MARKED = frozenset({"caption", "pullquote", "about"})
"""Roles that the trees judge alone where they see markup: such lines look like main text to the rules, too.

What a page has twice is more often an entry of a list than a caption, and what its markup calls captions may be offers.
Of the pages on which that moves anything, seven in ten gain.
"""

_CAPTION, _ABOUT = TAG_BIT["figcaption"], TAG_BIT["class_about"] | TAG_BIT["class_site"]

INSIDE = frozenset({"navigation", "user_card"})
"""Roles that the trees judge alone inside the main run of plain text: there many of the words of such lines are main.

Words about the author are not among them: the trees take them for the end of the text that they stand behind.
"""

LONGEST_SUBHEAD = 9
"""Words of a subhead that is no pull quote; of what the trees then take for main text nine words in ten are."""

LONGEST_FOOT = 400
"""Characters of what a blog sets below an entry: when it was written, in which of many categories, and buttons."""

_BUTTONS = cue_bits("controls")


def find_left_to_trees(cases: Sequence[Case]) -> list[int]:
    """The numbers, over all documents together, of the lines that the trees judge alone."""
    found: list[int] = []
    at = 0
    for case in cases:
        tags = case.lines.tags
        found.extend(at + index for index in (_find_unmarked(case) if tags is None else _find_marked(case, tags)))
        at += len(case.lines)
    return found


def find_settled(cases: Sequence[Case]) -> list[int]:
    """The numbers, over all documents together, of the lines that are no main text whatever the trees think.

    What software says of an entry, a form or the browser, and ways to the pages before and after: of 97 that the
    trees took for main text, 3 were, in plain text. There also what stands below an entry (see `is_foot`): of 1,090
    such lines 10 are main text, and none of the 8 that the trees took for it.
    """
    found: list[int] = []
    at = 0
    for case in cases:
        if "notice" in case.features.kinds:
            found.extend(at + index for index, kind in enumerate(case.features.line_kinds) if kind == "notice")
        found.extend(at + index for index in find_ways(case.lines))
        if case.lines.tags is None and "|" in case.lines.text:
            found.extend(at + index for index, text in enumerate(case.lines.texts) if "|" in text and is_foot(text))
        at += len(case.lines)
    return found


def is_foot(text: str) -> bool:
    """Whether a line ends with a button behind a bar, as blogs set below an entry: "May 9 in Mills | Permalink"."""
    _, bar, last = text.rpartition("|")
    if not bar or text[0] == "|" or len(text) > LONGEST_FOOT:
        return False
    return bool(cues_of(phrase_words(last), load_vocabulary()) & _BUTTONS)


def _find_marked(case: Case, tags: Sequence[Tags]) -> Iterator[int]:
    """Lines with markup; what its own element calls a caption or a word about the author or site is left to the rules.

    Of 776 words that the trees took for main text in elements named after the author or the site, 33 were.
    """
    for index, (hint, tag) in enumerate(zip(case.layout.hints, tags, strict=True)):
        if hint in MARKED and not tag.marks & (_CAPTION | _ABOUT if hint == "about" else _CAPTION):
            yield index


def _find_unmarked(case: Case) -> Iterator[int]:
    """Lines inside the main run of plain text that the rules leave out for nothing but their place.

    What says by itself that it is a caption is one, what has quotation marks is a pull quote, and what begins with the
    title to the letter is that again. But others are taken for captions where one stands above or where they come
    again, and for the title where they have its words: of what the trees then take for main text nine words in ten are.
    What a paragraph says again is more often its heading.
    """
    first, last = case.layout.core
    if first < 0:
        return
    looks, kinds, texts = case.features.looks, case.features.line_kinds, case.lines.texts
    words, prose = case.features.word_counts, case.features.prose
    title = texts[case.layout.title]
    for index in range(first, last + 1):
        hint = case.layout.hints[index]
        if hint == "caption":
            is_left = not says_caption(texts[index], kinds[index])
        elif hint == "pullquote":
            is_above_prose = index + 1 < len(prose) and bool(prose[index + 1])
            is_short = words[index] <= LONGEST_SUBHEAD and looks[index].kind != "name"
            is_left = is_above_prose and is_short and texts[index][0] not in QUOTES
        elif hint == "repeated_title":
            is_left = not texts[index].startswith(title)
        else:
            is_left = hint in INSIDE
        if is_left:
            yield index
