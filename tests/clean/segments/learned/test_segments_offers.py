"""What trees of offers and lists alone have to say."""

import numpy as np
import pytest

from tasks.clean.segments.learned.offers import FROM, MOST, TEXT, ask_again, tell_offer_and_list, tell_unlike_text
from tasks.clean.segments.learned.trees import Trees, pack, unpack

OPINION = (1200, -800)


@pytest.fixture
def offers():
    """One tree that says the same of every line whose column is small, and nothing of others."""
    main, comment = np.zeros((2, 64), np.int64)
    main[0], comment[0] = OPINION
    columns, borders = np.zeros((1, 6), np.int64), np.full((1, 6), 100, np.uint8)
    return Trees(("small",), columns, borders, pack(main, comment))


@pytest.mark.parametrize(
    ("prose", "told"), [(200, 0.0), (round(200 * (1 - TEXT)), 0.0), (110, 0.5), (70, 1.0), (0, 1.0)]
)
def test_what_may_be_a_text_is_read_as_one(prose, told):
    assert tell_unlike_text(np.array([prose], np.uint8)).tolist() == [told]


def test_a_text_is_no_offer_and_no_list():
    columns = {"kind_offer": np.array([50, 50, 100], np.uint8), "kind_list": np.array([10, 20, 60], np.uint8)}
    offered, listed = tell_offer_and_list(columns, np.array([0.0, 0.5, 1.0]))
    assert offered.tolist() == [0.0, 0.125, 0.5]
    assert listed.tolist() == [0.0, 0.1, 0.3]


def test_the_less_a_document_is_a_text_the_more_they_weigh(offers):
    unlike_text = np.array([0.0, FROM, 0.75, 1.0])
    said = pack(np.full(4, -400), np.full(4, 160))
    mixed = unpack(ask_again(said, offers, {"small": np.zeros(4, np.uint8)}, unlike_text))
    share = np.array([0.0, 0.0, 0.5, 1.0]) * MOST
    for found, before, opinion in zip(mixed, (-400, 160), OPINION, strict=True):
        assert found == pytest.approx(before + share * (opinion - before), abs=1)


def test_of_a_text_they_are_not_asked():
    said = pack(np.array([3, -4]), np.array([-5, 6]))
    assert ask_again(said, None, {}, np.array([0.0, FROM])) is said


def test_a_line_gets_the_same_alone(offers):
    random = np.random.default_rng(2)
    unlike_text = random.integers(0, 9, 40) / 8
    columns = {"small": random.integers(0, 256, 40).astype(np.uint8)}
    said = pack(*random.integers(-4000, 4000, (2, 40)))
    together = ask_again(said, offers, columns, unlike_text)
    for line in range(40):
        at = slice(line, line + 1)
        assert ask_again(said[at], offers, {"small": columns["small"][at]}, unlike_text[at]) == together[at]
