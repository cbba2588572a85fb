"""HTML to lines that remember their markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.tags import ELEMENTS, TAG_BIT, Tags, class_marks

SKIPPED = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "audio", "video", "select",
    "datalist", "textarea", "input", "head", "map", "math annotation",
)  # fmt: skip
"""Elements without text for readers."""

PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "table", "pre", "figure", "hr", "section",
     "article", "main", "header", "footer", "aside", "nav", "form", "fieldset", "details", "address"}
)  # fmt: skip
"""Blocks with a blank line around them."""

BLOCKS = PARAGRAPHS | {
    "div", "li", "dt", "dd", "tr", "td", "th", "caption", "thead", "tbody", "tfoot", "figcaption", "body", "html",
    "option", "legend", "summary", "center", "dir", "menu", "button", "dialog", "hgroup", "search",
}  # fmt: skip
"""Elements that begin and end a line."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACES = re.compile(r"[ \t\n\r\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_LINK = TAG_BIT["link"]


@dataclass(slots=True)
class _Open:
    """An element whose content is being read: its identity, what its lines inherit, and whether it ends a line."""

    node: int
    marks: int
    own: int
    heading: int
    block: int
    tag: str


@dataclass(slots=True)
class _Writer:
    """Collects text into lines."""

    texts: list[str] = field(default_factory=list)
    tags: list[Tags] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    length: int = 0
    blank: int = 0
    holder: _Open | None = None

    def write(self, text: str, holder: _Open) -> None:
        """Add a run of text to the line that is being written."""
        if self.holder is None:
            if not text.strip():
                return
            self.holder = holder
        self.parts.append(text)
        size = len(text.strip())
        self.length += size
        if holder.marks & _LINK:
            self.linked += size

    def end_line(self, *, blank: bool) -> None:
        """Finish the line; `blank` asks for a blank line before the next one."""
        if self.holder is not None:
            text = _SPACES.sub(" ", "".join(self.parts)).strip()
            if text:
                holder = self.holder
                share = self.linked / max(1, self.length)
                self.texts.append(text)
                self.tags.append(Tags(holder.marks, holder.own, holder.heading, share, holder.block))
                self.blanks.append(self.blank if len(self.texts) > 1 else 0)
                self.blank = 0
            self.parts, self.linked, self.length, self.holder = [], 0, 0, None
        if blank:
            self.blank = 1


def parse_page(page: str) -> LexborHTMLParser:
    """Parse a page, however broken: the parser makes a document of anything."""
    return LexborHTMLParser(_NOT_TEXT.sub(" ", page))


def render(tree: LexborHTMLParser) -> Lines:
    """Render a parsed page to its visible lines: paragraphs, headings, cells, list items, pieces between <br>.

    White space inside a line is one space, but in <pre> the line ends stay. Blocks are divided by blank lines where
    a browser leaves space. Depth of nesting does not matter: nothing here recurses.
    """
    root = tree.body or tree.root
    writer = _Writer()
    if root is not None:
        _walk(root, writer)
    writer.end_line(blank=False)
    return _join(writer)


def _walk(root: LexborNode, writer: _Writer) -> None:
    stack = [_Open(0, TAG_BIT["body"], 0, 0, 0, "html")]
    blocks = 0
    skipped: set[int] = set()
    skip = frozenset(SKIPPED)
    for node in _nodes(root):
        parent = node.parent
        above = parent.mem_id if parent is not None else 0
        tag = node.tag
        if tag is None:
            continue
        if above in skipped:
            if not tag.startswith(("-", "_", "#")):
                skipped.add(node.mem_id)
            continue
        while len(stack) > 1 and stack[-1].node != above:
            closed = stack.pop()
            if closed.tag in BLOCKS:
                writer.end_line(blank=closed.tag in PARAGRAPHS)
        top = stack[-1]
        if tag == "-text":
            text = node.text_content
            if text:
                _write_text(writer, text, top)
            continue
        if tag == "br":
            writer.end_line(blank=False)
            continue
        if tag in skip or not tag[0].isalpha():
            skipped.add(node.mem_id)
            continue
        if tag in BLOCKS:
            writer.end_line(blank=tag in PARAGRAPHS)
            blocks += 1
        opened = _open(node, tag, top, blocks)
        if opened is None:
            skipped.add(node.mem_id)
            continue
        stack.append(opened)
    while stack:
        closed = stack.pop()
        if closed.tag in BLOCKS:
            writer.end_line(blank=closed.tag in PARAGRAPHS)


def _nodes(root: LexborNode) -> Iterator[LexborNode]:
    return root.traverse(include_text=True)


def _open(node: LexborNode, tag: str, top: _Open, blocks: int) -> _Open | None:
    """What an element adds to the lines inside it; None if it is hidden."""
    mark = TAG_BIT[ELEMENTS[tag]] if tag in ELEMENTS else 0
    heading = _HEADINGS.get(tag, 0)
    if heading:
        mark |= TAG_BIT["heading"]
    attributes = node.attributes
    if attributes:
        style = attributes.get("style")
        if "hidden" in attributes or (style and "none" in style and _HIDDEN.search(style)):
            mark |= TAG_BIT["hidden"]
        names = " ".join(
            value for name in ("class", "id", "role", "itemprop") if (value := attributes.get(name)) is not None
        )
        if names and tag not in {"body", "html"}:
            mark |= class_marks(names)
    is_block = tag in BLOCKS
    return _Open(
        node.mem_id,
        top.marks | mark,
        mark if is_block else top.own | mark,
        heading or top.heading,
        blocks if is_block else top.block,
        tag,
    )


def _write_text(writer: _Writer, text: str, top: _Open) -> None:
    if top.marks & TAG_BIT["pre"] and "\n" in text:
        first, *rest = text.split("\n")
        writer.write(first, top)
        for line in rest:
            writer.end_line(blank=False)
            writer.write(line, top)
        return
    writer.write(text, top)


def _join(writer: _Writer) -> Lines:
    starts: list[int] = []
    ends: list[int] = []
    parts: list[str] = []
    at = 0
    for text, blank in zip(writer.texts, writer.blanks, strict=True):
        gap = "" if not parts else "\n" * (blank + 1)
        at += len(gap)
        parts.append(gap + text)
        starts.append(at)
        at += len(text)
        ends.append(at)
    return Lines("".join(parts), writer.texts, starts, ends, writer.blanks, writer.tags)
