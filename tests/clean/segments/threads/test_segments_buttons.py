"""Buttons at the head or foot of comments."""

import pytest

from tasks.clean.segments import read_pages, read_texts
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.threads.buttons import mark_buttons
from tasks.document import ROLE_MEANINGS

SAID = (
    "The mill race was cleared in two days, and the wheel turned by itself before noon.",
    "The ferry stayed in port all week because nobody could find the key of its chain.",
    "Nobody has counted the steps of the tower since the bell was taken down.",
    "The lamp on the mole went out at nine, and it was morning before anyone noticed.",
    "My brother still has the saw with which they cut it, and he lends it to whoever asks.",
)
NAMES = ("Runa", "Odd", "Ida", "Bo", "Ada")


def mark(parts: list[list[str]]) -> list[list[str]]:
    """What is left of each post after its buttons are gone."""
    lines = split_lines("\n".join(line for part in parts for line in part))
    posts = [number for number, part in enumerate(parts, 1) for _ in part]
    roles = ["comment"] * len(lines)
    mark_buttons(lines, roles, posts)
    left: list[list[str]] = [[] for _ in parts]
    for text, role, post in zip(lines.texts, roles, posts, strict=True):
        if role == "comment":
            left[post - 1].append(text)
    return left


@pytest.mark.parametrize(
    "feet",
    [
        ("Flag this comment",),
        ("Please rate this comment: 3 0", "Flag for removal"),
        ("Report to the harbour office", "Like or dislike: 2 1"),
        ("Rated 5 out of 5",),
        ("Diesen Beitrag melden",),
        ("Signaler ce message",),
        ("Denunciar este comentario",),
        ("Пожаловаться на сообщение",),
        ("举报 该 评论",),
    ],
)
@pytest.mark.parametrize("is_above", [False, True], ids=["below", "above"])
def test_what_comes_again_around_comments_is_a_button(feet, is_above):
    parts = [[*feet, said] if is_above else [said, *feet] for said in SAID]
    assert mark(parts) == [[said] for said in SAID]


@pytest.mark.parametrize(
    "feet",
    [
        ("Cheers,", "Tim"),  # a signature
        ("Hi Tim,",),
        ("Go Panthers!",),
        ("by Harry on",),  # who wrote it
        ("Posted on",),
        ("Ada said:",),
        ("May 9, 2020",),
        ("raise Error(report)",),  # code
    ],
)
def test_what_people_say_alike_is_said(feet):
    parts = [[said, *feet] if number < 3 else [said] for number, said in enumerate(SAID)]
    assert mark(parts) == parts


def test_a_button_inside_a_comment_stays_and_one_alone_too():
    inside = [[said, "Flag this comment", SAID[0]] for said in SAID]
    assert mark(inside) == inside
    alone = [[said, "Flag this comment"] if number < 2 else [said, "Yes"] for number, said in enumerate(SAID)]
    assert mark(alone)[0] == alone[0]


def test_a_comment_of_buttons_alone_keeps_its_lines():
    parts = [*([said, "Flag this comment"] for said in SAID), ["Flag this comment", "Flag this comment"]]
    assert mark(parts)[-1] == parts[-1]


THREAD = "\n\n".join(
    [
        "The ferry stayed in port",
        f"{SAID[1]} {SAID[0]}",
        "On Friday the harbour master cut the chain with a borrowed saw, and the first crossing left an hour later.",
        "5 Comments",
        *(
            f"{name}\nMay {number + 3}, 2020 at 8:1{number} PM\n{said}\nPlease rate this comment: {number} 0"
            for number, (name, said) in enumerate(zip(NAMES, SAID, strict=True))
        ),
    ]
)


def test_buttons_are_no_part_of_the_comments_of_a_text():
    (reading,) = read_texts([THREAD])
    assert [reading.text[c.start : c.end] for c in reading.comments] == list(SAID)
    at = reading.text.index("Please rate")
    (segment,) = [segment for segment in reading.segments if segment.start <= at < segment.end]
    assert (segment.label, segment.role) == ("boilerplate", "navigation")


def test_whom_a_comment_answers_is_no_part_of_it():
    answers = {2: "Reply to Runa", 3: "Reply to Ida", 4: "Reply to Odd"}
    items = "".join(
        f'<div class="comment"><b class="author">{name}</b> <time>May {at + 3}, 2020 at 8:1{at} PM</time>'
        f"{f'<div>{answers[at]}</div>' if at in answers else ''}<p>{said}</p><a>Reply</a></div>"
        for at, (name, said) in enumerate(zip(NAMES, SAID, strict=True))
    )
    story = "<p>The ferry stayed in port all week, as nobody had the key of the chain that holds it to the quay.</p>"
    page = f"<h1>The ferry</h1>{story * 3}<div id='comments'><h2>5 comments</h2>{items}</div>"
    (reading,) = read_pages([page])
    assert [reading.text[c.start : c.end] for c in reading.comments] == list(SAID)
    assert [c.in_reply_to for c in reading.comments] == [None, None, 0, 2, 1]


def test_the_role_of_the_buttons_of_comments_is_the_one_that_is_said_to_be_theirs():
    posts = "".join(
        f"<li><p><b>{name}</b> <time>20 November 2026, 09:14</time></p><p>{said}</p><button>Reply</button></li>"
        for name, said in zip(NAMES, SAID, strict=True)
    )
    story = "<p>The old weathercock, missing from the church since spring, was found on another on Monday.</p>"
    page = f"<body><article><h1>Found</h1>{story}</article><h2>5 Comments</h2><ol>{posts}</ol></body>"
    reading = read_pages([page])[0]
    roles = {
        segment.role for segment in reading.segments if reading.text[segment.start : segment.end].strip() == "Reply"
    }
    assert roles == {role for role, meaning in ROLE_MEANINGS.items() if "buttons" in meaning}
