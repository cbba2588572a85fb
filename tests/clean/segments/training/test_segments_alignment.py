from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.segments.training.alignment import label_by_gold, longest_common_subsequence

WORDS = st.lists(st.sampled_from("abcde"), max_size=12)


def length_by_table(left, right):
    row = [0] * (len(right) + 1)
    for word in left:
        above, row = row, [0]
        for place, other in enumerate(right):
            row.append(above[place] + 1 if word == other else max(above[place + 1], row[-1]))
    return row[-1]


@given(WORDS, WORDS)
def test_the_longest_common_subsequence_is_one_and_the_longest(left, right):
    pairs = longest_common_subsequence(left, right)
    assert all(left[at] == right[place] for at, place in pairs)
    assert all(a[0] > b[0] and a[1] > b[1] for a, b in pairwise(pairs))
    assert len(pairs) == length_by_table(left, right)


@pytest.mark.parametrize(
    ("lines", "gold", "main"),
    [
        (["Home", "The lake froze early this year.", "Share"], "The lake froze early this year.", [1]),
        (["Wool socks", "12.50", "Linen shirt", "40.00"], "Wool socks 12.50\nLinen shirt 40.00", [0, 1, 2, 3]),
        (["Lake", "Home", "News", "The lake froze in a cold year."], "The lake froze in a cold year. Lake", [3]),
        (["One", "two"], "", []),
        (["Of the lake", "x", "nobody saw the lake that froze"], "nobody saw the lake that froze", [2]),
    ],
)  # fmt: skip
def test_lines_of_the_main_text_are_found_and_chance_is_not(lines, gold, main):
    assert [index for index, label in enumerate(label_by_gold(lines, gold)) if label == 0] == main
