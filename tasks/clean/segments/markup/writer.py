"""What is rendered of a page, collected into lines that remember their markup."""

from __future__ import annotations

from collections.abc import Callable

from tasks.clean.segments.lines import Element, Owner
from tasks.clean.segments.markup.tags import TAG_BIT, Tags
from tasks.clean.segments.threads.owners import read_owner

MOMENTS, CENTURIES = frozenset({"time", "abbr", "span", "a"}), ("19", "20")
"""Elements that may say when something was, beside the "3 hours ago" they show, and what such a time begins with."""

POSTS = frozenset({"article", "div", "li", "section", "table", "td", "tr"})
"""Elements that may be a post; a link with a name in its attributes is a mention."""

_LINK = TAG_BIT["link"]


Context = tuple[int, int, int, int, int]
"""What an element gives to the lines inside it: `marks`, `own`, `heading`, `block` and `path` of `Tags`."""


class Writer:
    """Collects text into lines."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.tags: list[Tags] = []
        self.blanks: list[int] = []
        self.parts: list[str] = []
        self.linked = 0
        self.length = 0
        self.blank = 0
        self.holder: Context | None = None
        self.parents = [0]
        self.elements: list[Element] = [()]
        self.moments: dict[int, str] = {}
        self.depths: dict[int, str] = {}
        self.owners: dict[int, Owner] = {}

    def write(self, text: str, context: Context) -> None:
        """Add a run of text to the line that is being written."""
        size = len(text.strip())
        if self.holder is None:
            if not size:
                return
            self.holder = context
        self.parts.append(text)
        self.length += size
        if context[0] & _LINK:
            self.linked += size

    def set_apart(self, text: str) -> None:
        """Put a space before the text of an inline element that another one stands before, where no word goes on there.

        What has no white space in the markup, and a capital behind a small letter or a digit, is set apart by a style:
        of 571 such places in words of main text 570 are ends of words.
        """
        if self.parts and text[0].isupper() and ((last := self.parts[-1][-1]).islower() or last.isdigit()):
            self.parts.append(" ")

    def tell(self, tag: str, get: Callable[[str], str | None]) -> None:
        """Note the time, or the depth, that the attributes of an element give the line that begins with it.

        Of an element that is about to begin, also who wrote the post that it is.
        """
        if level := get("depth") or get("indent") or get("data-depth") or get("data-level"):
            self.depths[len(self.texts)] = level
        if tag in MOMENTS and (moment := get("datetime") or get("title")) and moment[:2] in CENTURIES:
            self.moments.setdefault(len(self.texts), moment)
        if tag in POSTS and (owner := read_owner(get)):
            self.owners[len(self.parents)] = owner

    def end_line(self) -> None:
        """Finish the line that is being written, if there is one."""
        holder = self.holder
        if holder is None:
            return
        # What \s leaves out of white space inside lines (U+0085, U+2028) is put to one space as well.
        text = " ".join("".join(self.parts).split())
        self.texts.append(text)
        marks, own, heading, block, path = holder
        of_line = marks, own, heading, self.linked / self.length, block, path
        self.tags.append(tuple.__new__(Tags, of_line))
        self.blanks.append(self.blank if len(self.texts) > 1 else 0)
        self.blank = self.linked = self.length = 0
        self.parts, self.holder = [], None
