"""On offers and lists entries agree, and what one clicks on or closes is doubted; on texts nothing changes."""

import numpy as np
import pytest

from tasks.clean.segments.learned.case import lay_side_by_side, whole_words
from tasks.clean.segments.learned.columns import own_columns
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import read_pages, survey
from tasks.clean.segments.weighing.decision import BOILERPLATE, COMMENT, MAIN, STEPS
from tasks.clean.segments.weighing.unlike import LEFT, doubt_controls, liken_entries

NAMES = ("Lamp of brass", "Lamp of glass", "Lantern")
LIST = "".join(f"<li class=entry><h3>{name}</h3><p class=price>{at}9 Euro</p>" for at, name in enumerate(NAMES, 1))
SAID = "The lamp burns until the oil is gone, whatever the weather"
ASKED = "Shall we send the lamp to this country"
PART = 2 / STEPS
"""Chances are summed in parts of this size."""


def lay_out(*pages: str):
    """What is known of the lines of pages read together: their cases, and the batch of them."""
    lines = [render(parse_page(page)) for page in pages]
    return survey([(each, None) for each in lines]), lay_side_by_side([len(each) for each in lines])


def rows_of(cases, chances, usual=0.2):
    """The probabilities of lines: the chance of main text by what they say, the rest for boilerplate and comments."""
    main = np.array([chances.get(text, usual) for case in cases for text in case.lines.texts])
    return np.stack([main, (1 - main) * 0.75, (1 - main) * 0.25], axis=1)


def liken(*pages: str, listed: float, chances):
    cases, batch = lay_out(*pages)
    before = rows_of(cases, chances)
    return before, liken_entries(before, cases, np.full(len(batch), listed), batch)


def doubt(*pages: str, unlike_text: float = 1.0):
    cases, batch = lay_out(*pages)
    before = rows_of(cases, {}, usual=0.6)
    columns, unlike = own_columns(cases, batch), np.full(len(batch), unlike_text)
    after = doubt_controls(before, columns, unlike, whole_words(cases), batch)
    return [text for case in cases for text in case.lines.texts], before, after


OFFER = f"""<title>Brass lamp | Lamps of Lisbon</title><nav><a href=/new>New</a><a href=/sale>Sale</a></nav>
<main><h1>Brass lamp</h1><p class=price>$49.00</p><button>Add to cart</button><p>A lamp of brass. {SAID}.</p>
<ul><li>Height: 30 cm</li><li>Made in Lisbon</li></ul><div role=dialog><p>{{asked}}</p></div></main>
<div class=item><a href=/1>Glass lamp</a><span>$39.00</span></div><div class=item><a href=/2>Copper lamp</a>
<span>$59.00</span></div><footer><a href=/terms>Terms</a></footer>"""


@pytest.mark.parametrize(("role", "label"), [("dialog", "boilerplate"), ("group", "main")])
def test_what_lies_over_an_offer_is_none_of_it(role, label):
    asked = "Measure the table before you choose the size of the lamp."
    (reading,) = read_pages([OFFER.format(asked=asked).replace("dialog", role)])
    at = reading.text.index(asked)
    assert [part.label for part in reading.segments if part.start <= at < part.end] == [label]


def test_what_stands_in_the_same_place_of_entries_agrees():
    before, after = liken(f"<ul>{LIST}</ul>", listed=1.0, chances={NAMES[0]: 0.9, NAMES[1]: 0.5, NAMES[2]: 0.1})
    assert np.allclose(after[[0, 2, 4], MAIN], [0.3, 0.5, 0.7], atol=PART)
    assert np.allclose(after[[1, 3, 5]], before[[1, 3, 5]], atol=PART)  # the prices are of one mind
    assert np.allclose(after.sum(axis=1), 1)
    assert np.allclose(after[:, COMMENT] * 3, after[:, BOILERPLATE])


def test_the_less_likely_a_page_is_a_list_the_less_do_entries_agree():
    gained = []
    for listed in (0.0, 0.5, 1.0):
        before, after = liken(f"<ul>{LIST}</ul>", listed=listed, chances={NAMES[0]: 0.9, NAMES[1]: 0.9})
        gained.append(after[4, MAIN] - before[4, MAIN])
    assert gained[0] == 0
    assert np.isclose(gained[1] * 2, gained[2], atol=PART)
    assert gained[2] > 0.5


def test_a_line_of_which_the_trees_are_certain_agrees_as_well():
    _, after = liken(f"<ul>{LIST}</ul>", listed=1.0, chances={NAMES[0]: 1.0})
    assert np.allclose(after[0], [0.2, 0.8, 0.0], atol=PART)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"<main><p>{SAID}</p><button>{ASKED}</button></main>", id="button"),
        pytest.param(f"<main><p>{SAID}</p></main><dialog open><p>{ASKED}</p></dialog>", id="dialog"),
        pytest.param(f"<main><p>{SAID}</p></main><div role=alertdialog><p>{ASKED}</p></div>", id="role"),
        pytest.param(f"<main><p>{SAID}</p></main><div class=country-modal><p>{ASKED}</p></div>", id="class"),
    ],
)
def test_what_one_clicks_on_or_closes_is_doubted(page: str):
    texts, before, after = doubt(page)
    asked = texts.index(ASKED)
    assert np.isclose(after[asked, MAIN], LEFT * before[asked, MAIN])
    assert after[asked, COMMENT] == before[asked, COMMENT]  # what it loses is no comment
    assert np.allclose(after.sum(axis=1), 1)
    assert np.array_equal(after[texts.index(SAID)], before[texts.index(SAID)])
    _, before, after = doubt(page, unlike_text=0.0)
    assert np.array_equal(after, before)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"<body class=modal-open><p>{SAID}</p><p>{ASKED}</p>", id="the body"),
        pytest.param(f"<div class=modal><p>{SAID}</p><p>{ASKED}</p></div>", id="all of the page"),
        pytest.param(f"<p>{SAID}</p><h3><button>{ASKED}</button></h3>", id="what folds a text"),
        pytest.param(f"<p>{SAID}</p><button><p>{ASKED}</p></button>", id="a card"),
    ],
)
def test_what_is_named_so_and_is_none_of_it_is_left_alone(page: str):
    _, before, after = doubt(page)
    assert np.array_equal(after, before)


def test_plain_text_has_no_places_and_no_buttons():
    lines = split_lines(f"{SAID}\n{ASKED}\n{ASKED}")
    cases, batch = survey([(lines, None)]), lay_side_by_side([len(lines)])
    rows, share = rows_of(cases, {SAID: 0.9}), np.ones(len(lines))
    assert liken_entries(rows, cases, share, batch) is rows
    assert doubt_controls(rows, own_columns(cases, batch), share, whole_words(cases), batch) is rows


def test_pages_are_judged_alike_alone_and_together():
    chances = {NAMES[0]: 0.9, "39 Euro": 0.4}
    pages = [f"<ul>{LIST}</ul>", "", f"<div class=modal><p>{SAID}</p></div><ul>{LIST}</ul>", f"<p>{SAID}</p>"]
    alone = [liken(page, listed=0.7, chances=chances)[1] for page in pages if page]
    assert np.array_equal(np.concatenate(alone), liken(*pages, listed=0.7, chances=chances)[1])
    doubted = [doubt(page, unlike_text=0.7)[2] for page in pages if page]
    assert np.array_equal(np.concatenate(doubted), doubt(*pages, unlike_text=0.7)[2])
