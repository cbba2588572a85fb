"""Who wrote a plain text is told at its end, below their name, and is no main text."""

import numpy as np
import pytest

from tasks.clean.segments import segment_texts
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tasks.clean.segments.weighing import second_opinion
from tasks.clean.segments.weighing.biographies import MOST_TOLD, SURE, find_biographies
from tests.stories import STORY

TEXT = (
    *STORY,
    "The saw went back to the carpenter on Monday, and the chain now hangs in the office of the harbour.",
    "On Tuesday the crew found the key under the seat of the second boat, where it had lain since spring.",
    "The harbour master has since had three copies made, of which one hangs in the kitchen of his sister in the town.",
    "Since then the first ferry has left the quay at seven every morning, and the last one has come back at nine.",
    "In the autumn the boats are painted, and whoever has an hour to spare is asked to come and bring a brush.",
)
NAME = "Maren Holt"
LIFE = "Maren Holt has written about boats and harbours for twenty years, and lives on one of the islands."
MORE = "When she is not on the water, Maren repairs clocks and teaches children how to read the tides."
OTHER = "All boats of the island are to be painted in the same green from the first day of the coming year."


def find(*texts: str, likely: dict[str, float] | None = None) -> list[str]:
    """The lines of a text that tell of its author, where all others are as likely main text as not."""
    cases = survey([(split_lines("\n\n".join(texts)), None)])
    main = np.array([(likely or {}).get(text, 0.5) for text in texts])
    return [texts[index] for index in find_biographies(cases, np.stack([main, 1 - main, 0 * main], axis=1))]


@pytest.mark.parametrize(
    "heading", [NAME, "About Maren Holt", "Written by Maren Holt", "Von Maren Holt", "Maren Holt:", "Maren E. Holt"]
)
def test_a_name_and_what_is_said_of_it_below_tell_of_the_author(heading: str):
    assert find(*TEXT, heading, LIFE) == [heading, LIFE]
    assert find(*TEXT, heading, "Boats and harbours", LIFE) == [heading, "Boats and harbours", LIFE]


def test_many_names_at_the_end_are_a_list_of_people():
    long = [f"{text} {number}" for number in range(8) for text in TEXT]
    keepers = [f"{name} Holt" for name in ("Maren", "Ivo", "Tilda", "Bruno", "Carla", "Emil")]
    told = [(name, f"{name} has kept the bridge for so many years that nobody remembers another.") for name in keepers]
    assert find(*long, *(text for pair in told[:MOST_TOLD] for text in pair)) != []
    assert find(*long, *(text for pair in told for text in pair)) == []


def test_paragraphs_that_say_the_name_again_belong_to_it_and_others_do_not():
    assert find(*TEXT, NAME, LIFE, MORE, OTHER) == [NAME, LIFE, MORE]
    assert find(*TEXT, NAME, LIFE, MORE, likely={MORE: SURE}) == [NAME, LIFE]


@pytest.mark.parametrize(
    ("above", "heading", "paragraph"),
    [
        ((f"Nobody but {NAME} had looked under the seat, where the key had been all the time since the spring.",),
         NAME, LIFE),
        ((NAME, LIFE, *TEXT[1:]), "Ivo Brandt", "Ivo Brandt has drawn maps of the islands for as many years as she."),
        ((), "Ferry Tickets", "Ferry tickets are sold at the quay from six in the morning until the last boat is in."),
        ((), "Our Harbour", "Our Harbour is closed on Sundays, and nobody is let in who has no boat there, or a key."),
        ((), NAME, OTHER),
        ((), "Maren", LIFE),
        ((), "Maren 2", LIFE),
    ],
    ids=["spoken of", "one of a list", "a thing", "an article", "another", "one word", "a number"],
)  # fmt: skip
def test_headings_in_a_text_are_no_names_of_authors(above: tuple[str, ...], heading: str, paragraph: str):
    assert not find(*TEXT, *above, heading, paragraph)


def test_the_trees_are_believed_where_they_are_sure():
    assert not find(*TEXT, NAME, LIFE, likely={LIFE: SURE})


def test_only_the_end_of_a_plain_text_is_searched():
    assert not find(*TEXT[:4], NAME, LIFE, *TEXT[4:])
    page = render(parse_page("".join(f"<p>{line}</p>" for line in (*TEXT, NAME, LIFE))))
    assert not find_biographies(survey([(page, None)]), np.full((len(page), 3), 0.3))


def test_what_is_told_of_the_author_is_no_main_text(monkeypatch: pytest.MonkeyPatch):
    assert read_main(*TEXT, NAME, LIFE) == "\n\n".join(TEXT)
    monkeypatch.setattr(second_opinion, "find_biographies", lambda *_: [])
    assert LIFE in read_main(*TEXT, NAME, LIFE)


def read_main(*texts: str) -> str:
    """The main text of a plain text."""
    text = "\n\n".join(texts)
    return "".join(text[each.start : each.end] for each in segment_texts([text])[0] if each.label == "main").strip()
