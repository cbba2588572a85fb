"""What elements are named after is believed where the name leaves no doubt, however little else a page says."""

from __future__ import annotations

import pytest

from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import read_pages, survey
from tasks.clean.segments.weighing.last_word import find_left_to_trees
from tests.stories import SAID, STORY

SITE = "Every day I go down to the harbour to see which of the boats have come in, and write here what they brought."
AUTHOR = "Runa Berg has kept the light of the harbour for twelve years, and has written of it for the town's paper."
TALE = "".join(f"<p>{line}</p>" for line in (*STORY[1:], *SAID))


def hints_of(page: str) -> dict[str, str]:
    lines = render(parse_page(page))
    (case,) = survey([(lines, None)])
    left = find_left_to_trees([case])
    return {
        text: f"{hint}?" if index in left else hint
        for index, (text, hint) in enumerate(zip(lines.texts, case.layout.hints, strict=True))
    }


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("descriptionwrapper", "about"),
        ("site-description", "about"),
        ("module-typelist", "related"),
        ("author-box", ""),  # may be the page of an author
    ],
)
def test_names_that_software_gives_are_believed_beside_a_short_entry(name: str, hint: str) -> None:
    page = f"<div class={name}><p>{SITE}</p></div><h2>Herring</h2><p>{SAID[0]}</p>"
    assert hints_of(page)[SITE] == hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("author-box", "about"),  # the trees have no say
        ("descriptionwrapper", "about"),
        ("footer", "navigation"),
    ],
)
def test_what_is_named_after_author_or_site_is_left_to_the_rules(name: str, hint: str) -> None:
    assert hints_of(f"<h1>{STORY[0]}</h1>{TALE}<div class={name}><p>{AUTHOR}</p></div>")[AUTHOR] == hint


def test_what_only_a_heading_says_of_an_author_is_left_to_the_trees() -> None:
    assert hints_of(f"<h1>{STORY[0]}</h1>{TALE}<h3>About the author</h3><p>{AUTHOR}</p>")[AUTHOR] == "about?"


def test_a_blog_that_says_more_of_itself_than_of_the_day_is_read_by_its_entry() -> None:
    page = f"""<title>Harbour days: Herring</title><div id=header><h1 class=title>Harbour days</h1>
    <div class=descriptionwrapper><p class=description>{SITE}</p></div></div><div class=post><h3>Herring</h3>
    <div class=post-body><p>{SAID[0]}</p><p>{SAID[1]}</p></div></div><div id=footer><a href=/>Home</a></div>"""
    (reading,) = read_pages([page])
    main = "".join(reading.text[part.start : part.end] for part in reading.segments if part.label == "main")
    assert SAID[0] in main
    assert SITE not in main
