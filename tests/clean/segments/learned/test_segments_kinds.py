"""What kind of page a document is, from what its lines are like on the whole."""

import numpy as np
import pytest

from tasks.clean.segments.classify import first_columns
from tasks.clean.segments.learned.boxes import number_boxes
from tasks.clean.segments.learned.case import lay_side_by_side, whole_words
from tasks.clean.segments.learned.kinds import KINDS, document_columns, kind_columns, spread_kinds
from tasks.clean.segments.learned.leanings import leaning_columns
from tasks.clean.segments.learned.offers import tell_unlike_text
from tasks.clean.segments.learned.trees import load_trees
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey

MENU = "<nav><a href=/>Home</a><a href=/a>Lamps</a><a href=/b>About us</a></nav>"
ARTICLE = MENU + "<article><h1>The lamp on the mole</h1>" + "".join(
    f"<p>Nobody has counted the {number} steps of the tower since the bell was taken down, and nobody ever will, for "
    "the door is shut and the key lies at the bottom of the lake.</p>"
    for number in ("hundred", "many", "worn", "last", "wooden", "stone", "broken", "lower")
) + "</article><footer>© 2024 The Valley</footer>"  # fmt: skip
SHELF = MENU + "<h1>Table lamps</h1><ul>" + "".join(
    f"<li><a href=/p{number}><h3>Lamp {name} {number} cm</h3></a><span>${number}.95</span><button>Add to cart</button>"
    for number, name in enumerate(("Ada", "Bo", "Cid", "Dag", "Eli", "Falk", "Holm", "Ida", "Odd", "Runa") * 3, 12)
) + "</ul><footer>© 2024 The Lamp Shop</footer>"  # fmt: skip


def measure_all(documents):
    cases = survey([(lines, None) for lines in documents])
    batch = lay_side_by_side([len(case.lines) for case in cases])
    words = whole_words(cases)
    return first_columns(cases, batch, words, number_boxes(cases, batch)) | leaning_columns(cases, batch), words, batch


def unlike_text(kind, lines) -> float:
    columns, words, batch = measure_all([lines])
    told = kind_columns(load_trees(f"{kind}_kinds"), columns, words, batch)
    return float(tell_unlike_text(told["kind_prose"])[0])


@pytest.mark.parametrize("kind", ["html", "text"])
def test_an_article_is_a_text_and_a_shelf_of_goods_is_none(kind):
    told = []
    for page in (ARTICLE, SHELF):
        lines = render(parse_page(page))
        told.append(unlike_text(kind, lines if kind == "html" else split_lines(lines.text)))
    assert told[0] == 0
    assert told[1] > 0.5


def test_a_document_has_the_same_columns_alone_and_in_a_batch():
    documents = [split_lines(text) for text in ("Home\nThe lake froze early this year.", "", "Lamp\n$12\nLamp\n$13")]
    names = ["mean_words", "heavy_link", "heavy_stop_share", "mean_position"]
    columns, words, batch = measure_all(documents)
    together = document_columns(columns, names, words, batch)
    assert set(together) == set(names)
    alone = [document_columns(c, names, w, b) for c, w, b in (measure_all([documents[0]]), measure_all([documents[2]]))]
    for name in names:
        assert together[name].tolist() == [int(part[name][0]) for part in alone]


def test_means_are_of_lines_or_of_words():
    columns = {"a": np.array([10, 20, 200, 7], np.uint8)}
    means = document_columns(columns, ["mean_a", "heavy_a"], np.array([0, 0, 58, 3]), lay_side_by_side([3, 0, 1]))
    assert means["mean_a"].tolist() == [230 // 3, 7]
    assert means["heavy_a"].tolist() == [(10 + 20 + 59 * 200) // 61, 7]


def test_all_lines_of_a_document_share_its_kind():
    told = spread_kinds(np.array([[190, 6, 4], [10, 40, 150]], np.uint8), lay_side_by_side([2, 0, 1]))
    assert set(told) == {f"kind_{kind}" for kind in KINDS}
    assert told["kind_prose"].tolist() == [190, 190, 10]
