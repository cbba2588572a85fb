"""What a page says of itself: its title, author, time and address."""

import json
from datetime import UTC, datetime

import pytest

from tasks.clean.segments.reading import Reading, read_pages

TEXT = "".join(
    f"<p>The {name} stood open all night, and the keeper wrote down the hour at which each boat passed below it.</p>"
    for name in ("first gate", "second gate", "third gate", "last gate")
)
COMMENTS = """<section id="comments"><h2>2 comments</h2>
<article class="comment-body"><footer>
<b class="fn">Ada</b> <time datetime="2026-11-19T10:00:00Z">yesterday</time></footer>
<p>I passed there as a child, and nobody wrote down a thing.</p></article>
<article class="comment-body"><footer>
<b class="fn">Bo</b> <time datetime="2026-11-19T11:00:00Z">yesterday</time></footer>
<p>They still have the book of that year, I have seen it.</p></article></section>"""


def read(body: str, head: str = "<title>The lock keeper</title>") -> Reading:
    (reading,) = read_pages([f"<html><head>{head}</head><body>{body}</body></html>"])
    return reading


def declare(*items: object) -> str:
    return "<title>Elsewhere</title>" + "".join(
        f'<script type="application/ld+json">{json.dumps(item)}</script>' for item in items
    )


def article(above: str = "", below: str = "") -> str:
    return f"<main><article><h1>The lock keeper</h1>{above}{TEXT}</article>{below}</main>"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (article("<p>Posted on November 18, 2026</p>", COMMENTS), at(18)),
        (article('<p>Posted <time datetime="2026-11-18T09:00:00+01:00">on Wednesday</time></p>', COMMENTS), at(18, 8)),
        (article("", COMMENTS), None),
        (article("<p>Updated 20 November 2026, 10:00. Published 18 November 2026, 09:00</p>"), at(18, 9)),
        (article("<p>Published 18 November 2026, 09:00. Updated 20 November 2026, 10:00</p>"), at(18, 9)),
        (
            '<aside><article class="teaser"><time datetime="1999-01-01">then</time> A boat</article></aside>'
            + article("<p>Published 18 November 2026</p>"),
            at(18),
        ),
        (article(f'<div><time datetime="2026-11-18T09:00:00Z">{"⏱"}</time></div>'), at(18, 9)),
    ],
)
def test_the_time_of_an_article_is_not_that_of_a_comment_or_of_a_teaser(body: str, expected: datetime | None) -> None:
    assert read(body).published_at == expected


def test_what_says_no_time_hides_none_that_does() -> None:
    schema = declare({"@type": "Article", "datePublished": "2026-11-18T09:00:00Z"})
    assert read(article(), f'<meta name="date" content="Week 47">{schema}').published_at == at(18, 9)


def test_an_article_says_more_than_the_page_around_it() -> None:
    graph = [
        {"@type": "WebPage", "headline": "A page", "datePublished": "2026-11-19"},
        {"@type": ["Article", "Thing"], "headline": "Tom &amp; Ada&#8217;s lock", "author": {"@id": "#ada"}},
        {"@type": "Person", "@id": "#ada", "name": "Zo&#235; K."},
    ]
    reading = read(article(), declare({"@graph": graph}))
    assert (reading.title, reading.author, reading.published_at) == ("Tom & Ada’s lock", "Zoë K.", at(19))


@pytest.mark.parametrize("broken", ["{", "[" * 5000, '"text"', "null", '{"@graph": [null, {"@type": null}]}'])
def test_a_broken_block_says_nothing(broken: str) -> None:
    head = f'<title>Elsewhere</title><script type="application/ld+json">{broken}</script>'
    assert read(article(), head + declare({"@type": "article", "headline": "A lock"})).title == "A lock"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="https://example.org/lock">', "https://example.org/lock"),
        ('<base href="https://example.org/a/"><link rel="canonical" href="lock">', "https://example.org/a/lock"),
        ('<meta property="og:url" content="https://example.org/a"><link rel="canonical" href="/lock">',
         "https://example.org/lock"),
        ('<link rel="canonical" href="/lock">', None),
        ('<base href="https://example.org/"><link rel="canonical" href="http://[">', None),
    ],
)  # fmt: skip
def test_an_address_may_be_told_from_another(head: str, expected: str | None) -> None:
    assert read(article(), head).url == expected


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("News - The lock keeper - Landview", "News - The lock keeper"),
        ("The lock keeper - Landview", "The lock keeper"),
        ("The lock keeper | Rivers | Landview", "The lock keeper"),
        ("运河的守闸人_江城晚报", "运河的守闸人"),
        ("What read_lock does", "What read_lock does"),
    ],
)
def test_the_name_of_the_site_is_cut_off_a_title(declared: str, title: str) -> None:
    assert read(article().replace("<h1>The lock keeper</h1>", ""), f"<title>{declared}</title>").title == title
