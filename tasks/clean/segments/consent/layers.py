"""Layers in which a site asks for consent to its cookies: banners, dialogs with purposes, lists of partners.

They belong to no document, and can be longer than it. A layer is told by a sentence in which the site speaks of its own
cookies and by the answers it offers beside that, or by the element both stand in. A text about cookies has neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from tasks.clean.segments.consent.words import (
    CHOICE,
    DATA,
    OTHER,
    PART,
    STATEMENT,
    WAY,
    closes_with_choice,
    is_statement,
    speaks_of_cookies,
    tell,
)
from tasks.clean.segments.lines import Element, Lines
from tasks.clean.segments.looks import look_at
from tasks.clean.segments.markup.names import class_marks
from tasks.clean.segments.markup.tags import TAG_BIT

REACH, AHEAD = 6, 4
"""Lines from the sentence, or a heading of the layer, to the nearest answer, and from one line of buttons or headings
to the next."""

LONGEST_LAYER = 300
"""Lines from the sentence to the nearest answer at most: the time stays linear in the length of a text."""

MOST_ABOVE = 3
"""Sentences of a layer above the one nearest to the answers."""

LONG_WORDS, LONG_CHARACTERS = 12, 40
"""Words of a line that is part of a text, unless it speaks of data; characters in a script without spaces."""

MOST_FOREIGN = 0.4
"""The share of words in long lines that speak of nothing like consent, in an element that is a layer."""

MOST_UNANSWERED = 150
"""Words of an element named after consent that shows no answers: what is longer may be a text."""

MOST_AROUND = 40
"""Elements around a line that are looked at: the time stays linear however deep a page is nested."""

TEXTS = frozenset({("article",), ("main",), ("pre",)})
"""Elements that hold texts."""

DIALOGS = frozenset({"dialog", "alertdialog"})
"""A tag, or the roles of elements that open above a page."""

_COOKIE = TAG_BIT["class_cookie"]
_PRE = TAG_BIT["pre"]
_SAID_BELOW = {DATA: {PART, STATEMENT, DATA}, STATEMENT: {PART, STATEMENT, DATA, CHOICE, WAY}}
_ENTRIES = frozenset({"time", "stamp", "byline", "says", "scored", "comments"})


def find_consent(lines: Lines, title: str | None = None) -> list[int]:
    """The numbers of the lines of all layers, in order; `title` is what is known of the document's title.

    A layer quoted in the midst of a text is part of that text.
    """
    is_named = lines.tags is not None and any(tag.marks & _COOKIE for tag in lines.tags)
    if not (is_named or speaks_of_cookies(lines.text)):
        return []
    tried: dict[int, range | None] = {}
    found: set[int] = set()
    quoted = -1
    for index, text in enumerate(lines.texts):
        of_consent = is_named and lines.tags is not None and lines.tags[index].marks & _COOKIE > 0
        if index <= quoted or index in found or not is_statement(text, of_consent=of_consent) or _is_code(lines, index):
            continue
        if (held := _find_element(lines, index, tried)) is not None:
            found.update(held)
            continue
        if (answer := _find_answer(lines, index, title)) is not None:
            first, last = _grow(lines, index, -1, title), _grow(lines, answer, 1, title)
            if _is_text(lines, first - 1) and _is_text(lines, last + 1):
                quoted = last
            else:
                found.update(range(first, last + 1))
    return sorted(found)


def _find_answer(lines: Lines, index: int, title: str | None) -> int | None:
    """The line of the nearest answer below a sentence, or in it: the last sentence above an answer has it."""
    if closes_with_choice(lines.texts[index]):
        return index
    far = index + REACH
    for at in range(index + 1, min(len(lines), index + LONGEST_LAYER)):
        kind = tell(lines.texts[at])
        if kind == CHOICE:
            return at
        is_barrier = _is_barrier(lines, at, title) and not _is_explanation(lines, at)
        if at == far or is_barrier or (kind == STATEMENT and tell(lines.texts[at - 1]) != PART):
            return None
        far = at + REACH if kind == PART else far
    return None


def _grow(lines: Lines, at: int, step: int, title: str | None) -> int:
    """The last line of a layer on one side: as long as buttons and headings of it follow each other closely."""
    above = 0
    while (index := _find_next(lines, at, step, title, may_speak=step < 0 and above < MOST_ABOVE)) is not None:
        above += tell(lines.texts[index]) == STATEMENT
        at = index
    return at


def _find_next(lines: Lines, at: int, step: int, title: str | None, *, may_speak: bool) -> int | None:
    """The next line of a layer beyond line `at`, which may be a sentence where it `may_speak`.

    Between the two stand short lines, and sentences below headings or buttons that are known.
    """
    for index in range(at + step, at + step * (AHEAD + 1), step):
        if not 0 <= index < len(lines) or (_is_barrier(lines, index, title) and not _is_explanation(lines, index)):
            return None
        kind = tell(lines.texts[index])
        if kind in {CHOICE, PART}:
            return index
        is_next = index == at + step
        explains = step > 0 and kind in {STATEMENT, DATA} and tell(lines.texts[at]) == PART
        if is_next and (kind == WAY or explains or (may_speak and kind == STATEMENT)):
            return index
        if kind in {STATEMENT, DATA} and (index == 0 or tell(lines.texts[index - 1]) not in _SAID_BELOW[kind]):
            return None
    return None


def _is_explanation(lines: Lines, index: int) -> bool:
    """Whether a paragraph stands between a heading of a layer and the next, or buttons."""
    if not 0 < index < len(lines) - 1 or tell(lines.texts[index - 1]) != PART:
        return False
    return tell(lines.texts[index + 1]) in {PART, CHOICE, WAY}


def _is_barrier(lines: Lines, index: int, title: str | None) -> bool:
    """Whether a line belongs to no layer: a paragraph about other things, the title, who wrote a text and when."""
    text = lines.texts[index]
    return _is_code(lines, index) or text == title or look_at(text).kind in _ENTRIES or _is_text(lines, index)


def _is_code(lines: Lines, index: int) -> bool:
    return lines.tags is not None and lines.tags[index].marks & _PRE > 0


def _is_text(lines: Lines, index: int) -> bool:
    return 0 <= index < len(lines) and _is_long(lines.texts[index]) and tell(lines.texts[index]) == OTHER


def _is_long(text: str) -> bool:
    return text.count(" ") >= LONG_WORDS - 1 or (text > "\u0e00" and len(text) >= LONG_CHARACTERS)


def _find_element(lines: Lines, index: int, tried: dict[int, range | None]) -> range | None:
    """The lines of the outermost element around a sentence that is a layer, or None; `tried` holds what was seen."""
    tags, parents, elements = lines.tags, lines.parents, lines.elements
    if tags is None or parents is None or elements is None:
        return None
    for block in reversed(list(_around(parents, tags[index].block))):
        if not _is_named(elements[block]):
            continue
        if block not in tried:
            held = _lines_in(lines, index, block)
            tried[block] = held if _is_layer(lines, held, block) else None
        if (layer := tried[block]) is not None:
            return layer
    return None


def _around(parents: list[int], block: int) -> Iterator[int]:
    """The numbers of a block and of those around it, without the page's own."""
    for _ in range(MOST_AROUND):
        if not block:
            return
        yield block
        block = parents[block]


def _is_named(element: Element) -> bool:
    """Whether an element is named after consent, or a dialog."""
    if not element:
        return False
    if element[0] == "dialog" or (len(element) > 1 and (element[3] or "").lower() in DIALOGS):
        return True
    return len(element) > 1 and bool(class_marks(" ".join(filter(None, element[1:3]))) & _COOKIE)


def _lines_in(lines: Lines, index: int, block: int) -> range:
    """The lines around line `index` that stand in a block, too."""
    tags, parents = lines.tags or [], lines.parents or []
    ends = [index, index]
    for end, step in ((0, -1), (1, 1)):
        at = index + step
        while 0 <= at < len(tags) and block in _around(parents, tags[at].block):
            ends[end] = at
            at += step
    return range(ends[0], ends[1] + 1)


def _is_layer(lines: Lines, held: range, block: int) -> bool:
    """Whether an element offers answers or is short, most of it speaks of consent, and none of it is a text."""
    texts = [lines.texts[at] for at in held]
    if sum(map(_count_words, texts)) > MOST_UNANSWERED and not any(tell(text) == CHOICE for text in texts):
        return False
    long = [text for text in texts if _is_long(text)]
    foreign = sum(_count_words(text) for text in long if tell(text) == OTHER)
    return foreign <= MOST_FOREIGN * sum(map(_count_words, long)) and not _holds_text(lines, held, block)


def _holds_text(lines: Lines, held: range, block: int) -> bool:
    """Whether an element is marked as a text, or holds one that is."""
    tags, parents, elements = lines.tags or [], lines.parents or [], lines.elements or []
    blocks = {block}
    for at in held:
        blocks.update(takewhile(lambda inner: inner != block, _around(parents, tags[at].block)))
    return any(elements[inner][:1] in TEXTS for inner in blocks)


def _count_words(text: str) -> int:
    return text.count(" ") + 1
