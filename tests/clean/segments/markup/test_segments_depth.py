"""However a page nests, and however broken it is: its tree is about as deep as a browser's, and its text is there."""

import random

import pytest
from selectolax.lexbor import LexborHTMLParser

from tasks.clean.segments import segment_pages
from tasks.clean.segments.markup import depth
from tasks.clean.segments.markup.depth import flatten
from tasks.clean.segments.markup.render import parse_page, render

BLOCKS = (
    "div", "p", "ul", "ol", "li", "table", "tr", "td", "th", "tbody", "h1", "h2", "form", "section", "blockquote", "dl",
    "dd", "dt", "pre", "caption", "button", "fieldset", "center",
)  # fmt: skip
INLINE = (
    "a", "b", "i", "font", "span", "em", "nobr", "label", "select", "option", "svg", "math", "object", "small", "code",
)  # fmt: skip
DEEPEST = 20
FACTOR = 6
"""The parser puts elements of its own around some, as rows around cells."""


@pytest.fixture
def shallow(monkeypatch) -> None:
    monkeypatch.setattr(depth, "MANY_TAGS", 0)
    monkeypatch.setattr(depth, "DEEPEST", DEEPEST)


def depth_of(page: str) -> int:
    """How deep the parser nests a page, whose elements are not looked at here."""
    deepest, waiting = 0, [(LexborHTMLParser(page).root, 0)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        child = node.first_child
        while child is not None:
            waiting.append((child, level + 1))
            child = child.next
    return deepest


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<ul><li>a",
        "<span>",
        "<svg>",
        "<b><p>a",
        "<font color=1><p>a",
        "<em><a>",
        "<blockquote></b><b>a",
        "<b></option><option>",
        "<table></table><label></table><table>",
        "<form><select></form>",
        "<h2></h1><h1><nobr>",
        "<math><div></math>",
        "<dd><ol><math></dd><center></ol>",
        "</h1><label></i><i><h1></i>",
        '<div title="</div>">',
        "<div a=b='>",
        "<div></x>",
        "<div><!-- </div> -->",
        "<div><!-- --!><p>",
        "<div><!x </div>",
        "<div><script></div></script>",
        "<div><title></div></title>",
        "<svg><title><div>",
        "<template><div>",
        "<td><div>",
        "<table><tr><td><div>",
        "<li><dd>a",
        "<button><font>",
    ],
)
@pytest.mark.usefixtures("shallow")
def test_no_page_is_nested_deeper_than_browsers_nest(unit: str) -> None:
    assert depth_of(flatten(unit * 400)) <= FACTOR * DEEPEST


@pytest.mark.usefixtures("shallow")
def test_no_soup_of_tags_is_nested_deeper() -> None:
    chance = random.Random(20261128)
    for _ in range(400):
        names = chance.sample(BLOCKS + INLINE, chance.randint(1, 7))
        unit = "".join(
            chance.choice((f"<{name}>", f"<{name}>", f"</{name}>", "a"))
            for name in chance.choices(names, k=chance.randint(1, 9))
        )
        assert depth_of(flatten(unit * 150)) <= FACTOR * DEEPEST, unit


@pytest.mark.usefixtures("shallow")
def test_what_lies_deeper_keeps_its_text_and_its_lines() -> None:
    page = "<main>" + "".join(f"<div><p>The boat no. {n} came in.</p>" for n in range(60)) + "</main>"
    assert render(parse_page(page)).texts == [f"The boat no. {n} came in." for n in range(60)]


@pytest.mark.usefixtures("shallow")
def test_what_follows_keeps_its_elements() -> None:
    deep = "<div>" * 60 + "The mill" + "</div>" * 60
    lines = render(parse_page(f"<body>{deep}<h1>The lock</h1><ul><li>A gate</li></ul></body>"))
    assert lines.texts == ["The mill", "The lock", "A gate"]
    assert lines.tags is not None
    assert [tag.heading for tag in lines.tags] == [0, 1, 0]
    assert lines.parents is not None
    assert lines.parents[lines.tags[1].block] == 0


@pytest.mark.usefixtures("shallow")
def test_scripts_and_styles_that_lie_deep_are_no_text() -> None:
    page = "<div>" * 40 + "<script>let mill = '<p>no</p>';</script><style>p { color: red }</style>The mill"
    assert render(parse_page(page)).texts == ["The mill"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>one<p>two" * 300,
        "<table>" + "<tr><td>one<td><font size=2>two" * 300 + "</table>",
        "<ul>" + "<li><b>one</b><p>two" * 300 + "</ul>",
        "<a name=x>one<br>" * 300,
        "<dl>" + "<dt>one<dd>two" * 300 + "</dl>",
        "<select>" + "<option>one" * 300 + "</select>",
        "<div><span>one</div>" * 300,
        "<img src=x><input><hr>" * 300,
    ],
)
@pytest.mark.usefixtures("shallow")
def test_what_is_not_closed_where_that_is_allowed_is_not_deep(page: str) -> None:
    assert flatten(page) == page


def test_pages_with_few_tags_are_not_looked_at() -> None:
    page = "<div>" * 2000
    assert flatten(page) is page


def test_a_page_of_a_hundred_thousand_open_elements_is_read() -> None:
    (page,) = segment_pages(["<div>" * 100_000 + "The mill has a wheel of oak, and it turns day and night."])
    assert page.text == "The mill has a wheel of oak, and it turns day and night."


@pytest.mark.usefixtures("shallow")
def test_a_page_that_shows_its_text_without_scripts_is_not_read_deeper() -> None:
    page = "<body><noscript>" + "<div>The mill turns.</div><div>" * 100 + "</noscript></body>"
    assert len(render(parse_page(page)).texts) == 100
