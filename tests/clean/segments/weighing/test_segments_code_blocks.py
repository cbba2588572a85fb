"""Code below a paragraph of main text is likelier main text than the trees say; other code is as likely as they say."""

import numpy as np
import pytest

from tasks.clean.segments.learned.case import lay_side_by_side
from tasks.clean.segments.reading import read_pages
from tasks.clean.segments.weighing.code_blocks import CODE, FEWEST, LIKELIER, follow_paragraphs
from tasks.clean.segments.weighing.decision import BOILERPLATE, COMMENT, MAIN


def follow(main, is_code, words, sizes=None):
    """The probabilities of lines before and after: chances of main text, the rest for boilerplate and comments."""
    chance = np.array(main)
    before = np.stack([chance, (1 - chance) * 0.75, (1 - chance) * 0.25], axis=1)
    columns = {CODE: np.array(is_code, np.uint8)}
    return before, follow_paragraphs(before, columns, np.array(words), lay_side_by_side(sizes or [len(main)]))


def test_code_below_a_paragraph_gains():
    before, after = follow([0.9, 0.2, 0.1, 0.3], [0, 2, 2, 0], [12, 2, 1, 12])
    gained = (after[1:3, MAIN] / (1 - after[1:3, MAIN])) / (before[1:3, MAIN] / (1 - before[1:3, MAIN]))
    assert np.allclose(gained, LIKELIER)
    assert np.allclose(after.sum(axis=1), 1)
    assert np.allclose(after[1:3, COMMENT] * 3, after[1:3, BOILERPLATE])
    assert np.array_equal(after[[0, 3]], before[[0, 3]])


@pytest.mark.parametrize(
    ("main", "is_code", "words"),
    [
        ([0.4, 0.2], [0, 1], [12, 2]),  # below what is no main text
        ([0.9, 0.2], [0, 1], [FEWEST - 1, 2]),  # a button alone says nothing
        ([0.2, 0.9], [1, 0], [2, 12]),  # above it
        ([0.9, 0.2], [1, 1], [12, 2]),  # all is code
        ([0.9, 0.2], [0, 0], [12, 2]),  # none is
    ],
)
def test_other_code_is_left_alone(main, is_code, words):
    before, after = follow(main, is_code, words)
    assert np.array_equal(after, before)


def test_a_paragraph_of_another_page_says_nothing_of_code():
    before, after = follow([0.9, 0.2], [0, 1], [12, 2], sizes=[1, 1])
    assert np.array_equal(after, before)


def test_a_short_line_between_paragraph_and_code_changes_nothing():
    _, after = follow([0.9, 0.1, 0.2], [0, 0, 1], [12, 1, 2])
    assert after[2, MAIN] > 0.5


def test_what_a_manual_shows_is_main_text():
    code = ["def boil(kettle):", "kettle.water += 1", "return kettle"]
    said = "The kettle is filled before it is put on the stove, and the water must never run dry while it boils."
    page = f"""<title>Kettles</title><nav><a href=/a>Start</a><a href=/b>Stoves</a></nav><main><h1>Kettles</h1><p>{said}
    <p>To boil the water we write a function of our own, which takes the kettle and gives it back:</p>
    <div class="example"><button>Copy</button><pre><code>{chr(10).join(code)}</code></pre></div>
    <p>Whoever calls it has to wait until the water boils, as with any other kettle in the house.</p></main>
    <footer><a href=/terms>Terms</a></footer>"""
    (reading,) = read_pages([page])
    labels = [
        part.label for line in code for part in reading.segments if part.start <= reading.text.index(line) < part.end
    ]
    assert labels == ["main"] * len(code)
