"""Of a text that a page holds twice, one stays main text; what a text says again itself stays where it is."""

import numpy as np
import pytest

from tasks.clean.segments.learned.case import whole_words
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import read_pages, survey
from tasks.clean.segments.weighing.decision import BOILERPLATE, COMMENT, MAIN
from tasks.clean.segments.weighing.second_texts import FEWEST_IN_ALL, FEWEST_LINES, FEWEST_WORDS, leave_second_texts
from tests.stories import SAID, STORY

TALE = (*STORY[1:], *SAID)
TEXT = "".join(f"<p>{line}</p>" for line in TALE)
START = "".join(f"<p>{line}</p>" for line in TALE[:3])
SHORT = "<p>Boats, and what they carry over</p>"


def leave(*pages: str, others=()):
    """The labels of the lines of pages read together: all are main text before, but for `others`."""
    lines = [render(parse_page(page)) for page in pages]
    cases = survey([(each, None) for each in lines])
    texts = [text for each in lines for text in each.texts]
    labels = np.array([COMMENT if text in others else MAIN for text in texts])
    leave_second_texts(labels, cases, whole_words(cases))
    return labels.tolist()


def test_of_equal_texts_the_first_stays():
    assert len(TALE) >= FEWEST_LINES
    assert sum(len(line.split()) for line in TALE) >= FEWEST_IN_ALL
    labels = leave(f"<div class=wide>{TEXT}</div><div class=narrow>{TEXT}</div>")
    assert labels == [MAIN] * len(TALE) + [BOILERPLATE] * len(TALE)


def test_short_lines_go_with_the_text_they_stand_in():
    text = TEXT.replace("<p>", f"{SHORT}<p>")
    assert len(SHORT.split()) < FEWEST_WORDS
    labels = leave(f"<div class=wide>{text}</div><div class=narrow>{text}</div>")
    size = 2 * len(TALE)
    # The very first short line of the second stands above all that is surely said again.
    assert labels[: size + 1] == [MAIN] * (size + 1)
    assert labels[size + 1 :] == [BOILERPLATE] * (size - 1)


def test_the_whole_stays_and_its_preview_goes():
    labels = leave(f"<div class=preview>{START}</div><div class=text>{TEXT}</div>")
    assert labels == [BOILERPLATE] * 3 + [MAIN] * len(TALE)
    labels = leave(f"<div class=text>{TEXT}</div><div class=preview>{START}</div>")
    assert labels == [MAIN] * len(TALE) + [BOILERPLATE] * 3


def test_a_text_that_stands_three_times_stays_once():
    labels = leave("".join(f"<div class={name}>{TEXT}</div>" for name in ("wide", "narrow", "print")))
    assert labels == [MAIN] * len(TALE) + [BOILERPLATE] * 2 * len(TALE)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f"<div>{TEXT}</div><div>{TEXT}</div>", id="in elements like its own"),
        pytest.param(f"{TEXT}<blockquote><p>{TALE[0]}</p></blockquote>", id="one paragraph of it"),
        pytest.param("".join(f"<ul><li>{line}</ul><p>{line}</p>" for line in TALE), id="line by line"),
        pytest.param("".join(f"<{tag}><p>Tides of {day} May, by the harbour master of the town</p></{tag}>"
                             for tag in ("ul", "section") for day in (1, 2, 3)), id="a few words"),
    ],
)  # fmt: skip
def test_what_is_said_again_stays(page):
    assert set(leave(page)) == {MAIN}


def test_only_main_text_is_looked_at():
    labels = leave(f"<div class=wide>{TEXT}</div><div class=narrow>{TEXT}</div>", others=TALE)
    assert set(labels) == {COMMENT}


def test_each_page_has_texts_of_its_own():
    assert set(leave(f"<div class=wide>{TEXT}</div>", f"<div class=narrow>{TEXT}</div>")) == {MAIN}


def test_a_page_for_two_screens_is_read_once():
    page = f"""<title>Lamps</title><nav><a href=/a>Start</a></nav><h1>Lamps</h1><div class="text wide">{TEXT}</div>
    <div class="text narrow">{TEXT}</div><footer><a href=/terms>Terms</a></footer>"""
    (reading,) = read_pages([page])
    main = "\n".join(reading.text[part.start : part.end] for part in reading.segments if part.label == "main")
    assert [main.count(line) for line in TALE] == [1] * len(TALE)
