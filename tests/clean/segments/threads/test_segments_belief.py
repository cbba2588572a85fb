"""Threads that the trees doubt: many regular posts are believed all the same, few are not."""

import numpy as np
import pytest

from tasks.clean.segments.learned.case import lay_side_by_side
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tasks.clean.segments.verdict import LABELS
from tasks.clean.segments.weighing.second_opinion import heed_rules

ARTICLE = (
    "The lamp on the mole",
    "Nobody has counted the steps of the tower since the bell was taken down, and nobody will.",
    "The ferry stayed in port all week because nobody could find the key of its chain.",
)
SAID = "We walked the whole way round the lake last winter, and the ice held under every one of us."
DOUBT = (0.7, 0.1, 0.2)
"""What the trees are made to think of every line: main text, with some chance of a comment."""

NAMES = tuple(f"{first} {last}" for last in ("Holm", "Falk", "Lovell") for first in ("Ada", "Bo", "Cid", "Dag", "Eli"))


def label_bodies(lines, thought=DOUBT) -> list[str]:
    """The labels of what the posts say, where the trees think the same of every line."""
    (case,) = survey([(lines, None)])
    assert case.layout.thread.posts
    count = len(case.lines)
    heeded = heed_rules(
        np.tile(thought, (count, 1)), [case], lay_side_by_side([count]), np.zeros(count), np.ones(count, np.bool_)
    )
    return [LABELS[best] for best, text in zip(heeded.argmax(axis=1), case.lines.texts, strict=True) if text == SAID]


def write_posts(names) -> list[str]:
    return [line for at, name in enumerate(names) for line in (name, f"May {at + 1}, 2019 at 8:{at + 10} pm", SAID)]


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (NAMES[:14], "comment"),
        (NAMES[:3], "main"),
        ((NAMES[0], NAMES[1]) * 7, "main"),
    ],
    ids=["many posts of many people", "few posts", "many entries of two people"],
)
def test_posts_that_the_trees_doubt(names, label):
    text = "\n".join([*ARTICLE, f"{len(names) + 2} Comments", *write_posts(names)])
    assert label_bodies(split_lines(text)) == [label] * len(names)


@pytest.mark.parametrize(
    ("heading", "count", "label"),
    [("3 Comments", 3, "comment"), ("One Comment", 1, "comment"), ("5 Comments", 3, "main"), ("One thing", 1, "main")],
)
def test_few_regular_posts_are_believed_where_the_heading_says_so_many(heading, count, label):
    text = "\n".join([*ARTICLE, heading, *write_posts(NAMES[:count]), "Leave a Reply"])
    (case,) = survey([(split_lines(text), None)])
    posts = len(case.layout.thread.posts)
    assert posts == (count if heading != "One thing" else 0)
    if posts:
        assert label_bodies(split_lines(text)) == [label] * count


def test_a_form_below_regular_posts_is_worth_a_heading_above_them():
    text = "\n".join([*ARTICLE, *write_posts(NAMES[:14]), "Leave a Reply"])
    assert set(label_bodies(split_lines(text))[1:]) == {"comment"}


@pytest.mark.parametrize(("heading", "label"), [((), "main"), (("14 Comments",), "comment")], ids=["none", "a heading"])
@pytest.mark.parametrize("times", [(), ("May 4, 2019 at 8:10 pm",)], ids=["no times", "times"])
def test_what_has_no_names_needs_a_heading(times, heading, label):
    chapters = [line for number in range(1, 15) for line in (f"#{number}", *times, SAID, SAID)]
    found = label_bodies(split_lines("\n".join([*ARTICLE, *heading, *chapters])), (0.25, 0.05, 0.7))
    assert set(found[2:]) == {label}


def test_a_list_without_a_heading_of_comments_is_doubted_however_regular():
    assert label_bodies(split_lines("\n".join([*ARTICLE, *write_posts(NAMES[:14])]))) == ["main"] * 14


@pytest.mark.parametrize(("box", "label"), [('<div class="comments">', "comment"), ("<div>", "main")])
def test_what_markup_names_comments_is_doubted_less(box, label):
    above, posts = ("".join(f"<p>{line}</p>" for line in lines) for lines in (ARTICLE, write_posts(NAMES[:3])))
    page = f"<h1>{ARTICLE[0]}</h1>{above}{box}{posts}</div>"
    assert label_bodies(render(parse_page(page)), (0.5, 0.1, 0.4)) == [label] * 3


@pytest.mark.parametrize(
    ("beside", "label"),
    [((), "main"), (("Reply",), "comment"), (("Leave a comment",), "comment")],
    ids=["no sign of a thread", "a button", "a form"],
)
def test_a_text_without_any_sign_of_a_thread_has_hardly_comments(beside, label):
    """A column in the first person sounds like a comment, as trees do that hear its words."""
    (case,) = survey([(split_lines("\n".join([*ARTICLE, SAID, *beside])), None)])
    assert not case.layout.thread.posts
    count = len(case.lines)
    thought = np.tile((0.006, 0.014, 0.98), (count, 1))
    heeded = heed_rules(thought, [case], lay_side_by_side([count]), np.zeros(count), np.ones(count, np.bool_))
    assert LABELS[heeded[case.lines.texts.index(SAID)].argmax()] == label


def test_what_is_said_around_a_form_for_comments_is_believed_to_be_furniture_without_a_role():
    (case,) = survey([(render(parse_page("<p>The harbour of Lisbon</p><p>No comments yet.</p>")), None)])
    assert case.layout.hints == ["", ""]
    assert case.verdict.labels == [LABELS.index("boilerplate")] * 2
    thought = np.tile((0.6, 0.39, 0.01), (2, 1))
    heeded = heed_rules(thought, [case], lay_side_by_side([2]), np.zeros(2), np.ones(2, np.bool_))
    assert [LABELS[best] for best in heeded.argmax(axis=1)] == ["main", "boilerplate"]
