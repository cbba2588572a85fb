import math

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.clean.rounding import divide_all, round_all


@given(st.lists(st.one_of(st.floats(-1, 1), st.integers(-99_999, 99_999).map(lambda n: n / 20_000), st.floats())))
@example([0.00005, 0.00015, 2.67505, 1e15 + 0.5, -0.00025, 0.99995, 1.8e304])
def test_each_number_is_rounded_as_python_rounds_it(values):
    values = [value for value in values if math.isfinite(value)]
    assert round_all(np.array(values, np.float64)).tolist() == [round(value, 4) for value in values]


def test_a_quotient_of_nothing_is_none():
    assert divide_all([1, 0, 2], [3, 0, 0]) == [0.3333, None, None]
    assert divide_all([], []) == []
