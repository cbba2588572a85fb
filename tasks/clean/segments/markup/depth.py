"""Pages nested deeper than browsers nest: the elements beyond are left out, their text stays.

A parser looks through the elements that are open at many a tag. For a megabyte of `<div>` that takes minutes, for ten
megabytes hours. So the elements of pages with many tags are counted much as a parser opens and closes them, and those
that would lie too deep are renamed. On a broken page the count may take an element for deeper than it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from tasks.clean.segments.markup.nesting import (
    BLOCKS,
    BREAK_OUT,
    BUTTON_SCOPES,
    CELLS,
    FOREIGN,
    FORMATTING,
    GROUPS,
    HOLDING_TEXT,
    ITEM_STOPS,
    ITEMS,
    RAW,
    ROWS,
    SCOPES,
    SPECIAL,
    TABLES,
    VOID,
    stops_of,
)
from tasks.clean.segments.markup.tags import HEADINGS

MANY_TAGS = 20_000
"""Signs that may begin a tag from which on a page is looked at: fewer take a parser two seconds, however they lie."""

DEEPEST = 512
"""As deep as Chromium nests elements."""

LOOKED_AT = 64
"""Open elements among which the one that a tag ends is looked for."""

ALIKE = 3
"""Of unclosed formatting elements that are written alike, so many go on behind the end of a block."""

_TAG = re.compile(r"<(?:(!--)|[!?]|/(?![a-zA-Z])|(/?)([a-zA-Z][^\s/>]*+))")
_REST = re.compile(r"""(?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'>])[^\s>]++)?+)?+)*+>""")
_COMMENT_END = re.compile(r"--!?>")
_RAW_END = {name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE) for name in RAW}


class _Element(NamedTuple):
    name: str
    tag: str
    """As it stands in the page, of formatting elements alone."""

    is_kept: bool
    """Whether the parser is to see it."""


def flatten(page: str, *, scripting: bool = True) -> str:
    """The page without the elements that are nested deeper than `DEEPEST`: where they begin and end, lines end.

    `scripting` says whether it is parsed as by a browser that runs scripts, which takes a <noscript> for text. Pages
    with few tags are given back as they are. Takes time linear in the length of the page.
    """
    if page.count("<") <= MANY_TAGS:
        return page
    return _Flattened(page, RAW if scripting else RAW - {"noscript"}).rewrite()


class _Flattened:
    def __init__(self, page: str, raw: AbstractSet[str]) -> None:
        self._page, self._raw = page, raw
        self._open: list[_Element] = []
        self._names: Counter[str] = Counter()
        self._form: _Element | None = None
        self._going_on: list[_Element] = []
        """Formatting elements that ended with a block around them: the next text opens them again."""

    def rewrite(self) -> str:
        """The page, with tags of elements that lie too deep under the names of others."""
        page, at, done = self._page, 0, 0
        parts: list[str] = []
        while tag := _TAG.search(page, at):
            if tag.start() > at:
                self._go_on()
            end = self._find_end(tag)
            if end < 0:  # the parser drops what is left, too
                break
            at, name = end, (tag[3] or "").lower()
            if not name:
                continue
            if tag[2]:
                is_kept = self._close(name)
            elif name == "plaintext":
                break
            elif name in self._raw and not self._is_foreign():
                last = _RAW_END[name].search(page, at)
                if last is None:
                    break
                at, is_kept = last.start(), True  # what it holds must not be read as text
            else:
                is_kept = self._begin(name, page[tag.start() : at])
            if not is_kept:
                parts += page[done : tag.start(3)], "br" if name in SPECIAL or self._is_foreign() else "wbr"
                done = tag.end(3)
        return "".join((*parts, page[done:]))

    def _find_end(self, tag: re.Match[str]) -> int:
        """Where a tag, a comment or what is taken for one ends; -1 where it does not."""
        if tag[3]:
            end = _REST.match(self._page, tag.end())
            return end.end() if end else -1
        if tag[1]:
            end = _COMMENT_END.search(self._page, tag.start() + 2)
            return end.end() if end else -1
        return self._page.find(">", tag.end()) + 1 or -1

    def _is_foreign(self) -> bool:
        return any(self._names[name] for name in FOREIGN)

    def _is_deep(self) -> bool:
        return len(self._open) + len(self._going_on) >= DEEPEST

    def _begin(self, name: str, tag: str) -> bool:
        """Open an element, and end what it ends; whether it is to be kept."""
        while name in BREAK_OUT and self._end(FOREIGN, HOLDING_TEXT):
            pass
        if not self._find(FOREIGN, HOLDING_TEXT):
            if name in ROWS and not any(self._names[each] for each in TABLES):
                return True  # without a table it is nothing
            if name == "select" and (ended := self._end(frozenset({"select"}), SCOPES - {"select"})):
                return ended.is_kept  # it is read as the end of the one in which it stands
            self._end_before(name)
        if name in VOID or (name == "form" and self._form and not self._names["template"]):
            return True
        element = _Element(name, tag if name in FORMATTING else "", not self._is_deep())
        if name == "form" and element.is_kept:
            self._form = element
        self._push(element)
        return element.is_kept

    def _end_before(self, name: str) -> None:
        """End what an element ends where it begins."""
        if name in ROWS:
            self._end(CELLS, TABLES)
            if name not in CELLS:
                self._end(GROUPS if name in GROUPS else frozenset({"tr"}), TABLES)
        elif name in ITEMS:
            self._end(ITEMS - {"li"} if name != "li" else frozenset({"li"}), ITEM_STOPS)
        elif name == "table":
            self._end(frozenset({"table"}), CELLS | {"template"})
        elif name in {"a", "nobr"} and "template" not in self._names:
            self._close(name)
        elif name == "button":
            self._end(frozenset({"button"}), SCOPES)
        elif name in {"option", "optgroup"} and self._open and self._open[-1].name == "option":
            self._pop()
        if name in BLOCKS or name in ITEMS:
            self._end(frozenset({"p"}), BUTTON_SCOPES)
            if name in HEADINGS and self._open and self._open[-1].name in HEADINGS:
                self._pop()
        elif name not in ROWS:
            self._go_on()

    def _close(self, name: str) -> bool:
        """Close an element, if one of the name is open; whether the tag that does it is to be kept."""
        if name in FORMATTING:
            if self._forget(name):
                return True
            back = self._find(frozenset({name}), SCOPES)
            inside = self._open[len(self._open) - back + 1 :] if back else []
            if any(each.name in SPECIAL for each in inside):
                return self._take_out(back).is_kept  # the blocks in it stay open
        if name == "form":  # so does all that is in it
            form, self._form = self._form, None
            back = self._find(frozenset({"form"}), SCOPES) if form else 0
            return not back or self._open[-back] is not form or self._take_out(back).is_kept
        ended = self._end(HEADINGS.keys() if name in HEADINGS else frozenset({name}), stops_of(name))
        return ended is None or ended.is_kept

    def _take_out(self, back: int) -> _Element:
        """End an element, but none of those in it."""
        self._names[self._open[-back].name] -= 1
        return self._open.pop(-back)

    def _end(self, names: AbstractSet[str], stops: AbstractSet[str]) -> _Element | None:
        """End the innermost open element of these names and all that is open in it; that element, if there is one.

        Nothing ends where one of the `stops` is open in it. Formatting goes on behind the end, but for that of cells.
        """
        back = self._find(names, stops)
        if not back:
            return None
        ended = self._open[-back:]
        del self._open[-back:]
        self._names.subtract(each.name for each in ended)
        for each in ended[1:]:
            if each.name in CELLS:
                self._going_on.clear()
            elif each.tag and each.is_kept and self._count_alike(each) < ALIKE:
                self._going_on.append(each)
        if ended[0].name in CELLS:
            self._going_on.clear()
        return ended[0]

    def _find(self, names: AbstractSet[str], stops: AbstractSet[str]) -> int:
        """How many elements end with the innermost one of these names: 0 where none does."""
        if any(self._names[name] for name in names):
            for back, each in enumerate(self._open[: -LOOKED_AT - 1 : -1], 1):
                if each.name in names:
                    return back
                if each.name in stops:
                    break
        return 0

    def _count_alike(self, element: _Element) -> int:
        return sum(each.tag == element.tag for each in self._going_on)

    def _go_on(self) -> None:
        for each in self._going_on:
            self._push(each)
        self._going_on.clear()

    def _forget(self, name: str) -> bool:
        """Let a formatting element of the name not go on, if there is one."""
        for at in range(len(self._going_on) - 1, -1, -1):
            if self._going_on[at].name == name:
                del self._going_on[at]
                return True
        return False

    def _push(self, element: _Element) -> None:
        self._open.append(element)
        self._names[element.name] += 1

    def _pop(self) -> _Element:
        last = self._open.pop()
        self._names[last.name] -= 1
        return last
