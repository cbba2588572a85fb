"""Where a page says the title that is known of it: its headings may share it, and the site stands above."""

import pytest

from tasks.clean.segments.known_title import find_known_title
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import read_pages
from tests.stories import STORY

SITE, ENTRY = "Clocks and cakes from a small house", "A paper boat"
NAME, TITLE = f"<h1><a href='/'>{SITE}</a></h1>", f"<h3>{ENTRY}</h3>"
SAID = "<p>Folded by my niece out of a map of the river.</p>"


def say(page: str, title: str = f"{ENTRY} - {SITE}") -> str:
    lines = render(parse_page(page))
    found = find_known_title(lines, title, len(lines))
    return lines.texts[found] if found >= 0 else ""


@pytest.mark.parametrize("title", [f"{ENTRY} - {SITE}", f"{SITE}: {ENTRY}", f"{SITE} » {ENTRY}"])
def test_the_heading_below_that_of_the_site_is_the_title(title):
    assert say(f"{NAME}<p>{ENTRY[:7]}</p>{TITLE}{SAID}", title) == ENTRY


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"<p><a href='/'>{ENTRY}</a></p>{NAME}{SAID}{TITLE}", id="said above as well"),
        pytest.param(f"{NAME}{SAID}<p>{ENTRY}</p>", id="no heading"),
        pytest.param(f"{NAME}{SAID}<h3>A boat</h3>", id="not all of the rest"),
        pytest.param(f"{NAME}<nav>{TITLE}</nav>{SAID}", id="in a menu"),
    ],
)
def test_else_the_longest_part_that_is_said_stays(page: str):
    assert say(page) == SITE


def test_a_heading_with_the_whole_title_has_no_rest():
    assert say(f"<h1>{ENTRY} - {SITE}</h1>{SAID}{TITLE}") == f"{ENTRY} - {SITE}"


def test_a_plain_text_shows_no_headings():
    lines = split_lines(f"{SITE}\n\n{ENTRY}\n\nFolded by my niece out of a map of the river.")
    assert find_known_title(lines, f"{ENTRY} - {SITE}", len(lines)) == 0


HIDDEN = "<h1 style='display: none'>"


def test_a_hidden_name_of_the_site_is_no_title():
    assert say(f"{HIDDEN}{SITE}</h1>{SAID}") == ""
    assert say(f"{HIDDEN}{SITE}</h1><h2>{ENTRY}</h2>{SAID}", f"{ENTRY} on the {SITE}") == ""


def test_of_a_page_that_hides_all_until_its_scripts_have_run_it_is():
    lines = render(parse_page(f"<div hidden>{NAME}{TITLE}{SAID}</div>"))
    assert find_known_title(lines, SITE, 2) == 0


def test_a_hidden_line_above_the_text_is_no_title_of_a_page_that_names_none():
    tale = "".join(f"<p>{line}</p>" for line in STORY[1:])
    seen, hidden = (
        read_pages([f"<h1{style}>{SITE}</h1><h2>{ENTRY}</h2>{tale}"])[0].title
        for style in ("", " style='display:none'")
    )
    assert (seen, hidden) == (SITE, ENTRY)
