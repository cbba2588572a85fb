"""Which elements a parser of HTML ends, and out of which it does not reach, by the names that HTML's standard gives.

See "Tree construction" in the standard of the WHATWG: void and raw text elements, formatting, special elements, scopes.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tasks.clean.segments.markup.tags import HEADINGS

VOID = frozenset(
    {"area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
     "meta", "param", "source", "track", "wbr"}
)  # fmt: skip
RAW = frozenset({"iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"})
"""Elements whose content is no markup."""

FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)  # fmt: skip
BLOCKS = frozenset(HEADINGS) | {
    "address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div", "dl", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "main", "menu", "nav", "ol", "p", "pre",
    "search", "section", "summary", "table", "ul",
}  # fmt: skip
"""Elements that end a paragraph."""

FOREIGN = frozenset({"svg", "math"})
HOLDING_TEXT = frozenset(
    {"annotation-xml", "desc", "foreignobject", "mi", "mn", "mo", "ms", "mtext", "title"}
)  # fmt: skip
"""Parts of drawings and formulas in which text is marked up as elsewhere."""

CELLS = frozenset({"caption", "td", "th"})
GROUPS = frozenset({"tbody", "tfoot", "thead"})
ROWS = CELLS | GROUPS | {"tr"}
ITEMS = frozenset({"dd", "dt", "li"})
TABLES = frozenset({"table", "template"})
"""Elements out of which no tag for parts of tables reaches."""

SCOPES = CELLS | TABLES | HOLDING_TEXT | {"applet", "marquee", "object", "select"}
"""Elements out of which no tag for text reaches."""

SPECIAL = BLOCKS | ITEMS | ROWS | SCOPES | {"body", "button", "head", "html"}
"""Elements out of which no tag for words reaches."""

ITEM_STOPS = SPECIAL - {"address", "div", "p"}
ITEM_SCOPES = SCOPES | {"ol", "ul"}
BUTTON_SCOPES = SCOPES | {"button"}
BREAK_OUT = (FORMATTING - {"a", "font"}) | HEADINGS.keys() | {
    "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "embed", "head", "hr", "img", "li", "listing",
    "menu", "meta", "ol", "p", "pre", "ruby", "span", "sub", "sup", "table", "ul", "var",
}  # fmt: skip
"""Elements that end a drawing or a formula in which they begin."""


def stops_of(name: str) -> AbstractSet[str]:
    """Out of which elements a closing tag does not reach."""
    if name in ROWS or name == "table":
        return TABLES - {name}
    if name in FOREIGN:
        return HOLDING_TEXT
    if name == "template":
        return frozenset()
    if name == "li":
        return ITEM_SCOPES
    if name == "p":
        return BUTTON_SCOPES
    return SCOPES - {name} if name in SPECIAL else SPECIAL
