import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.segments.characters import BLOCK, read_blocks
from tasks.clean.segments.classify import first_columns
from tasks.clean.segments.features import COLUMNS, measure
from tasks.clean.segments.learned.boxes import number_boxes
from tasks.clean.segments.learned.case import (
    NONE,
    beside,
    lay_side_by_side,
    magnitude,
    running,
    since,
    until,
    whole_words,
)
from tasks.clean.segments.learned.leanings import leaning_columns
from tasks.clean.segments.learned.stacking import stacked_columns
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tasks.clean.segments.words import MARKS, count_marks, find_words

TEXTS = st.lists(
    st.sampled_from(
        ["", "Home", "3 Comments", "Ada says:", "Reply", "The lake froze early, and nobody was surprised by it.",
         "湖はこの冬とても早く凍り、", "湖", "Title of the page", "1", "by Ada Brook", "?!", "Open: what now? Yes."]
    ),
    max_size=30,
).map("\n".join)  # fmt: skip
PAGES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class='comment'>", "</div>", "<ul><li>", "</ul>", "<a href=x>", "</a>", "<h1>", "</h1>",
         "The lake froze early, and nobody was surprised by it.", "Home", "<br>", "<table><td>", "</table>"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def table_of(documents):
    cases = survey([(lines, None) for lines in documents])
    batch = lay_side_by_side([len(case.lines) for case in cases])
    if not len(batch):
        return np.zeros((0, 0), np.uint8), batch
    words = whole_words(cases)
    columns = first_columns(cases, batch, words, number_boxes(cases, batch))
    columns |= leaning_columns(cases, batch)
    # Any probabilities will do, as long as they are those of the line.
    likely = np.stack([values / 255 for values in list(columns.values())[:3]], axis=1)
    columns |= stacked_columns(likely / np.maximum(likely.sum(axis=1), 1e-9)[:, None], words, batch)
    return np.stack(list(columns.values()), axis=1), batch


@given(st.lists(TEXTS.map(split_lines), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_text_has_the_same_columns_alone_and_in_a_batch(documents):
    check_alone(documents)


@given(st.lists(PAGES.map(lambda page: render(parse_page(page))), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_page_has_the_same_columns_alone_and_in_a_batch(documents):
    check_alone(documents)


def test_a_column_that_is_asked_for_alone_is_there_and_the_same():
    page = "<nav><a href=x>Home</a></nav><h1>The lake</h1><p>It froze early.</p><div class=comment>Ada says: Yes.</div>"
    cases = survey([(render(parse_page(page)), None)])
    batch = lay_side_by_side([len(cases[0].lines)])
    told = cases, batch, whole_words(cases), number_boxes(cases, batch)
    for name, values in first_columns(*told).items():
        assert first_columns(*told, asked=frozenset({name}))[name].tolist() == values.tolist(), name


def check_alone(documents):
    together, _ = table_of(documents)
    alone = [table for lines in documents if len(lines) for table in [table_of([lines])[0]]]
    if alone:
        assert (together == np.concatenate(alone)).all()


def test_neighbours_and_distances_stop_at_the_ends_of_a_document():
    batch = lay_side_by_side([3, 0, 2])
    column = np.array([1, 2, 3, 4, 5], np.uint8)
    assert beside(column, 1, batch).tolist() == [2, 3, NONE, 5, NONE]
    assert beside(column, -2, batch).tolist() == [NONE, NONE, 1, NONE, NONE]
    flags = np.array([False, True, False, False, True])
    near, far = int(magnitude(1)), int(magnitude(0))
    assert since(flags, batch).tolist() == [NONE, far, near, NONE, far]
    assert until(flags, batch).tolist() == [near, far, NONE, near, far]
    assert running(np.array([2, 3])).tolist() == [0, 2, 5]


@pytest.mark.parametrize(
    ("line", "words", "capitalised", "capitals", "numbers", "sentences"),
    [
        ("The Lake froze. Nobody saw it.", 6, 3, 0, 0, 1),
        ("NASA has 12 of 300", 5, 0, 1, 2, 0),
        ("湖は。凍り", 4, 0, 0, 0, 1),
        ("...", 0, 0, 0, 0, 0),
        ("e.g. this", 3, 0, 0, 0, 0),
    ],
)
def test_words_are_counted_by_how_they_are_written(line, words, capitalised, capitals, numbers, sentences):
    (heads,) = read_blocks([line])
    assert find_words(heads)[1].tolist() == [[words, capitalised, capitals, numbers]]
    assert count_marks(heads)[0, len(MARKS)] == sentences


def test_a_word_is_the_same_in_any_case_and_a_number_by_its_digits():
    texts = ("Lake", "LAKE", "lakes", "1790", "1984")
    keys = [find_words(next(read_blocks([text])))[0].keys.tolist() for text in texts]
    assert keys[0] == keys[1] != keys[2]
    assert keys[3] == keys[4]


def test_a_line_is_measured_alike_in_whatever_block_it_stands():
    line, filler = "The lantern went out at nine, said ADA in 1790: 灯が消えた。", "Words upon words. " * 100
    (alone,) = measure([split_lines(line)])
    own = COLUMNS.index("repeats")
    for above in range(30, 45):
        assert (above * len(filler) > BLOCK) == (above > 36)  # it stands at the end of a block, and behind it
        text = "\n".join([*(filler for _ in range(above)), line, filler])
        (among,) = measure([split_lines(text)])
        assert among.counts[above].tolist() == alone.counts[0].tolist()
        assert among.columns[above, :own].tolist() == alone.columns[0, :own].tolist()
        assert among.words.keys[among.words.lines == above].tolist() == alone.words.keys.tolist()
