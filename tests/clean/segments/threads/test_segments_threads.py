import json
from pathlib import Path

import pytest

from tasks.clean.segments import read_pages, read_texts
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.looks import look_at
from tasks.clean.segments.reading import survey

CASES = json.loads(Path(__file__).with_name("threads.json").read_text(encoding="utf-8"))


def marks_of(case) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason=case["known_failure"])] if "known_failure" in case else []


@pytest.mark.parametrize("case", [pytest.param(case, marks=marks_of(case), id=case["name"]) for case in CASES])
def test_thread(case):
    text = case["text"]
    reading = read_texts([text])[0]
    assert reading.title == case["title"]
    found = [
        [text[c.start : c.end], c.author, c.posted_at.isoformat() if c.posted_at else None, c.in_reply_to]
        for c in reading.comments
    ]
    assert found == case["comments"]
    lines = text.split("\n")
    for piece in case["boilerplate"]:
        at = sum(len(line) + 1 for line in lines[: lines.index(piece)])
        label = next(s.label for s in reading.segments if s.start <= at < s.end)
        assert label == "boilerplate", piece


def test_two_posts_never_share_a_segment():
    text = CASES[2]["text"]
    reading = read_texts([text])[0]
    for left, right in zip(reading.comments, reading.comments[1:], strict=False):
        shared = [s for s in reading.segments if s.start < left.end and right.start < s.end]
        assert not shared


SAID = (
    "The mill race was cleared in two days, and the wheel turned by itself before noon.",
    "The ferry stayed in port all week because nobody could find the key of its chain.",
    "Nobody has counted the steps of the tower since the bell was taken down.",
    "The lamp on the mole went out at nine, and it was morning before anyone noticed.",
)
"""What entries say, in turn."""

TITLES = ("Mill notes", "Ferry talk", "Tower news", "Lamp oil")


def find_posts(heads: list[str]) -> int:
    """How many posts the rules find below a text, each with one of the heads and two sentences."""
    entries = [f"{head}\n{SAID[at % 4]}\n{SAID[(at + 1) % 4]}" for at, head in enumerate(heads)]
    text = "\n".join(["Notes from the valley", SAID[2], SAID[3], *entries])
    (case,) = survey([(split_lines(text), None)])
    return len(case.layout.thread.posts)


def test_entries_of_a_journal_are_no_posts():
    titled = [f"{TITLES[at % 4]} {28 - at} Jan 2004" for at in range(16)]
    assert find_posts(titled) == 0


def test_entries_by_one_person_are_no_posts():
    assert find_posts([f"posted by Chris @ {hour}:51 PM" for hour in range(1, 10)]) == 0
    people = ("Chris", "Oona", "Hob")
    assert find_posts([f"posted by {people[hour % 3]} @ {hour}:51 PM" for hour in range(1, 10)]) == 9


def test_the_day_of_the_entry_opens_no_post():
    people = [f"{first} {last}" for last in ("Holm", "Falk") for first in ("Ada", "Bo", "Cid", "Dag", "Eli")]
    posts = [
        f"{name} — July 17th, 2012, 6:{at + 10} pm\n{SAID[at % 4]}\nWe reserve all rights.\nReply"
        for at, name in enumerate(people)
    ]
    above = ("Notes from the valley", SAID[2], SAID[3], "Share this:", "Email", "Posted on July 19th, 2012")
    (case,) = survey([(split_lines("\n".join([*above, "Related posts", *TITLES, "10 Comments", *posts])), None)])
    thread = case.layout.thread
    assert [case.lines.texts[post.start].split(" —")[0] for post in thread.posts] == people


def find_below(lines: list[str]) -> int:
    """How many posts the rules find in lines below a text."""
    (case,) = survey([(split_lines("\n".join(["Notes from the valley", *[" ".join(SAID)] * 4, *lines])), None)])
    return len(case.layout.thread.posts)


ITEMS = (f"4. Answer the question\n{SAID[0]}\n• {SAID[1]}\n5. Be brief\n{SAID[2]}", f"10. Reviews\n{SAID[0]}")
CARDS = [
    f"{title}\nDate: March {at + 2}, 2026\nLocation: Lisbon, Portugal\n{SAID[at % 4]}"
    for at, title in enumerate(TITLES)
]
TOOLS = [
    f"• https://tool{at}.example/ {note}\n{SAID[at]}" for at, note in enumerate(("(no leaks)", "|| tool", "[docs]"))
]


@pytest.mark.parametrize(
    "lines",
    [[ITEMS[0]], [ITEMS[1]], CARDS, TOOLS],
    ids=[
        "a number and what answers",
        "a number and reviews",
        "fairs with place and day",
        "addresses with notes",
    ],
)
def test_items_of_an_article_are_no_posts(lines):
    assert find_below(lines) == 0


def test_longer_numbers_are_no_days():
    assert not look_at("nodePort: 30086-32767").has_date
    assert look_at("Ada Holm 2021-03-04").has_date


def test_options_of_a_command_are_no_initials_of_users():
    assert [look_at(text).kind for text in ("A", "- A", "• A", "•A")] == ["initial"] * 4
    assert look_at("-a").kind != "initial"


def test_posts_with_rank_and_day_of_joining_are_posts():
    cards = [
        f"{name}\nMember\nOct 2{at}, 2017\n{at + 1},539\n{SAID[at]}"
        for at, name in enumerate(("Ada", "Bo", "Cid", "Dag"))
    ]
    assert find_below(cards) >= 3


def test_answers_below_a_numbered_heading_end_no_thread():
    said = [f"{at}. {SAID[at % 4]}\nReply" for at in range(2, 8)]
    assert find_below(["7 comments:", "1. Replies", f"1. {SAID[0]}", "Delete", *said]) == 7


GLUED = [f"{said} {name}" for said, name in zip(SAID, ("Ada Holm", "MikeyG", "Bo of the mill", "MikeyG"), strict=True)]


def test_names_glued_to_the_end_of_posts():
    text = "\n".join(["Notes from the valley", *[" ".join(SAID)] * 4, "What you think", *GLUED, "Post a comment"])
    reading = read_texts([text])[0]
    found = [(text[c.start : c.end], c.author) for c in reading.comments]
    assert found == [(said, glued.removeprefix(f"{said} ")) for said, glued in zip(SAID, GLUED, strict=True)]


def test_a_post_of_two_lines_has_its_name_at_the_end_of_the_second():
    assert find_below([*GLUED[:2], SAID[0], *GLUED[2:], "Post a comment"]) == 4
    assert find_below([*GLUED[:2], SAID[0], SAID[1], *GLUED[2:], "Post a comment"]) == 0


def test_paragraphs_that_end_without_a_stop_are_no_posts():
    assert find_below([*GLUED, SAID[0]]) == 0
    assert find_below([f"{said} Read on" for said in SAID] + ["Post a comment"]) == 0


def test_who_posted_stands_in_the_element_for_authors_above_a_button():
    people = ("Runa", "Odd Falk", "Ida", "Wickham")
    posts = "".join(
        f"<article><header><div class='author'><a>{name}</a><br>1{at} posts · Joined 20{at}2</div><a>Add to quote</a>"
        f"</header><div>#{at + 2} · Mar {at + 21}, 2025</div><div class='text'>{SAID[at % 4]}</div>"
        "<footer><button>Reply</button></footer></article>"
        for at, name in enumerate(people)
    )
    page = f"<h1>Notes from the valley</h1><p>{SAID[2]}</p><p>{SAID[3]} {SAID[0]}</p>{posts}"
    (reading,) = read_pages([page])
    assert [(comment.author, str(comment.posted_at)[:10]) for comment in reading.comments] == [
        (name, f"2025-03-{at + 21}") for at, name in enumerate(people)
    ]
    said = "".join(reading.text[comment.start : comment.end] for comment in reading.comments)
    assert "Joined" not in said
