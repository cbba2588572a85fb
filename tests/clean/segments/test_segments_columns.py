"""Columns that a renderer set side by side."""

from itertools import pairwise, zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.segments import read_texts
from tasks.clean.segments.columns import part_columns
from tasks.clean.segments.lines import split_lines

STORY = [
    "The ferry stayed in port",
    "",
    "The ferry stayed in port all week, because nobody could find the key of the chain that holds it to the quay.",
    "",
    "On Friday the harbour master cut the chain with a borrowed saw, and the first crossing left an hour later.",
    "",
    "The key was found on Saturday, in the pocket of a coat that had been sent to the cleaner's before the storm.",
    "",
    "3 Comments",
    "",
    "Posted by: Runa on 9:35am 9 Jan 2008",
    "",
    "So the chain was the weakest link of the whole harbour after all, and nobody had thought of it before.",
    "",
    "Posted by: Odd Falk on 11:16am 9 Jan 2008",
    "",
    "It was the coat, if you ask me. Chains are there to be cut by whoever has to catch a tide.",
    "",
    "Posted by: Ida on 11:56am 9 Jan 2008",
    "",
    "Whose coat was it? My brother has been looking for his since the end of November.",
    "",
    "Add your comment",
]
"""A page with a thread."""

MENU = ["Home", "News", "", "Business", "", "SERVICES", "Order your paper", "", "Back issues", "Photos", "Help", "",
        "FAVOURITES", "Crosswords", "", "Letters", "Local news"]  # fmt: skip
"""A menu of its own length."""


def set_side_by_side(left: list[str], right: list[str], gap: int = 4) -> str:
    """Two columns as renderers set them, the left one padded."""
    width = max(map(len, left)) + gap
    return "\n".join(f"{a:{width}}{b}".rstrip() for a, b in zip_longest(left, right, fillvalue=""))


def pieces(text: str) -> list[str]:
    """The lines of a text as they are read."""
    return part_columns(split_lines(text)).texts


@pytest.mark.parametrize("swap", [False, True])
def test_columns_are_read_one_after_the_other(swap):
    left, right = (STORY, MENU) if swap else (MENU, STORY)
    text = set_side_by_side(left, right)
    assert pieces(text) == [line for line in [*left, *right] if line]
    (reading,) = read_texts([text])
    said = [(comment.author, " ".join(text[comment.start : comment.end].split())) for comment in reading.comments]
    assert said == [("Runa", STORY[12]), ("Odd Falk", STORY[16]), ("Ida", STORY[20])]
    main = "".join(text[s.start : s.end] for s in reading.segments if s.label == "main")
    assert [line.strip() for line in main.split("\n") if line.strip()] == [STORY[0], STORY[2], STORY[4], STORY[6]]
    assert "".join(text[s.start : s.end] for s in reading.segments) == text


def test_three_columns():
    links = [
        "Also",
        "Weather",
        "",
        "Tides",
        "",
        "Ferries",
        "Quay",
        "",
        "Chains",
        "",
        "Coats",
        "",
        "Hats",
        "",
        "",
        "",
        "Oil",
    ]
    text = set_side_by_side(set_side_by_side(MENU, STORY).split("\n"), links)
    assert pieces(text) == [line for line in [*MENU, *STORY, *links] if line]


def test_headings_stand_left_of_their_items():
    listed = [line if line.isupper() else f"    {line}" for line in MENU]
    assert pieces(set_side_by_side(STORY, listed)) == [line.strip() for line in [*STORY, *listed] if line.strip()]


def test_print_in_columns():
    column = [" ".join(STORY[2 * at % 7 + 2].split()[:6]) or "and so it went on for years" for at in range(14)]
    assert pieces(set_side_by_side(column, column[::-1])) == column + column[::-1]


def test_tables_and_lists_of_terms_keep_their_rows():
    names = [f"Ferry {number}" for number in range(12)]
    times = [f"{number}:15" for number in range(12)]
    terms = set_side_by_side(names, [f"{STORY[2]} {number}" for number in range(12)])
    for text in (set_side_by_side(names, times), terms, "\n".join(f"   {line}" for line in STORY)):
        assert part_columns(split_lines(text)).order is None


@given(
    st.lists(
        st.lists(st.sampled_from(["", "ferry", *STORY[2:7:2]]), min_size=3, max_size=3).map(
            lambda cells: f"{cells[0]:40.38}{cells[1]:130}{cells[2]}"
        ),
        max_size=40,
    )
)
def test_no_character_is_lost_or_read_twice(rows):
    text = "\n".join(rows)
    lines = part_columns(split_lines(text))
    spans = sorted(zip(lines.starts, lines.ends, strict=True))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert sum(len("".join(text[a:b].split())) for a, b in spans) == len("".join(text.split()))
    assert all(text[a:b] == line for a, b, line in zip(lines.starts, lines.ends, lines.texts, strict=True))
    (reading,) = read_texts([text])
    assert "".join(text[s.start : s.end] for s in reading.segments) == text
