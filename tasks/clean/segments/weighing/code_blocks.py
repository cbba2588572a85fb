"""Code that a text shows: the paragraph above it says what it is.

Lines of code read like nothing else on a page. Alone they look like names of functions in a menu, and the buttons and
boxes around them look like furniture.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Column, Whole
from tasks.clean.segments.weighing.decision import EVEN, MAIN

CODE = "mark_pre"
"""The column that says whether a line is code."""

FEWEST = 5
"""Words of a line that may introduce code; names of files and buttons that copy it have less."""

LIKELIER = 7.0
"""By how much the odds of code are too low below main text.

In manuals by 4.4, counted by its lines; but what is code on a page goes together, and up to 12 they gain more with each
step. From there on articles lose, some of which have no code in their gold.
"""


def follow_paragraphs(
    probabilities: npt.NDArray[np.float64], columns: Mapping[str, Column], words: Whole, batch: Batch
) -> npt.NDArray[np.float64]:
    """Raise the odds of code to be main text where the last line of some length above it is: shape (lines, 3).

    Code with nothing above it in its document stays as it is.
    """
    is_code = columns[CODE] > 0
    above = np.flatnonzero(~is_code & (words >= FEWEST))
    code = np.flatnonzero(is_code)
    if not len(above) or not len(code):
        return probabilities
    place = np.searchsorted(above, code) - 1
    line = above[np.maximum(place, 0)]
    is_shown = (place >= 0) & (line >= batch.first[code]) & (probabilities[line, MAIN] > EVEN)
    shown = code[is_shown]
    result = probabilities.copy()
    result[shown, MAIN] *= LIKELIER
    result[shown] /= 1 + (LIKELIER - 1) * probabilities[shown, MAIN, None]
    return result
