"""What stands in the element that holds most of a text is text more often than it looks, and elsewhere less often."""

import numpy as np
import pytest

from tasks.clean.segments.learned.boxes import number_boxes
from tasks.clean.segments.learned.case import EVERY, lay_side_by_side, whole_words
from tasks.clean.segments.learned.columns import own_columns
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tasks.clean.segments.weighing.homes import ELSEWHERE, find_homes, heed_homes
from tasks.clean.segments.weighing.second_opinion import heed_rules
from tests.stories import SAID, STORY

MORE = (
    "The saw went back to the carpenter on Monday, and the chain now hangs in the office of the harbour.",
    "On Tuesday the crew found the key under the seat of the second boat, where it had lain since spring.",
)
CREW = "Ferry 2, barge 1, tug 0"
TEXT = "".join(f"<p>{line}</p>" for line in (*STORY[1:], *MORE))
TITLE = f"<h1>{STORY[0]}</h1>"
TEASER = f"<div><p>{SAID[0]}</p></div>"
ALL = " ".join((*STORY[1:], *MORE))
LIKELY = {**dict.fromkeys((*STORY, *MORE, ALL), 0.95), SAID[0]: 0.6}
"""How likely main text the trees take a line for; all others three in ten."""


def read(*sources):
    """The cases of some pages, or of texts already cut into lines, with what the homes are told from."""
    lines = [render(parse_page(each)) if isinstance(each, str) else each for each in sources]
    cases = survey([(each, None) for each in lines])
    batch = lay_side_by_side([len(each) for each in lines])
    boxes, words = number_boxes(cases, batch), whole_words(cases)
    homes = find_homes(own_columns(cases, batch, EVERY), words, boxes)
    return [text for each in lines for text in each.texts], cases, batch, boxes, words, homes


def heed(*pages: str, unlike_text: float = 0.0, comment: float = 0.1):
    """The lines of pages, and their probabilities before and after."""
    texts, cases, batch, boxes, words, homes = read(*pages)
    main = np.array([LIKELY.get(text, 0.3) for text in texts])
    before = np.stack([main, (1 - main) * (1 - comment), (1 - main) * comment], axis=1)
    return texts, before, heed_homes(before, homes, boxes, cases, np.full(len(batch), unlike_text), words, batch)


def test_a_teaser_elsewhere_is_furniture():
    texts, before, after = heed(f"<main>{TITLE}{TEXT}</main>{TEASER}")
    teaser = texts.index(SAID[0])
    assert before[teaser].argmax() == 0
    assert after[teaser].argmax() == 1
    assert after[teaser, 0] / after[teaser, 1] == pytest.approx(ELSEWHERE * before[teaser, 0] / before[teaser, 1])
    assert after[teaser, 2] == before[teaser, 2]
    assert np.allclose(after.sum(axis=1), 1)
    story = [index for index, text in enumerate(texts) if text in {*STORY, *MORE}]
    assert np.array_equal(after[story], before[story])


def test_a_short_line_below_the_text_is_text_in_its_home_alone():
    texts, before, after = heed(f"<main>{TITLE}{TEXT}<div><div>{CREW}</div></div></main>")
    crew = texts.index(CREW)
    assert before[crew].argmax() == 1
    assert after[crew].argmax() == 0
    texts, _, after = heed(f"<main>{TITLE}{TEXT}</main><div>{CREW}</div>")
    assert after[texts.index(CREW)].argmax() == 1


@pytest.mark.parametrize(
    ("page", "line"),
    [
        pytest.param(f"{TITLE}{TEASER}<main>{TEXT}</main>", SAID[0], id="between the title and the text"),
        pytest.param(f"{TITLE}<main>{TEXT}</main>", STORY[0], id="the title"),
        pytest.param(f"<main>{TITLE}<p>{ALL}</p></main>{TEASER}", SAID[0], id="beside a single paragraph"),
        pytest.param(f"<main>{TITLE}{TEXT}<nav>{CREW}</nav></main>", CREW, id="a line with a role"),
        pytest.param(f"<main>{TITLE}{TEXT}<p>Reply</p></main>", "Reply", id="a button"),
        pytest.param(f"<main>{TITLE}{TEXT}{f'<p>{CREW}</p>' * 40}</main>", CREW, id="in a home of little text"),
    ],
)
def test_a_line_keeps_its_chance(page: str, line: str):
    texts, before, after = heed(page)
    assert np.array_equal(after[texts.index(line)], before[texts.index(line)])


def test_what_may_be_a_comment_keeps_its_chance():
    _, before, after = heed(f"<main>{TITLE}{TEXT}</main>{TEASER}", comment=0.6)
    assert np.array_equal(after, before)


def test_the_less_a_page_is_a_text_the_less_is_changed():
    changes = []
    for unlike_text in (0.0, 0.5, 1.0):
        texts, before, after = heed(f"<main>{TITLE}{TEXT}</main>{TEASER}", unlike_text=unlike_text)
        changes.append(before[texts.index(SAID[0]), 0] - after[texts.index(SAID[0]), 0])
    assert changes[0] > changes[1] > changes[2] == 0


def test_pages_are_read_alike_alone_and_together():
    pages = [f"<main>{TITLE}{TEXT}<p>{CREW}</p></main>{TEASER}", "<p>Home</p>", f"{TEASER}<main>{TITLE}{TEXT}</main>"]
    alone = [heed(page)[2] for page in pages]
    assert np.array_equal(np.concatenate(alone), heed(*pages)[2])


@pytest.mark.parametrize(
    "source",
    [pytest.param("<p>Home</p><p>Search</p>", id="no text"), pytest.param(split_lines("\n".join(STORY)), id="plain")],
)
def test_all_is_home_where_nothing_else_is(source):
    assert read(source)[-1].inside.all()


def test_prose_that_the_rules_find_elsewhere_is_no_comment_but_may_be_furniture():
    texts, cases, batch, *_, homes = read(f"<main>{TITLE}{TEXT}</main>{TEASER}")
    assert cases[0].layout.core[1] >= texts.index(SAID[0])  # the rules take it for main text
    results = []
    for is_home in (np.ones(len(batch), np.bool_), homes.inside):
        thought = np.tile((0.42, 0.48, 0.1), (len(batch), 1))
        results.append(heed_rules(thought, cases, batch, np.zeros(len(batch)), is_home)[texts.index(SAID[0])])
    believed, doubted = results
    assert believed.argmax() == 0
    assert doubted.argmax() == 1
    assert doubted[0] / doubted[1] == pytest.approx(0.42 / 0.48)
    assert doubted[2] < 0.1
