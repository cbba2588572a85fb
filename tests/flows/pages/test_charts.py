"""Charts: what is drawn is as much as what it stands for."""

import re
from itertools import pairwise

import pytest

from flows.pages.day_chart import HEIGHT, WIDTH, draw_days
from flows.pages.escape import cut, isolate, show_text
from flows.pages.flow_chart import FULL, SLOT, Node, draw_flow
from flows.pages.render import environment

LEFT, RIGHT = [Node("a"), Node("b"), Node("c")], [Node("documents", "documents"), Node("held", "held")]
VALUES = {("a", "documents"): 60, ("b", "documents"): 20, ("b", "held"): 20, ("c", "held"): 0}


def test_streams_are_as_high_as_they_are_much_and_stay_in_their_nodes() -> None:
    chart = draw_flow(LEFT, RIGHT, VALUES, 640)
    heights = {box.name: box.height for box in chart.boxes}
    assert heights["a"] == heights["documents"] * 60 / 80 == FULL * 0.6
    assert [box.value for box in chart.boxes] == [60, 40, 0, 80, 20]
    assert [stream.words for stream in chart.streams] == ["a: 60 documents", "b: 20 documents", "b: 20 held"]
    assert [stream.kind for stream in chart.streams] == ["documents", "documents", "held"]
    for stream in chart.streams:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", stream.path)]
        assert all(-0.1 <= number <= 640 for number in numbers)
    assert all(box.y >= 0 and box.y + box.height <= chart.height + 0.1 for box in chart.boxes)


def test_labels_have_room_beside_and_below_each_other() -> None:
    names = [Node("n" * 30), *(Node(f"source-{n}") for n in range(20))]
    values = {(node.name, "documents"): 1 for node in names} | {("source-3", "held"): 1_000_000}
    chart = draw_flow(names, RIGHT, values, 360)
    for side in (chart.boxes[:21], chart.boxes[21:]):
        middles = [box.middle for box in side]
        assert all(later - earlier >= SLOT for earlier, later in pairwise(middles))
    left, right = chart.boxes[0], chart.boxes[-1]
    assert left.x >= 7 * 20
    assert left.x < right.x < 360


def test_a_day_has_its_parts_on_top_of_each_other() -> None:
    chart = draw_days(
        {"2026-11-20": [("before", 5), ("now", 5), ("rejected", 0)], "2026-11-18": [("before", 4)]}, (2, 4)
    )
    assert chart is not None
    assert (chart.first, chart.last, chart.most) == ("2026-10-24", "2026-11-20", 10)
    assert [(bar.kind, bar.y, bar.height) for bar in chart.bars] == [
        ("before", HEIGHT - 22.4, 22.4),
        ("before", HEIGHT / 2, HEIGHT / 2),
        ("now", 0.0, HEIGHT / 2),
    ]
    assert chart.band == (HEIGHT - 22.4, 11.2)
    assert chart.days[-1][1] == "2026-11-20: 5 before, 5 now"
    assert chart.days[-2][1] == "2026-11-19: none"
    assert all(0 <= bar.x < WIDTH for bar in chart.bars)
    assert draw_days({}) is None


def test_bars_show_numbers_and_shares_beside_their_length() -> None:
    charts = environment().get_template("charts.html").module
    made = str(charts.bars([("<b>", 30), ("other", 10)], "language", "documents", limit=1))
    assert "&lt;b&gt;" in made
    assert ">30<" in made
    assert ">75%<" in made
    assert "inline-size: 100.0%" in made
    assert "and 1 more" in made
    assert ">3%<" in str(charts.bars([("a", 3)], "repair", of=100))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain & simple", "plain &amp; simple"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("zero\u200dwidth\u200cjoiners", "zero\u200dwidth\u200cjoiners"),
        ("\x7f", '<span class="hidden" title="U+007F control character">\\u007f</span>'),
        ("\r\n", '<span class="hidden" title="U+000D control character">␍</span>\n'),
        ("a\u2028b", 'a<span class="hidden" title="U+2028 line separator">\\u2028</span>b'),
        ("\U000e0041", '<span class="hidden" title="U+E0041 tag latin capital letter a">\\U000e0041</span>'),
    ],
)
def test_hidden_characters_name_themselves(text: str, shown: str) -> None:
    assert str(show_text(text)) == shown
    assert str(isolate(text)) == f"<bdi>{shown}</bdi>"


def test_a_cut_text_is_one_line() -> None:
    assert cut("a\n b", 5) == "a b"
    assert cut("x" * 6, 5) == "xxxxx …"
    assert cut(" " * 100 + "end", 5) == " …"
    assert cut("\u202e" * 9, 20) == "\u202e\u202e …"
