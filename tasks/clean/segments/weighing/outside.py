"""What a page itself puts outside: beside its <main>, and into an <aside>."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Column, Whole
from tasks.clean.segments.weighing.decision import HEAVIEST, MAIN, STEPS, lower_odds

OUTSIDE = frozenset({"mark_main", "mark_aside"})
"""The columns that are read here."""

MOST = 0.3
"""The share of what is likely main text up to which it is believed that something is outside."""

LEFT = 0.2
"""What is left there of the odds of main text; a third and a seventh do nearly as well."""


def doubt_outside(
    probabilities: npt.NDArray[np.float64], columns: Mapping[str, Column], words: Whole, batch: Batch
) -> npt.NDArray[np.float64]:
    """Lower the odds of main text of what is in no <main> where a page has one, and in an <aside>: shape (lines, 3).

    Many pages have a <main> around a part of their text, or an <aside> around a piece of it: where more than `MOST` of
    the text would be outside, the element means something else.
    """
    is_main = columns["mark_main"] > 0
    has_main = np.bincount(batch.document[is_main], minlength=len(batch.sizes)) > 0
    likely = np.rint(probabilities[:, MAIN] * STEPS) * (np.minimum(words, HEAVIEST) + 1)
    whole = np.bincount(batch.document, likely, len(batch.sizes))
    left = np.ones(len(batch))
    for outside in (~is_main & has_main[batch.document], columns["mark_aside"] > 0):
        held = np.bincount(batch.document, np.where(outside, likely, 0.0), len(batch.sizes))
        left[outside & (held <= MOST * whole)[batch.document]] = LEFT
    return lower_odds(probabilities, left)
