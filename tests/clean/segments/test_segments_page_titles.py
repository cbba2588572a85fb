"""A plain text that begins with the title of its page begins in truth below the heading that says the same."""

import pytest

from tasks.clean.segments import read_texts

HEADING = "How the lock got its keeper"
ABOUT = (
    "Hello and welcome! I draw, I bake and I mend old clocks in a small house by the river, and share what I find.",
    "My book about the river came out in the spring, and everybody who likes boats should read it.",
    "I have worked as a baker, as a clerk and as a teacher, and I give talks about all three, wherever I am asked to.",
)
TEXT = (
    "When the lock was built, nobody had thought of a keeper, and for a year the skippers opened the gates themselves.",
    "Then a barge sank in the chamber, and the county sent the youngest of its clerks to look after the ropes.",
)


def read_main(title: str, heading: str) -> tuple[str | None, str]:
    lines = (title, "About me", *ABOUT, heading, *TEXT)
    (reading,) = read_texts(["\n\n".join(lines)])
    main = "".join(reading.text[part.start : part.end] for part in reading.segments if part.label == "main")
    return reading.title, main


@pytest.mark.parametrize(
    "title", [f"{HEADING} | Clocks and cakes", f"Clocks: {HEADING}", f"{HEADING.upper()} - Clocks"]
)
def test_what_stands_above_the_heading_is_beside_the_text(title):
    found, main = read_main(title, HEADING)
    assert found == HEADING
    assert main.split("\n\n") == [HEADING, *TEXT]


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Clocks and cakes", HEADING),
        (f"{HEADING} | Clocks and cakes", "Clocks and cakes"),
        (f"{HEADING} and what became of the barge | Clocks", HEADING),
    ],
    ids=["no title of a page", "the name of the site", "a part of a part"],
)
def test_other_lines_do_not_begin_a_text(title, heading):
    assert ABOUT[1] in read_main(title, heading)[1]
