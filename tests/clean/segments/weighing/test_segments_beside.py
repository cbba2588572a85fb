"""Boxes beside the text of a page are judged as a whole, and no others are."""

import numpy as np
import pytest

from tasks.clean.segments.learned.boxes import number_boxes
from tasks.clean.segments.learned.case import lay_side_by_side, whole_words
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tasks.clean.segments.weighing.beside import judge_boxes
from tests.stories import SAID, STORY

ARTICLE = "".join(f"<p>{line}</p>" for line in STORY * 2)
MENU = "".join(f"<p>Harbour, weather, tides and ferries of the week {number}</p>" for number in range(8))
COLUMN = f"<div id=side><p>{SAID[0]}</p>{MENU}</div>"
CHANCES = {**dict.fromkeys(STORY, 0.95), **dict.fromkeys(SAID, 0.6)}
"""How likely main text the trees take a line for; all others hardly."""


def judge(*pages: str, unlike_text: float = 0.0, offered: float = 0.0, chances=CHANCES):
    """The chances of main text before and after, by what the lines say; of some pages read together."""
    lines = [render(parse_page(page)) for page in pages]
    cases = survey([(each, None) for each in lines])
    batch = lay_side_by_side([len(each) for each in lines])
    texts = [text for each in lines for text in each.texts]
    main = np.array([chances.get(text, 0.05) for text in texts])
    before = np.stack([main, (1 - main) * 0.75, (1 - main) * 0.25], axis=1)
    kinds = np.full(len(batch), unlike_text), np.full(len(batch), offered)
    after = judge_boxes(before, number_boxes(cases, batch), *kinds, whole_words(cases), batch)
    return texts, before, after


def of(line: str, texts, values):
    return values[texts.index(line)]


def test_a_paragraph_in_a_column_of_furniture_is_furniture():
    texts, before, after = judge(f"<main>{ARTICLE}</main>{COLUMN}")
    teaser = texts.index(SAID[0])
    assert before[teaser].argmax() == 0
    assert after[teaser].argmax() == 1
    assert after[teaser, 2] == before[teaser, 2]  # what it loses is no comment
    assert np.allclose(after.sum(axis=1), 1)
    article = [index for index, text in enumerate(texts) if text in STORY]
    assert np.array_equal(after[article], before[article])


def test_it_does_not_matter_how_many_elements_wrap_a_column_or_part_it():
    _, _, after = judge(f"<main>{ARTICLE}</main>{COLUMN}")
    wrapped = f"<div><section>{COLUMN}</section></div>".replace("<p>", "<div><p>").replace("</p>", "</p></div>")
    _, _, also = judge(f"<main>{ARTICLE}</main>{wrapped}")
    assert np.allclose(also, after)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"<main>{ARTICLE}</main><div><p>{SAID[0]}</p><p>Menu</p></div>", id="that holds little"),
        pytest.param(f"<main>{ARTICLE}{COLUMN}{ARTICLE}</main>", id="amid the text"),
        pytest.param(f"<main>{ARTICLE}{MENU}<p>{SAID[0]}</p></main>", id="that holds the text as well"),
    ],
)
def test_a_box_is_left_alone(page: str):
    texts, before, after = judge(page)
    assert np.array_equal(of(SAID[0], texts, after), of(SAID[0], texts, before))


def test_where_most_of_the_text_would_go_all_stays():
    texts, before, after = judge(
        f"<main>{ARTICLE}</main>{COLUMN}", chances={**dict.fromkeys(STORY, 0.4), **dict.fromkeys(SAID, 0.6)}
    )
    assert [text for text, line in zip(texts, before, strict=True) if line.argmax() == 0] == [SAID[0]]
    assert np.array_equal(after, before)


def test_the_less_a_page_is_a_text_the_less_is_taken():
    taken = []
    for unlike_text in (0.0, 0.5, 1.0):
        texts, before, after = judge(f"<main>{ARTICLE}</main>{COLUMN}", unlike_text=unlike_text)
        taken.append(of(SAID[0], texts, before)[0] - of(SAID[0], texts, after)[0])
    assert taken[0] > taken[1] > taken[2] == 0


def test_on_an_offer_some_is_taken():
    texts, before, after = judge(f"<main>{ARTICLE}</main>{COLUMN}", unlike_text=1.0, offered=1.0)
    assert of(SAID[0], texts, after)[0] < 0.9 * of(SAID[0], texts, before)[0]


def test_pages_are_judged_alike_alone_and_together():
    pages = [f"<main>{ARTICLE}</main>{COLUMN}", f"{COLUMN}<p>{STORY[0]}</p>", "<p>Home</p>", f"{COLUMN}{ARTICLE}"]
    alone = [judge(page)[2] for page in pages]
    assert np.array_equal(np.concatenate(alone), judge(*pages)[2])
