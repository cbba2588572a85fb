"""HTML: what is rendered, what the markup gives away, what the head declares."""

import pytest

from tasks.clean.segments import Reading, read_pages
from tasks.clean.segments.learned.case import Case
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.reading import survey
from tasks.document import ROLES

PAGE = """<!doctype html>
<html><head>
<title>The well under the school | The Valley Post</title>
<link rel="canonical" href="https://valley.example/well">
<meta property="og:title" content="The well under the school">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "The well",
 "datePublished": "2021-03-04T08:30:00+01:00", "author": [{"name": "Ida Holm"}, {"name": "Bo Falk"}]}]}</script>
</head><body class="sidebar-right comments-open">
<nav><ul><li><a href="/">Home</a><li><a href="/news">News</a></ul></nav>
<main><article>
<h1>The well under the school</h1>
<p class="byline">By Ida Holm</p>
<p>When the builders lifted the classroom floor, they found a well of eleven metres with clean water in it.</p>
<figure><img src="a.jpg"><figcaption>The well, seen from above</figcaption></figure>
<p>Nobody in the village remembers it. The oldest map on which it is drawn is from the year 1790.</p>
<aside class="related"><h3>Related</h3><a href="/mill">The mill will turn again in the spring of next year</a></aside>
<p>The school will keep it, with a pane of glass over it and a lamp inside, so that the children can look down.</p>
</article>
<section id="comments"><h2>2 Comments</h2>
<div class="comment"><span class="author">Runa</span> <time>5 March 2021 at 10:15</time>
<p>I always heard water there!</p><a class="reply">Reply</a></div>
<div class="comment"><span class="author">Odd</span> <time>5 March 2021 at 12:40</time>
<p>Mind the lamp, it will get warm.</p><a class="reply">Reply</a></div>
<form><label>Your name</label><input></form></section></main>
<footer><p>Copyright The Valley Post. All rights reserved by the publisher.</p></footer>
</body></html>"""


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_pages([PAGE])[0]


def roles_of(reading: Reading) -> dict[str, str]:
    return {
        line: segment.role
        for segment in reading.segments
        for line in reading.text[segment.start : segment.end].split("\n")
        if line
    }


def test_markup_gives_the_roles(reading):
    roles = roles_of(reading)
    assert roles["The well under the school"] == "title"
    assert roles["Home"] == "navigation"
    assert roles["By Ida Holm"] == "byline"
    assert roles["The well, seen from above"] == "caption"
    assert roles["The mill will turn again in the spring of next year"] == "related"
    assert roles["Copyright The Valley Post. All rights reserved by the publisher."] == "about"
    bodies = [line for line, role in roles.items() if role == "body"]
    assert [line.split()[0] for line in bodies] == ["When", "Nobody", "The"]


def test_comments_have_authors_and_times(reading):
    found = [(reading.text[c.start : c.end], c.author, str(c.posted_at)) for c in reading.comments]
    assert found == [
        ("I always heard water there!", "Runa", "2021-03-05 10:15:00+00:00"),
        ("Mind the lamp, it will get warm.", "Odd", "2021-03-05 12:40:00+00:00"),
    ]


def test_the_head_declares_title_authors_time_and_address(reading):
    assert reading.title == "The well under the school"
    assert reading.author == "Ida Holm, Bo Falk"
    assert str(reading.published_at) == "2021-03-04 07:30:00+00:00"
    assert reading.url == "https://valley.example/well"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a<b>b</b> c<br>d</p>", "ab c\nd"),
        ("<p>one</p><p>two", "one\n\ntwo"),
        ("<ul><li>x<li>y</ul>z", "x\ny\n\nz"),
        ("<table><tr><td>1<td>2</table>", "1\n2"),
        ("<pre>def f():\n    return 1</pre>", "def f():\nreturn 1"),
        ("<p>seen</p><script>hidden()</script><style>p{}</style><noscript>no</noscript>", "seen"),
        ("<p>seen</p><noscript><iframe/></noscript><p>and what follows</p>", "seen\n\nand what follows"),
        ("<div id=app></div><noscript><p>This site needs <b>scripts</b>.</p></noscript>", "This site needs scripts."),
        ("<frameset><frame src=a><noframes><p>Read <b>this</b></p></noframes></frameset>", "Read this"),
        ("<p>seen by many</p><noframes><p>no frames</p></noframes><noembed>no</noembed>", "seen by many"),
        ("<math><mi>r</mi><annotation encoding='application/x-tex'>r^{2}</annotation></math>", "r"),
        ("<p>short</p><noscript><iframe src='/count' title='counts readers'></iframe></noscript>", "short"),
        ("<p>This is short.</p><noscript><p class='a notice in a box'>No scripts?</p></noscript>", "This is short."),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<p> many \n  spaces\xa0here </p>", "many spaces here"),
        ("", ""),
        ("no markup at all", "no markup at all"),
        ("<head><title>The well<body><p>Deep.</p>", "Deep."),
        ("<TITLE>\n The well\n</HEAD><p>Deep.</p>", "Deep."),
        ("<title>The <b> well</title><p>Deep.</p>", "Deep."),
        ("<pre>the tag &lt;title></pre>", "the tag <title>"),
        ("<div><div></div></div>", ""),
        ("<p><a>Jobs</a><a>Remote jobs</a></p>", "Jobs Remote jobs"),
        ("<p><b><i>24</i></b><span><em>Reviews</em></span></p>", "24 Reviews"),
        (
            "<p><b>H</b>arbour <i>news</i>Letter <span>iPad</span><wbr>Pro <i>un</i><b>told</b></p>",
            "Harbour newsLetter iPadPro untold",
        ),
        ("<p><span>大</span><span>A</span></p>", "大A"),
        ("<p><span>Super</span><wbr><span>Market</span></p>", "SuperMarket"),
        ("<pre><span>my</span><span>Class</span> <b>0x</b><b>FF</b></pre>", "myClass 0xFF"),
    ],
)
def test_rendering(page, text):
    assert render(parse_page(page)).text == text


def test_a_known_title_goes_before_what_the_page_says():
    assert read_pages([PAGE], titles=["Another name"])[0].title == "Another name"


def test_broken_metadata_is_no_metadata():
    page = (
        '<script type="application/ld+json">{"@type": "Article", </script><meta name="date" content="soon"><p>Text.</p>'
    )
    reading = read_pages([page])[0]
    assert (reading.published_at, reading.author, reading.url) == (None, None, None)


def test_the_terms_below_a_form_are_no_comments():
    terms = """<div id="comments"><h3>Comments</h3><p>Post your comment</p>
<p>Comments on this site are to be used for the discussion of our stories about the valley and its wells.</p>
<p>Comments should not stray from the subject of the story, and no comment may be longer than the well is deep.</p>
<p>We reserve the right to take back any comments for these or other reasons that we deem necessary.</p></div>"""
    start, end = PAGE.index('<section id="comments">'), PAGE.index("</main>")
    found = read_pages([PAGE[:start] + terms + PAGE[end:]])[0]
    assert found.comments == ()
    assert all(segment.label != "comment" for segment in found.segments)


SAID = (
    "We walked the whole way round the lake last winter, and the ice held.",
    "My uncle kept the key of the ferry in a boot, and nobody ever asked him for it.",
    "The steps are four hundred and two, I have counted them twice on my way down.",
)
PEOPLE = ("Ada Holm", "Bo Falk", "Cid Lovell")


def put(comments: str) -> str:
    """The page with other comments."""
    start, end = PAGE.index('<section id="comments">'), PAGE.index("</main>")
    return PAGE[:start] + comments + PAGE[end:]


def with_comments(comments: str) -> Reading:
    """The page read with other comments."""
    return read_pages([put(comments)])[0]


def survey_comments(comments: str) -> Case:
    """What the rules see of the page with other comments."""
    (case,) = survey([(render(parse_page(put(comments))), None)])
    return case


def said_by(reading: Reading) -> list[tuple[str | None, str]]:
    return [(c.author, reading.text[c.start : c.end]) for c in reading.comments]


@pytest.mark.parametrize(
    "head",
    [
        '<span class="byline"><span class="vcard author">{name}</span> | <abbr>May {day}, 2019 8:10 PM</abbr></span>',
        '<footer class="comment-meta"><b>{name}</b> <time>May {day}, 2019 at 8:10 pm</time></footer>',
    ],
    ids=["named after the author", "a footer"],
)
def test_the_head_of_a_comment_is_its_own(head):
    posts = "".join(
        f"<div>{head.format(name=name, day=day)}<p>{said}</p></div>"
        for day, (name, said) in enumerate(zip(PEOPLE, SAID, strict=True), 2)
    )
    reading = with_comments(f'<div class="comments"><h2>3 Comments</h2>{posts}</div>')
    assert said_by(reading) == list(zip(PEOPLE, SAID, strict=True))


def test_an_article_is_no_side_column_however_long_its_comments_are():
    article = "".join(f"<p>{said} {said}</p>" for said in SAID)
    posts = "".join(
        f"<p>{name} | May 2, 2019 8:{at + 10} PM</p><p>{SAID[at % 3]}</p>" for at, name in enumerate(PEOPLE * 9)
    )
    page = f'<h1>The ferry</h1><div class="related">{article}</div><div class="comments">{posts}</div>'
    reading = read_pages([page])[0]
    roles = roles_of(reading)
    assert [roles[f"{said} {said}"] for said in SAID] == ["body"] * 3
    assert len(reading.comments) == 27


def test_comments_with_their_number_below_them():
    posts = "".join(
        f"<p>{said}</p><p>Comment #{at} - Posted by: {name} at May 2, 2019 8:1{at} PM</p>"
        for at, (name, said) in enumerate(zip(PEOPLE, SAID, strict=True), 1)
    )
    form = "<h3>Post a comment</h3>"
    reading = with_comments(
        f'<p>Posted by Odd at May 1, 2019 5:00 PM</p><div class="comments">Comments{posts}{form}</div>'
    )
    assert said_by(reading) == list(zip(PEOPLE, SAID, strict=True))


def test_letters_in_an_element_for_comments():
    places = ("Whitby, UK", "Oslo, Norway", "Paris, France")
    posts = "".join(
        f"<p>{said}</p><p>{name}, {place}</p>" for name, said, place in zip(PEOPLE, SAID, places, strict=True)
    )
    reading = with_comments(f'<div class="comments">{posts}</div>')
    assert said_by(reading) == list(zip(PEOPLE, SAID, strict=True))


@pytest.mark.parametrize(
    ("box", "foot", "form"),
    [
        ('<div class="comments">', "comment-footer", ""),
        ("<div><h2>COMMENTS</h2>", "said", '<form class="comment-form">Name<p>Website, if you have one</p></form>'),
    ],
    ids=["feet named after footers", "the markup names only the form"],
)
def test_comments_signed_below_what_they_say(box, foot, form):
    posts = "".join(
        f'<p>{said}</p><p class="{foot}">Posted on Friday, May {at}, 2019 at 8:1{at} PM by {name}</p>'
        for at, (name, said) in enumerate(zip(PEOPLE, SAID, strict=True), 1)
    )
    case = survey_comments(f"{box}{posts}</div>{form}")
    assert [post.author for post in case.layout.thread.posts] == list(PEOPLE)
    assert [case.lines.texts[post.body] for post in case.layout.thread.posts] == list(SAID)


TERMS = "The Valley Herald is pleased to let readers leave comments about a story at its end, signed with a name."


@pytest.mark.parametrize("box", ["<div>", '<div id="articleComments">'], ids=["not named", "named comments"])
@pytest.mark.parametrize("rank", ["h1", "h3"])
@pytest.mark.parametrize(
    "terms", [TERMS, f"{TERMS} {TERMS} Comments are read before they appear."], ids=["short", "long"]
)
def test_the_terms_below_a_heading_of_comments_are_furniture(box, rank, terms):
    reading = with_comments(f"{box}<{rank}>Article Comments</{rank}><p>{terms}</p></div>")
    assert reading.comments == ()
    assert ROLES[roles_of(reading)[terms]] == "boilerplate"


def test_a_copy_of_the_text_inside_an_element_for_comments_is_none():
    text = "".join(f"<p>{said} {said}</p>" for said in SAID)
    page = f'<h1>The ferry</h1>{text}<div class="comments"><h3>Comments</h3><div>{text}</div></div>'
    reading = read_pages([page])[0]
    assert reading.comments == ()
    assert [reading.text[s.start : s.end].count("\n\n") for s in reading.segments if s.role == "body"] == [3]


def test_comments_above_the_first_head_that_is_read():
    posts = "".join(f"<p>{name}</p><p>{said}</p>" for name, said in zip(PEOPLE, SAID, strict=True))
    more = "".join(f"<p>{name} | May {at}, 2019 8:10 PM</p><p>{SAID[0]}</p>" for at, name in enumerate(PEOPLE, 1))
    case = survey_comments(f'<div class="comments"><h2>6 Comments</h2>{posts}{more}</div>')
    roles = dict(zip(case.lines.texts, case.layout.hints, strict=True))
    assert [roles[said] for said in SAID] == ["comment"] * 3


def test_a_list_of_recent_comments_is_none():
    items = "".join(f"<li>{name} on {said}</li>" for name, said in zip(PEOPLE, SAID, strict=True))
    reading = with_comments(f'<div class="module-recent-comments"><h2>Recent Comments</h2><ul>{items}</ul></div>')
    assert reading.comments == ()


def test_a_heading_that_folds_the_text_below_it_is_none_of_the_buttons():
    questions = {
        "How long does a felt hat last?": "A hat that is brushed once a week lasts for ten years, and we mend it.",
        "Can I wash it?": "Felt does not like water. Let it dry, then take off the dirt with a soft brush.",
        "Which size do I need?": "Lay a tape around your head, just above the ears, and read it off in centimetres.",
        "Do you send hats abroad?": "We send them to every country with a post office, in a round box of cardboard.",
    }
    items = "".join(
        f'<h3><button class="faq-toggle" aria-expanded="false">{question}</button></h3><div><p>{answer}</p></div>'
        for question, answer in questions.items()
    )
    page = f"<main><h1>Questions about our hats</h1><p>{SAID[0]}</p>{items}<button>Add to cart</button></main>"
    roles = roles_of(read_pages([page])[0])
    assert {ROLES[roles[question]] for question in questions} == {"main"}
    assert roles["Add to cart"] == "navigation"


@pytest.mark.parametrize("filler", ["box", " ".join(f"box-{number}" for number in range(80))], ids=["few", "many"])
def test_an_element_is_marked_by_its_class_and_its_id_alike(filler):
    plain, classed, named = (
        f"<div {names}><p>The school will keep the well, with a pane of glass over it, and a lamp.</p></div>"
        for names in (f'class="{filler}"', f'class="comment {filler}"', f'class="{filler[:300]}" id="comment-7"')
    )
    marks = [render(parse_page(page)).tags[0].marks for page in (plain, classed, named)]
    assert [mark & TAG_BIT["class_comment"] > 0 for mark in marks] == [False, True, True]
