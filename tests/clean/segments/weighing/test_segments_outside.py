"""Beside <main> and in an <aside> lines are doubted, unless much of the text is there."""

import numpy as np
import pytest

from tasks.clean.segments.learned.case import lay_side_by_side
from tasks.clean.segments.weighing.outside import LEFT, OUTSIDE, doubt_outside

TEXT, FEW = 40, 12
"""Words of a line of the text, and of a line beside it."""


def doubt(is_main, is_aside, words, sizes=None, main=0.6):
    """By how much the odds of main text of each line were multiplied; all are as likely before."""
    chance = np.full(len(words), main)
    before = np.stack([chance, (1 - chance) * 0.75, (1 - chance) * 0.25], axis=1)
    columns = {"mark_main": np.array(is_main, np.uint8), "mark_aside": np.array(is_aside, np.uint8)}
    assert set(columns) == OUTSIDE
    after = doubt_outside(before, columns, np.array(words), lay_side_by_side(sizes or [len(words)]))
    assert np.allclose(after.sum(axis=1), 1)
    assert np.array_equal(after[:, 2], before[:, 2])  # what a line loses is no comment
    return (after[:, 0] / (1 - after[:, 0])) / (before[:, 0] / (1 - before[:, 0]))


@pytest.mark.parametrize(
    ("is_main", "is_aside", "expected"),
    [
        pytest.param([1, 2, 0], [0, 0, 0], [1, 1, LEFT], id="beside main"),
        pytest.param([0, 0, 0], [0, 0, 1], [1, 1, LEFT], id="in an aside of a page without main"),
        pytest.param([1, 1, 1], [0, 0, 2], [1, 1, LEFT], id="in an aside inside main"),
        pytest.param([1, 1, 0], [0, 0, 1], [1, 1, LEFT], id="both, which counts once"),
        pytest.param([0, 0, 0], [0, 0, 0], [1, 1, 1], id="a page that says nothing"),
        pytest.param([0, 0, 1], [0, 0, 0], [1, 1, 1], id="a main around little of the text"),
        pytest.param([0, 0, 0], [1, 1, 0], [1, 1, 1], id="an aside around most of it"),
    ],
)
def test_what_is_outside_is_doubted(is_main, is_aside, expected):
    assert np.allclose(doubt(is_main, is_aside, [TEXT, TEXT, FEW]), expected)


def test_each_page_says_for_itself_what_is_outside():
    assert np.allclose(doubt([1, 0, 0, 0], [0, 0, 0, 0], [TEXT, FEW, TEXT, FEW], sizes=[2, 2]), [1, LEFT, 1, 1])
