"""Ids that are made of the words of a heading."""

from __future__ import annotations

import pytest

from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.markup.tags import TAG_BIT

MARKS = TAG_BIT["class_navigation"] | TAG_BIT["class_related"] | TAG_BIT["class_share"]


def has_marks(page: str) -> bool:
    tags = render(parse_page(page)).tags
    assert tags is not None
    return any(tag.marks & MARKS for tag in tags)


@pytest.mark.parametrize(
    "page",
    [
        "<section id=search-and-related-tools><h2>Search, and related tools</h2><p>Sieves for grain.</p></section>",
        "<div id=s-more-on-sieves><span id=more-on-sieves></span><div><h3>More on sieves</h3></div><p>Fine.</p></div>",
        "<h2 id=h-how-to-share-a-mill>How to share a mill</h2><p>Take turns.</p>",
        "<h2><a href=#top><span id=How_to_share_a_mill>How to <code>share</code> a mill</span></a></h2>",
        "<section id=plus-de-menus-a-l-ete><h2>Plus de menus à l’été</h2><p>Du pain.</p></section>",
    ],
)
def test_an_id_made_of_a_heading_is_no_name(page: str) -> None:
    assert not has_marks(page)


@pytest.mark.parametrize(
    "page",
    [
        "<div id=recent-posts><h2>Recent posts</h2><p>The mill</p></div>",
        "<div id=more-from-us><h2>The weekly letter</h2><p>The mill</p></div>",
        "<div id=more-on-sieves><p>Grain.</p><h2>More on sieves</h2></div>",
        "<div id=more-on-sieves><p>More on sieves</p></div>",
        "<div id=more-on-sieves class=related><h2>More on sieves</h2><p>Fine ones.</p></div>",
        "<div id=more-on-sieves>" + "<b></b>" * 20 + "<h2>More on sieves</h2></div>",
    ],
)
def test_other_ids_are(page: str) -> None:
    assert has_marks(page)
