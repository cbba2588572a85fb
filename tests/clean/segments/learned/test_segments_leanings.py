"""How words lean: sums of whole numbers, the same in any batch."""

import numpy as np
import pytest

from tasks.clean.segments.learned.case import NONE, lay_side_by_side
from tasks.clean.segments.learned.leanings import (
    LARGEST,
    MIDDLE,
    SLOTS,
    STEPS,
    line_words,
    load_leanings,
    pack_leanings,
    said_columns,
    save_leanings,
)
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.reading import survey


def words_of(text):
    cases = survey([(split_lines(text), None)])
    return (lay_side_by_side([len(cases[0].lines)]), *line_words(cases))


def lean(text, weights):
    """The columns of a text's lines, where some words have weights for main text and for comments, in log-odds."""
    slots = np.array([words_of(word)[3][0] for word in weights])
    main, comment = (np.array([STEPS * pair[at] for pair in weights.values()]) for at in (0, 1))
    leanings = pack_leanings(slots, main, comment)
    batch, counts, ends, found = words_of(text)
    packed = np.concatenate(([0], np.cumsum(leanings.packed[found])))
    return said_columns(packed[ends] - packed[ends - counts], counts, batch)


WEIGHTS = {"yesterday": (2, 0), "shipping": (-3, -1), "thanks": (0, 2)}


@pytest.mark.parametrize(
    ("line", "main", "comment", "known"),
    [
        ("Yesterday", MIDDLE + 48, MIDDLE, 200),
        ("SHIPPING", MIDDLE - 72, MIDDLE - 24, 200),
        ("Thanks for shipping", MIDDLE - 51, MIDDLE + 16, 133),  # each is two words' root less
        ("Yesterday, yesterday, yesterday, yesterday", MIDDLE + 96, MIDDLE, 200),
        ("Nobody knows", MIDDLE, MIDDLE, 0),
        ("...", MIDDLE, MIDDLE, 0),
    ],
)
def test_the_words_of_a_line_lean(line, main, comment, known):
    columns = lean(line, WEIGHTS)
    assert (columns["said_main"][0], columns["said_comment"][0], columns["said_known"][0]) == (main, comment, known)


def test_neighbours_are_told_too_and_end_with_the_document():
    columns = lean("yesterday\nnobody\nshipping", WEIGHTS)
    assert columns["said_main+2"].tolist() == [MIDDLE - 72, NONE, NONE]
    assert columns["said_main-1"].tolist() == [NONE, MIDDLE + 48, MIDDLE]


def test_a_line_of_any_length_stays_within_bounds():
    for weight in (LARGEST // STEPS, -(LARGEST // STEPS)):
        columns = lean("yesterday " * 5000, {"yesterday": (weight, -weight)})
        assert {int(columns["said_main"][0]), int(columns["said_comment"][0])} == {0, NONE - 1}


def test_a_table_is_kept_as_it_is(tmp_path):
    slots, main, comment = np.array([3, 9, SLOTS - 1]), np.array([-LARGEST, 0, 5]), np.array([LARGEST, -1, 0])
    leanings = pack_leanings(slots, main, comment)
    save_leanings(leanings, tmp_path / "words.npz")
    with np.load(tmp_path / "words.npz") as arrays:
        kept = pack_leanings(*(arrays[part].astype(np.int64) for part in ("slots", "main", "comment")))
    assert (kept.packed == leanings.packed).all()
    told = said_columns(leanings.packed[[3, 9, 0]], np.ones(3, np.int64), lay_side_by_side([3]))
    assert told["said_main"].tolist() == [0, MIDDLE, MIDDLE]


def test_the_table_that_ships_knows_thousands_of_words():
    assert 2000 < np.count_nonzero(load_leanings("text_words").packed) < SLOTS // 10
