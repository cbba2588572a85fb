"""The main run of a plain text: what belongs to it without being prose, and what stands in its midst and does not."""

import pytest

from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.reading import survey
from tests.stories import SAID, STORY

OUTLINE = (
    "A year is enough to build a boat, but only if each part is begun in its season and nothing waits for the paint.",
    "Before the first board is cut, choose:",
    "• The wood",
    "• The Length",
    "• The Sail",
    "Buy dry oak.",
    "By March, have ready:",
    "Frames",
    "Keel And Stem",
    "Ribs",
    "Then wait.",
    "In the last month the hull is tarred inside and out, and whoever has helped is asked to the launch with a bottle.",
)


def test_where_the_text_goes_on_the_rules_are_less_sure_that_a_list_of_links_still_does():
    links = ["Related articles", "The chain of the old harbour", "Who pays for the saw?"]
    story = [*STORY, *SAID, *(f"{line} {STORY[2]}" for line in SAID)]

    def sureness(lines: list[str]) -> float:
        (case,) = survey([(split_lines("\n".join(lines)), None)])
        at = lines.index(links[1])
        assert case.layout.hints[at] == "related"
        return float(case.verdict.sure[at])

    assert sureness([*story, *links, *SAID[:1], *story[1:]]) < sureness([*story, *links])


def test_lists_that_a_colon_announces_are_part_of_the_main_run():
    (case,) = survey([(split_lines("\n".join(("How to build a boat", *OUTLINE))), None)])
    assert case.layout.core == (1, len(OUTLINE))


def test_a_menu_without_a_colon_ends_the_main_run():
    menu = ("Boats", "The Yard", "Our Crew", "Tar And Paint", "Harbour", "Sails", "Ropes", "Find Us") * 3
    (case,) = survey([(split_lines("\n".join(("How to build a boat", *STORY, *menu, OUTLINE[0]))), None)])
    assert case.layout.core[1] <= len(STORY)


@pytest.mark.parametrize("colon", [":", "："])
def test_what_a_colon_announces_is_no_endless_list(colon):
    menu = [f"Boat {number}" for number in range(90)]
    text = [*STORY, f"These are for sale{colon}", *menu, "Home", "Search", STORY[2]]
    (case,) = survey([(split_lines("\n".join(text)), None)])
    assert case.layout.core[1] < len(STORY) + 90


def test_a_biography_in_the_midst_of_the_text_is_as_sure_as_one_below_it():
    life = "Odd Falk is a writer from the valley, and he has sailed on the ferry since he was a boy of nine years."
    end = (f"{STORY[1]} {STORY[2]}", f"{SAID[0]} {SAID[1]}")
    (case,) = survey([(split_lines("\n".join((STORY[0], "By Odd Falk", *STORY[1:], *SAID, life, *end))), None)])
    at = 4 + len(SAID)
    assert case.layout.hints[at] == "about"
    assert case.layout.core[1] > at
    assert case.verdict.sure[at] > 0.9
