"""What the names of elements say, and what they only seem to say."""

from __future__ import annotations

import pytest

from tasks.clean.segments.markup.names import class_marks
from tasks.clean.segments.markup.tags import TAG_BIT


def said(names: str) -> set[str]:
    return {name.removeprefix("class_") for name, bit in TAG_BIT.items() if class_marks(names) & bit}


@pytest.mark.parametrize(
    ("names", "marks"),
    [
        ("js-commentList", {"comment"}),
        ("recent-comments", {"related"}),
        ("site-search", {"navigation"}),
        ("search-results", set()),
        ("suggested-posts", {"related"}),
        ("suggestedAnswer", set()),
        ("sig", set()),
        ("tabs", {"navigation"}),
        ("product-tabs__content", set()),
        ("sidebar-left", {"sidebar"}),
        ("has-sidebar", set()),
        ("wrapperWithSidebar", set()),
        ("login-with-twitter", {"navigation"}),
        ("cmp", {"cookie"}),
        ("cmp-container", set()),
        ("dialog", {"sidebar", "overlay"}),
        ("dialog-off-canvas-main-canvas", set()),
        ("read-more", {"related"}),
        ("entry-more", set()),
        ("wp-about-author-text", {"about", "byline"}),
        ("about_author", {"about", "byline"}),
        ("has-author-box", set()),
        ("about", set()),
        ("site-header__site-description", {"site"}),
        ("has-site-description", set()),
        ("tagline", {"site"}),
        ("article-tagline", set()),
        ("module-typelist module", {"beside"}),
        ("module-content", set()),
        ("widget", {"sidebar"}),
        ("widget Blog", set()),
        ("widget BlogArchive", {"sidebar"}),
        ("dropdown", {"sidebar"}),
        ("accordion-item__dropdown", set()),
        ("poster", {"card"}),
        ("inline-video_poster", set()),
        ("Courses_item__adF2E", set()),
        ("Courses_sidebar__adF2E", {"sidebar"}),
        ("Courses_item__promo", {"advertisement"}),
        ("item___3-Ad_", set()),
        ("menu___3-Ad_", {"navigation"}),
    ],
)
def test_parts_of_names(names: str, marks: set[str]) -> None:
    assert said(names) == marks


def test_what_an_entry_is_filed_under_is_not_what_it_is() -> None:
    assert said("post hentry category-social-media tag-legal author-ada") == set()
    assert said("entry entry-category-legal_business") == set()
    assert said("hentry related") == {"related"}
    assert said("category-sidebar") == {"sidebar"}
