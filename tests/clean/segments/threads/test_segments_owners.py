"""Who wrote a post and when, as the attributes of its element say."""

import html
import json

import pytest

from tasks.clean.segments import read_pages
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.threads.owners import find_named, read_owner

POSTS = (
    ("Runa", 1588961520, "The mill race was cleared in two days, and the wheel turned by itself before noon."),
    ("Odd Falk", 1588965120, "The ferry stayed in port all week because nobody could find the key of its chain."),
    ("ida_h", 1588968720, "Nobody has counted the steps of the tower since the bell was taken down."),
    ("Runa", 1588972320, "The lamp on the mole went out at nine, and it was morning before anyone noticed."),
)
TIMES = ["2020-05-08 18:12:00", "2020-05-08 19:12:00", "2020-05-08 20:12:00", "2020-05-08 21:12:00"]
STORY = "<p>The ferry stayed in port all week, as nobody had the key of the chain that holds it to the quay.</p>" * 3


def nodebb(name, stamp, said):
    return (
        f'<li component="post" class="comment" data-username="{name}" data-timestamp="{stamp}000">'
        f'<span>{name[0].upper()}</span> <span>Online</span><div><a href="/u">{name}</a> <b>Sailor</b></div>'
        f'<div class="content"><p>{said}</p></div><div>1 Reply Last reply Reply Quote 0</div></li>'
    )


def xenforo(name, _stamp, said):
    time = TIMES[[post[2] for post in POSTS].index(said)]
    return (
        f'<article class="message comment" data-author="{name}"><h4>{name}</h4>'
        f'<time datetime="{time}Z">May 8, 2020</time><div><p>{said}</p></div></article>'
    )


def invision(name, stamp, said):
    quoted = html.escape(json.dumps({"userid": 7, "username": name, "timestamp": stamp}))
    return f"<article class='comment'><div data-quoteData='{quoted}'><p>{said}</p></div></article>"


@pytest.mark.parametrize("make", [nodebb, xenforo, invision])
def test_posts_have_the_authors_and_times_of_their_elements(make):
    thread = "".join(make(*post) for post in POSTS)
    (reading,) = read_pages([f"<h1>The ferry</h1>{STORY}<div id='comments'><h2>4 comments</h2>{thread}</div>"])
    found = [(reading.text[c.start : c.end], c.author, c.posted_at and str(c.posted_at)[:19]) for c in reading.comments]
    assert found == [(said, name, time) for (name, _, said), time in zip(POSTS, TIMES, strict=True)]


def test_an_element_around_the_text_owns_no_comment():
    said = [f'<div class="comment"><p>{text}</p></div>' for _, _, text in POSTS]
    page = f'<article data-author="Ada"><h1>The ferry</h1>{STORY}<div id="comments"><h2>4 comments</h2>{"".join(said)}'
    (reading,) = read_pages([f"{page}</div></article>"])
    assert reading.comments
    assert {comment.author for comment in reading.comments} == {None}


def test_answers_inside_the_element_of_a_post_have_their_own_author():
    inner = nodebb(*POSTS[1])
    outer = nodebb(*POSTS[0]).replace("</li>", f"<ul>{inner}</ul></li>")
    (reading,) = read_pages([f"<h1>The ferry</h1>{STORY}<div id='comments'><h2>2 comments</h2>{outer}</div>"])
    said = {reading.text[c.start : c.end].split(",")[0]: c.author for c in reading.comments}
    assert said["The mill race was cleared in two days"] == "Runa"
    assert said[POSTS[1][2]] == "Odd Falk"


def named_posts(opening, *, is_below):
    """A page whose posts have a name each, in an element of its own."""
    names = [f"{opening}{name}</div>" for name, _, _ in POSTS]
    parts = [f"<p>{said}</p>" for _, _, said in POSTS]
    posts = [said + name if is_below else name + said for name, said in zip(names, parts, strict=True)]
    thread = "".join(f'<div class="comment">{post}</div>' for post in posts)
    return f"<h1>The ferry</h1>{STORY}<div id='comments'><h2>4 comments</h2>{thread}</div>"


@pytest.mark.parametrize(
    "opening",
    [
        '<div class="username">',
        '<div class="PostUser-name">',
        '<div class="post_author_name">',
        '<div itemprop="author">',
    ],
)
@pytest.mark.parametrize("is_below", [False, True], ids=["above", "below"])
def test_posts_have_the_names_in_elements_called_after_users(opening, is_below):
    (reading,) = read_pages([named_posts(opening, is_below=is_below)])
    texts = [(reading.text[comment.start : comment.end], comment.author) for comment in reading.comments]
    assert [(said, name) for name, _, said in POSTS] == texts


def test_names_elsewhere_tell_nothing():
    assert find_named(render(parse_page(named_posts('<div class="place">', is_below=False)))) == {}


def test_names_beside_each_other_own_nothing_but_themselves():
    flat = "".join(f'<div class="username">{name}</div><p>{said}</p>' for name, _, said in POSTS)
    lines = render(parse_page(f"<div>{flat}</div>"))
    owned = [text for text, tag in zip(lines.texts, lines.tags or [], strict=True) if tag.block in find_named(lines)]
    assert owned == [name for name, _, _ in POSTS]


@pytest.mark.parametrize(
    ("attributes", "name", "time"),
    [
        ({"data-author": " Ada  L. "}, "Ada L.", None),
        ({"data-username": "ada", "data-timestamp": "1588961520123"}, "ada", "2020-05-08 18:12:00.123000+00:00"),
        ({"data-username": "ada", "data-timestamp": "1588961520"}, "ada", "2020-05-08 18:12:00+00:00"),
        ({"data-username": "ada", "data-timestamp": "2020-05-08T18:12:00Z"}, "ada", "2020-05-08 18:12:00+00:00"),
        ({"data-username": "ada", "data-timestamp": "9" * 40}, "ada", None),
        ({"data-username": "ada", "data-timestamp": "soon"}, "ada", None),
        ({"data-quotedata": '{"username": "ada", "timestamp": 1588961520}'}, "ada", "2020-05-08 18:12:00+00:00"),
    ],
)
def test_attributes_of_posts(attributes, name, time):
    owner = read_owner(attributes.get)
    assert owner is not None
    assert (owner.name, owner.posted_at and str(owner.posted_at)) == (name, time)


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"data-author": ""},
        {"data-author": "a" * 200},
        {"data-timestamp": "1588961520"},
        {"data-quotedata": "{"},
        {"data-quotedata": "[" * 1500},
        {"data-quotedata": "[]"},
        {"data-quotedata": '{"username": 7}'},
    ],
)
def test_what_names_nobody_owns_nothing(attributes):
    assert read_owner(attributes.get) is None


def test_a_link_with_a_name_is_a_mention():
    lines = render(parse_page('<p>Ask <a data-username="ada">@ada</a></p><li data-username="bo">Yes</li>'))
    assert [owner.name for owner in (lines.owners or {}).values()] == ["bo"]
