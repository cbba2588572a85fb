"""HTML to lines that remember their markup."""

from __future__ import annotations

import re
from dataclasses import replace

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from tasks.clean.segments.lines import Element, Lines, join_lines
from tasks.clean.segments.markup.depth import flatten
from tasks.clean.segments.markup.names import LONGEST_NAMES, class_marks
from tasks.clean.segments.markup.slugs import repeats_heading
from tasks.clean.segments.markup.tags import ELEMENTS, HEADINGS, LANDMARKS, TAG_BIT
from tasks.clean.segments.markup.writer import Context, Writer
from tasks.clean.segments.threads.owners import OWNING

SKIPPED = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "audio", "video", "select",
    "datalist", "textarea", "input", "head", "map", "annotation", "annotation-xml", "noembed", "noframes",
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

TELLING = frozenset({"datetime", "title", "depth", "indent", "data-depth", "data-level"}) | OWNING
"""Attributes that say when something was, how deep an element is nested, or who wrote it."""

FEW = 2000
"""Characters of a page that may be empty until its scripts run or its frames are there."""

_TAG_MARKS = {tag: TAG_BIT[name] for tag, name in ELEMENTS.items()} | dict.fromkeys(HEADINGS, TAG_BIT["heading"])
_LANDMARKS = {role: TAG_BIT[name] for role, name in LANDMARKS.items()}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_WITHOUT_CONTROLS = bytes(32 if _NOT_TEXT.match(chr(code)) else code for code in range(256))
_TITLES = ("title", "TITLE", "Title")
_OPEN_TITLE = re.compile(r"<title\b[^<>]*>\s*[^<\n]*", re.IGNORECASE)
_WITHOUT_EVENTS = LexborDocumentOptions.WO_EVENTS.value
"""Nothing is to be mirrored from one element into another while a page is parsed, which takes as long as parsing it."""

_PRE = TAG_BIT["pre"]
_LEFT_OUT = frozenset({*SKIPPED, "br"})


def parse_page(page: str) -> LexborHTMLParser:
    """Parse a page, however broken: the parser makes a document of anything."""
    page = flatten(_close_title(page))
    try:
        content = page.encode().translate(_WITHOUT_CONTROLS)  # a tenth of the time of a pattern
    except UnicodeEncodeError:  # a lone surrogate
        content = _NOT_TEXT.sub(" ", page).encode()
    return _parse(content)


def _parse(content: bytes, *, scripting: bool = True) -> LexborHTMLParser:
    """Parse a page as a browser does that runs its scripts, or as one that does not.

    The first takes what stands in a <noscript> for text without looking into it, and ends it where it says. The second
    reads it as markup, where an element that nothing closes (<noscript><iframe/></noscript>) swallows the page.
    """
    return LexborHTMLParser(content, options=_WITHOUT_EVENTS, scripting=scripting)


def _close_title(page: str) -> str:
    """End a title that nothing ends where its line or its text does: a parser takes all that follows for its text.

    Pages whose head has lost a piece on its way are so; browsers before HTML5 showed them.
    """
    if any(f"</{title}" in page for title in _TITLES) or not any(f"<{title}" in page for title in _TITLES):
        return page
    return _OPEN_TITLE.sub(r"\g<0></title>", page, count=1)


def render(tree: LexborHTMLParser) -> Lines:
    """Render a parsed page to its visible lines: paragraphs, headings, cells, list items, pieces between <br>.

    White space inside a line is one space, but in <pre> the line ends stay. Between inline elements a space is put
    where a small letter or a digit meets a capital ("Jobs" and "Remote jobs"): a style sets them apart. Blocks are
    divided by blank lines where a browser leaves space. Of a page that is nearly empty until its scripts run or its
    frames are there, what it shows without them (<noscript>, <noframes>) is rendered, where that is more. Depth of
    nesting does not matter: nothing here recurses.
    """
    root = tree.body or tree.root
    if root is None:
        return Lines("", [], [], [], [], [])
    lines = _render(root, _LEFT_OUT)
    if len(lines.text) >= FEW:
        return lines
    for name in ("noscript", "noframes"):
        said = "\n".join(node.text() for node in root.css(name))
        if len(said) > len(lines.text):
            content = tree.raw_html.decode(errors="replace") if name == "noscript" else said
            content = flatten(content, scripting=False)
            bare = _render(_parse(content.encode(), scripting=False).body or root, _LEFT_OUT - {"noscript"})
            if len(bare.text) > 2 * len(lines.text):
                return bare
    return lines


def _render(root: LexborNode, left_out: frozenset[str]) -> Lines:
    writer = Writer()
    _walk(root, writer, left_out)
    writer.end_line()
    lines = join_lines(writer.texts, writer.blanks, writer.tags, writer.parents)
    return replace(lines, elements=writer.elements, moments=writer.moments, depths=writer.depths, owners=writer.owners)


def _walk(root: LexborNode, writer: Writer, left_out: frozenset[str]) -> None:
    marks: dict[Element, int] = {}
    paths: dict[tuple[int, str, str | None], int] = {}
    context: Context = (TAG_BIT["body"], 0, 0, 0, 0)
    # The elements whose content is being read, with what the text after them inherits.
    stack: list[tuple[LexborNode, str, Context]] = []
    node = root.first_child
    is_behind = is_beside = False  # an inline element has ended right here; the next one has begun since
    while True:
        while node is None:
            if not stack:
                return
            closed, name, context = stack.pop()
            if name in BLOCKS:
                if writer.holder is not None:
                    writer.end_line()
                if name in PARAGRAPHS:
                    writer.blank = 1
            is_behind = name not in BLOCKS
            node = closed.next
        tag = node.tag
        if tag == "-text":
            text = node.text_content
            if text and text.isspace() and writer.holder is None:  # between two blocks, as most runs of text are
                is_behind = is_beside = False
            elif text:
                if is_beside and not (is_behind or context[0] & _PRE):
                    writer.set_apart(text)
                is_behind = is_beside = False
                if context[0] & _PRE and "\n" in text:
                    _write_lines(writer, text, context)
                else:
                    writer.write(text, context)
            node = node.next
            continue
        if tag == "br":
            writer.end_line()
        elif tag == "wbr":  # the word goes on
            is_behind = is_beside = False
        if tag is None or tag in left_out or not tag[0].isalpha():
            node = node.next
            continue
        first = node.first_child
        if tag in BLOCKS:
            if writer.holder is not None:
                writer.end_line()
            if tag in PARAGRAPHS:
                writer.blank = 1
        if first is None:
            node = node.next
            continue
        is_behind, is_beside = False, is_beside or is_behind
        stack.append((node, tag, context))
        context = _open(node, tag, context, marks, paths, writer)
        node = first


def _open(
    node: LexborNode,
    tag: str,
    above: Context,
    known_marks: dict[Element, int],
    paths: dict[tuple[int, str, str | None], int],
    writer: Writer,
) -> Context:
    """What an element gives to the lines inside it."""
    attributes = node.attributes
    style: str | None = None
    key: Element = (tag,)
    if attributes:
        get = attributes.get
        style = get("class")
        hidden = "hidden" if "hidden" in attributes else None
        key = (tag, style, get("id"), get("role"), get("itemprop"), get("style"), hidden)
        if not TELLING.isdisjoint(attributes):
            writer.tell(tag, get)
    mark = known_marks.get(key)
    if mark is None:
        mark = known_marks[key] = _mark(key, node, is_in_heading=above[2] > 0)
    marks, own, heading, block, path = above
    if heading and tag == "button":
        # What folds the text below a heading, in its very words; the heading says what it is.
        mark = 0
    if tag in BLOCKS:
        writer.parents.append(block)
        writer.elements.append(key)
        block = len(writer.parents) - 1
        path = paths.setdefault((path, tag, style), len(paths) + 1)
        return marks | mark, mark, HEADINGS.get(tag, heading), block, path
    return (marks | mark, own | mark, heading, block, path) if mark else above


def _mark(key: Element, node: LexborNode, *, is_in_heading: bool) -> int:
    """The marks of an element, from its tag and attributes. An id made of its heading's words gives none."""
    tag = key[0] or ""
    mark = _TAG_MARKS.get(tag, 0)
    if len(key) == 1:
        return mark
    _, classes, name, role, itemprop, style, hidden = key
    if hidden or (style and _HIDDEN.search(style)):
        mark |= TAG_BIT["hidden"]
    if tag in {"body", "html"}:
        return mark
    if role:
        mark |= _LANDMARKS.get(role.strip().lower(), 0)
    of_name = class_marks(name) if name else 0
    if name and of_name and repeats_heading(name, node, is_in_heading=is_in_heading):
        name, of_name = None, 0
    given = [each for each in (classes, name, role, itemprop) if each]
    if sum(map(len, given)) + len(given) > LONGEST_NAMES:
        return mark | class_marks(" ".join(given))
    for each in (classes, role, itemprop):  # ids are new with each element, classes are not
        if each:
            mark |= class_marks(each)
    return mark | of_name


def _write_lines(writer: Writer, text: str, context: Context) -> None:
    first, *rest = text.split("\n")
    writer.write(first, context)
    for line in rest:
        writer.end_line()
        writer.write(line, context)
