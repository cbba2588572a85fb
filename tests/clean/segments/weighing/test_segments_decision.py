"""From probabilities to labels: the likeliest, or what is worth its risk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.segments.learned.case import lay_side_by_side
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.weighing.decision import decide, leave_copies

MAIN, BOILERPLATE, COMMENT = range(3)
SHELF = [0.05] * 6 + [0.4] * 8 + [0.05] * 4


def label(chances, *, unlike_text=0.0, offered=0.0, titles=(), comments=(), least_share=0.0) -> list[int]:
    """The labels of lines of ten words with these chances of main text."""
    count = len(chances)
    rows = np.array([[chance, 1 - chance, 0.0] for chance in chances])
    for at in comments:
        rows[at] = (rows[at, 0], 0.0, 1 - rows[at, 0])
    is_title = np.isin(np.arange(count), titles)
    words, batch = np.full(count, 10), lay_side_by_side([count])
    kinds = np.full(count, unlike_text), np.full(count, offered)
    return decide(rows, *kinds, is_title, words, batch, least_share).tolist()


@pytest.mark.parametrize(
    ("chances", "given", "main"),
    [
        ([0.9, 0.4, 0.9, 0.1], {}, [0, 2]),
        ([0.9, 0.46, 0.9, 0.1], {"unlike_text": 1.0}, [0, 1, 2]),
        (SHELF, {"unlike_text": 1.0}, list(range(6, 14))),
        ([0.9, *SHELF], {"titles": [0]}, [0, *range(7, 15)]),
        ([0.9, *SHELF], {}, [0]),
        ([0.1] * 20, {"unlike_text": 1.0}, []),
        ([0.4, 0.4, 0.4], {"unlike_text": 1.0, "comments": [1]}, [0, 2]),
        ([0.9, *SHELF, 0.1], {"titles": [0], "comments": [19]}, [0]),
        ([0.9, 0.46, 0.9, 0.1], {"unlike_text": 1.0, "offered": 0.5}, [0, 2]),
        (SHELF, {"unlike_text": 1.0, "offered": 0.5}, list(range(6, 14))),
        ([0.9, 0.46, 0.9, 0.1], {"least_share": 1.0}, [0, 1, 2]),
        ([0.9, 0.46, 0.9, 0.1], {"least_share": 0.5}, [0, 2]),
        ([0.9, 0.47, 0.9, 0.1], {"least_share": 0.5}, [0, 1, 2]),
        ([0.9, 0.46, 0.9, 0.1], {"least_share": 1.0, "comments": [3]}, [0, 2]),
    ],
    ids=[
        "a text",
        "doubt",
        "a shelf",
        "only a title",
        "one line",
        "no text",
        "comments stay",
        "a title and comments",
        "doubt on an offer",
        "an offer like a shelf",
        "plain text",
        "half as much as that",
        "half as much, and likelier",
        "plain text with comments",
    ],
)
def test_lines_worth_their_risk_are_main(chances, given, main):
    labels = label(chances, **given)
    assert [at for at, found in enumerate(labels) if found == MAIN] == main
    assert all(labels[at] == COMMENT for at in given.get("comments", ()))


@given(st.lists(st.integers(0, 1 << 8), min_size=1, max_size=12))
def test_by_worth_a_line_needs_half_of_the_best_f1(chances):
    likely = [chance / (1 << 8) for chance in chances]
    ranked, gained = sorted(likely, reverse=True), 0.0
    best = 0.0
    for count, chance in enumerate(ranked, 1):
        gained += chance
        best = max(best, 2 * gained / (count + sum(likely)))
    needed = min(0.5, max(0.2, best / 2))
    clear = [at for at, chance in enumerate(likely) if abs(chance - needed) > 1e-6]
    found = label(likely, unlike_text=1.0)
    assert [found[at] == MAIN for at in clear] == [likely[at] >= needed for at in clear]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0, 1))
def test_main_text_is_only_added(chances, unlike_text):
    plain = [MAIN if chance >= 0.5 else BOILERPLATE for chance in chances]
    found = label(chances, unlike_text=unlike_text)
    assert all(after == MAIN for before, after in zip(plain, found, strict=True) if before == MAIN)


def test_a_document_is_decided_alike_alone_and_in_a_batch():
    rows = np.array([[chance, 1 - chance, 0.0] for chance in [0.8, 0.45, *SHELF]])
    batch = lay_side_by_side([2, 0, len(SHELF)])
    share = np.where(batch.document == 2, 1.0, 0.0)
    none = np.zeros(len(rows), np.bool_)
    found = decide(rows, share, np.zeros(len(rows)), none, np.full(len(rows), 10), batch, least_share=0.0).tolist()
    assert found == label([0.8, 0.45]) + label(SHELF, unlike_text=1.0)


@given(st.integers(0, 1 << 30), st.lists(st.integers(0, 6), min_size=1, max_size=5), st.floats(0, 1))
def test_labels_do_not_depend_on_the_batch(seed, sizes, least_share):
    random, batch = np.random.default_rng(seed), lay_side_by_side(sizes)
    rows = random.dirichlet([0.6, 1.0, 0.1], len(batch))
    unlike = random.integers(0, 9, len(sizes))[batch.document] / 8
    offered = unlike * (random.integers(0, 201, len(sizes))[batch.document] / 200)
    titles, words = random.random(len(batch)) < 0.2, random.integers(0, 400, len(batch))
    alone: list[int] = []
    for number, size in enumerate(sizes):
        own = batch.document == number
        single = lay_side_by_side([size])
        alone += decide(rows[own], unlike[own], offered[own], titles[own], words[own], single, least_share).tolist()
    assert decide(rows, unlike, offered, titles, words, batch, least_share).tolist() == alone


SLIDE, OTHER = "Whatever the weather, the lamp burns until the oil is gone", "It burns no longer"
SHADE = "A lamp shade of linen"


@pytest.mark.parametrize(
    ("texts", "unlike_text", "boilerplate"),
    [
        ([SLIDE, OTHER, SLIDE, SLIDE], 1.0, [2, 3]),
        ([SLIDE, OTHER, SLIDE], 0.5, []),
        ([OTHER, OTHER], 1.0, []),
        ([SHADE, OTHER, SHADE], 1.0, [2]),
        ([], 1.0, []),
    ],
    ids=["an offer", "a text", "short lines", "a name", "nothing"],
)
def test_what_an_offer_says_again_is_left_out(texts, unlike_text, boilerplate):
    above, below = [SLIDE], [SLIDE, SLIDE]
    documents = [above, texts, below]
    count = sum(map(len, documents))
    likes = np.repeat([1.0, unlike_text, 0.0], list(map(len, documents)))
    words = np.array([len(text.split()) for document in documents for text in document])
    labels = np.full(count, MAIN)
    leave_copies(labels, [split_lines("\n".join(document)) for document in documents], likes, words)
    assert np.flatnonzero(labels == BOILERPLATE).tolist() == [1 + at for at in boilerplate]


def test_a_copy_of_what_is_not_main_stays():
    labels = np.array([BOILERPLATE, MAIN, COMMENT, MAIN])
    leave_copies(labels, [split_lines("\n".join([SLIDE] * 4))], np.ones(4), np.full(4, 10))
    assert labels.tolist() == [BOILERPLATE, MAIN, COMMENT, BOILERPLATE]


ENTRIES = ("The mill", "The tower", "The ferry")


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ("".join(f"<li><h3>{name}</h3><p>{SLIDE}</p><p>At {name}</p></li>" for name in ENTRIES), 3),
        ("".join(f"<li><h3>{name}</h3><p class={at}>{SLIDE}</p></li>" for at, name in enumerate(ENTRIES)), 1),
        (f"<li><h3>The mill</h3><p>{SLIDE}</p><p>{OTHER}</p></li>" * 3, 1),
        ("".join(f"<li><h3>{name}</h3><p>{SLIDE}</p><p>Read on</p></li>" for name in ENTRIES), 1),
    ],
    ids=["of entries", "in other elements", "of a slide", "of one neighbour"],
)
def test_what_entries_have_in_common_stays(page, left):
    lines = render(parse_page(f"<ul>{page}</ul>"))
    labels = np.full(len(lines), MAIN)
    words = np.array([len(text.split()) for text in lines.texts])
    leave_copies(labels, [lines], np.ones(len(lines)), words)
    assert [lines.texts[at] for at in np.flatnonzero(labels == MAIN)].count(SLIDE) == left
