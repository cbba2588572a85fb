"""Below the element that holds the text of a page lines are doubted; above, inside and in others like it none is."""

import numpy as np
import pytest

from tasks.clean.segments.learned.boxes import number_boxes
from tasks.clean.segments.learned.case import lay_side_by_side, whole_words
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tasks.clean.segments.weighing.below import LEFT, doubt_below
from tests.stories import SAID, STORY

TEXT = f"<div class=text>{''.join(f'<p>{line}</p>' for line in STORY)}</div>"
OTHER, TALK = SAID[0], SAID[1]
LONGEST = max(STORY, key=len)
MENU = "".join(f"<li>Harbour, weather, tides and ferries of the week {number}</li>" for number in range(20))
FOOT = f"<div class=foot><p>{OTHER}</p><ul>{MENU}</ul></div>"
CHANCES = {**dict.fromkeys(STORY, 0.95), OTHER: 0.6}


def doubt(*pages: str, unlike_text: float = 0.0, chances=CHANCES):
    """The lines of pages read together, and their odds of main text before and after."""
    lines = [render(parse_page(page)) for page in pages]
    cases = survey([(each, None) for each in lines])
    batch = lay_side_by_side([len(each) for each in lines])
    texts = [text for each in lines for text in each.texts]
    main = np.array([chances.get(text, 0.05) for text in texts])
    talk = np.array([0.9 if text == TALK else 0.0 for text in texts])
    before = np.stack([main, (1 - main) * (1 - talk), (1 - main) * talk], axis=1)
    boxes = number_boxes(cases, batch)
    after = doubt_below(before, cases, boxes, np.full(len(batch), unlike_text), whole_words(cases), batch)
    assert np.allclose(after.sum(axis=1), 1)
    assert np.array_equal(after[:, 2], before[:, 2])  # what a line loses is no comment
    return texts, *(probabilities[:, 0] / (1 - probabilities[:, 0]) for probabilities in (before, after))


def test_below_the_text_some_of_the_odds_is_left():
    texts, before, after = doubt(f"<h1>Lamps</h1>{TEXT}{FOOT}")
    foot = texts.index(OTHER)
    assert np.allclose(after[:foot], before[:foot])
    assert np.allclose(after[foot:], LEFT * before[foot:])


def test_the_less_a_page_is_a_text_the_less_is_taken():
    kept = []
    for unlike_text in (0.0, 0.25, 0.5):
        texts, before, after = doubt(f"{TEXT}{FOOT}", unlike_text=unlike_text)
        kept.append(after[texts.index(OTHER)] / before[texts.index(OTHER)])
    assert np.allclose(kept, [LEFT, (3 * LEFT + 1) / 4, 1.0])


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"{FOOT}{TEXT}", id="above"),
        pytest.param(f"{TEXT.replace('</div>', f'<p>{OTHER}</p></div>')}<ul>{MENU}</ul>", id="inside"),
        pytest.param(f"<article>{TEXT}{FOOT}</article>", id="in its article"),
        pytest.param(f"{TEXT}<ul>{MENU}</ul><div class=text><p>{OTHER}</p></div>", id="in another like it"),
        pytest.param(f"{TEXT}<p>{TALK}</p>{FOOT}", id="below a comment"),
        pytest.param(f"<div class=text><p>{LONGEST}</p></div>{FOOT}", id="where the text is one line"),
    ],
)
def test_other_lines_are_left_alone(page: str):
    texts, before, after = doubt(page)
    judged = [at for at, text in enumerate(texts) if text in CHANCES]
    assert np.allclose(after[judged], before[judged])


def test_a_page_of_several_elements_that_hold_little_each_is_left_alone():
    parts = "".join(f"<div class=part{at}><p>{line}</p><p>{line}</p></div>" for at, line in enumerate(STORY[:4]))
    _, before, after = doubt(f"{parts}<div>{MENU * 4}</div>{FOOT}")
    assert np.allclose(after, before)


def test_pages_read_together_are_judged_each_by_itself():
    pages = (f"{TEXT}{FOOT}", f"{FOOT}{TEXT}", "", f"<article>{TEXT}</article>{FOOT}")
    _, _, together = doubt(*pages)
    alone = [doubt(page)[2] for page in pages if page]
    assert np.allclose(together, np.concatenate(alone))
