from bisect import bisect_left, bisect_right
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.clean.segments import Options, Reading, read_pages, read_texts, segment_pages, segment_texts
from tasks.document import ROLES

LINES = st.sampled_from(
    [
        "", " ", "\t", "Home", "Advertisement", "Share", "3 Comments", "Related Articles", "by Ada Brook", "Reply",
        "March 3, 2021 at 10:15 am", "Ada • 2 hours ago", "Ada says:", "#4", ". .", "Leave a Reply", "Joined", "12",
        "READ| Another story", "photo.jpg", "The lake froze early, and nobody in the village was surprised by it.",
        "We walked over the ice to the island and back, which took us the better part of an hour.", "© 2020 The Lake",
        "湖はこの冬とても早く凍り、村の人は誰も驚かなかった。",
        "Озеро замёрзло рано, и никто в деревне не удивился этому.", "\u200b", "Messages", "\x00",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(LINES, max_size=40).map("\n".join))
HTML = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class='comment'>", "</div>", "<h1>", "</h1>", "<nav>", "</nav>", "<br>",
         "<table><tr><td>",
         "<a href=x>", "</a>", "<ul><li>", "<script>", "</script>", "<pre>", "</pre>", "text", " \n ",
         "&amp;", "<!-- c -->",
         "The lake froze early, and nobody in the village was surprised by it.",
         "<time datetime='2020-01-01'>", "\x00", "<"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


def check(reading: Reading) -> None:
    segments = reading.segments
    if not reading.text:
        assert segments == ()
        return
    assert segments[0].start == 0
    assert segments[-1].end == len(reading.text)
    assert all(left.end == right.start for left, right in pairwise(segments))
    for segment in segments:
        assert segment.start < segment.end
        assert segment.label == ROLES[segment.role]
        assert 0 <= segment.score <= 1
    starts = [segment.start for segment in segments]
    for comment in reading.comments:
        held = segments[bisect_right(starts, comment.start) - 1 : bisect_left(starts, comment.end)]
        assert [s.role for s in held] == ["comment"]
        assert reading.text[comment.start : comment.end].strip()


@given(TEXTS)
@settings(max_examples=200, deadline=None)
@example("")
@example(" \n\t\n")
@example("\n\nHome\n")
@example(". " * 200 + "\nHome")  # the first word comes late
def test_segments_tile_the_text(text):
    reading = read_texts([text])[0]
    assert reading.text == text
    check(reading)


@given(HTML)
@settings(max_examples=100, deadline=None)
def test_segments_tile_the_rendered_page(page):
    check(read_pages([page])[0])


@given(st.lists(TEXTS, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_text_is_read_alike_alone_and_in_a_batch(texts):
    assert read_texts(texts) == [read_texts([text])[0] for text in texts]


@given(TEXTS, st.sampled_from(["Home", "o", "^The lake"]))
@settings(max_examples=60, deadline=None)
def test_rules_of_the_user_come_first(text, pattern):
    reading = read_texts([text], Options(boilerplate_lines=(pattern,)))[0]
    check(reading)
    main = "".join(text[s.start : s.end] for s in reading.segments if s.label != "boilerplate")
    if pattern != "^The lake":
        assert pattern not in main
    else:
        assert not any(line.strip().startswith("The lake") for line in main.split("\n"))


def test_from_the_line_that_starts_comments_all_is_comments():
    text = "A title for the page\n\nThe lake froze early, as it does.\n\nVOICES\nGood.\nVery good, I was there."
    reading = read_texts([text], Options(comments_start=("^VOICES$",)))[0]
    assert [text[c.start : c.end] for c in reading.comments] == ["Good.\nVery good, I was there."]
    assert {s.score for s in reading.segments if s.label == "comment"} == {1.0}


@pytest.mark.parametrize(
    "text",
    [
        "x" * 5_000_000,
        "word " * 1_000_000,
        "word\n" * 200_000,
        " " * 1_000_000,
        "\n" * 1_000_000,
        "\x01\x02\x1f\n" * 100_000,
        "(" * 200_000,
        ". .\n" * 100_000,
        "3 Comments\n" * 50_000,
        "Ada says:\nYes.\n" * 50_000,
        "Joined\n12\n" * 50_000,
        "“Quoted words of some length here\n" * 20_000,
        "www." * 100_000,
        "Related Articles\nStory\nMay 1, 2022 10:00\nMore to tell\n" * 30_000,
        "Text of one paragraph, which ends here.\nMay 1, 2022 10:00\n" * 30_000,
        "May 2020" * 100_000,
        "A B C " * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_texts_are_read_in_linear_time(text):
    # The limit of a test is 300 s, and quadratic time would take hours.
    check(read_texts([text])[0])


def test_deep_nesting_is_no_recursion():
    page = "<div class='a'><span>" * 10_000 + "deep down" + "</span></div>" * 10_000
    assert read_pages([page])[0].text == "deep down"


def test_thin_functions_agree_with_readings():
    text = "Home\n\nA title for the page\n\nThe lake froze early, and nobody in the village was surprised."
    page = f"<nav>Home</nav><h1>A title for the page</h1><p>{text.splitlines()[-1]}</p>"
    assert segment_texts([text]) == [list(read_texts([text])[0].segments)]
    result = segment_pages([page])[0]
    assert result.text == read_pages([page])[0].text
    assert tuple(result.segments) == read_pages([page])[0].segments
