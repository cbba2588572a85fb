"""What no tree has a say in: lines that software sets below an entry."""

import pytest

from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tasks.clean.segments.weighing.last_word import LONGEST_FOOT, find_settled, is_foot
from tests.stories import STORY

FOOT = "Posted by Ada Lind on 9 May 2012 in Mills, Towers, Harbours and Boats | Permalink"


@pytest.mark.parametrize("text", [FOOT, "9 May 2012 in Mills | Comments (2) | Permalink", "Mills | Share | Reply"])
def test_a_button_behind_a_bar_ends_the_foot_of_an_entry(text: str):
    assert is_foot(text)


@pytest.mark.parametrize(
    "text",
    [
        "Permalink",
        "| Permalink",
        "The mill | The tower",
        "The permalink of an entry is its address | so they say",
        f"{'word ' * (LONGEST_FOOT // 5)}| Permalink",
    ],
    ids=["alone", "nothing before", "no button", "words of it", "too long"],
)
def test_other_lines_are_no_feet(text: str):
    assert not is_foot(text)


def test_feet_are_settled_in_plain_text_alone():
    lines = [*STORY, FOOT]
    text = survey([(split_lines("\n\n".join(lines)), None)])
    page = survey([(render(parse_page("".join(f"<p>{line}</p>" for line in lines))), None)])
    assert find_settled(text) == [len(STORY)]
    assert not find_settled(page)
