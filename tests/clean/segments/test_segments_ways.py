"""Ways to the entries before and after are neither titles nor text; quotations in the same signs are."""

import pytest

from tasks.clean.segments import read_texts
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.ways import find_ways, is_way

STORY = (
    "Nobody has counted the steps of the tower since the bell was taken down, and nobody will before spring.",
    "The keeper's daughter, who has the key, says that there were once a hundred and twelve of them.",
    "From the water the tower looks as it always did. Only the boats that come in late notice that the lamp is lit.",
)
WAYS = ("« The lamp on the mole | Main | Nine steps fewer »", "« The lamp on the mole", "Nine steps fewer »")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", [0, 2])
def test_they_are_boilerplate_above_and_within_a_text(way, place):
    lines = ["The tower without a bell", *STORY]
    lines.insert(place, way)
    (reading,) = read_texts(["\n\n".join(lines)])
    start = reading.text.index(way)
    assert {each.label for each in reading.segments if each.start <= start < each.end} == {"boilerplate"}
    assert reading.title == "The tower without a bell"


@pytest.mark.parametrize(
    "line",
    [
        "« Personne ne sait combien de marches il reste », dit la fille du gardien.",
        "« Personne ne sait combien de marches il reste.",
        "depuis que la cloche n'est plus là. »",
        "The tower | The lamp",
    ],
)
def test_quotations_are_no_ways(line):
    assert not is_way(line)


def test_a_text_with_quotations_may_break_them_into_lines():
    lines = ["« Il en reste cent douze », dit-elle.", "« Personne ne sait", "combien de marches il reste »", WAYS[0]]
    assert find_ways(split_lines("\n".join(lines))) == [3]
    assert find_ways(split_lines("\n".join([*STORY, *WAYS]))) == [3, 4, 5]
