"""ELD's opinion of each text, under our codes.

ELD (Nito, 2023) looks up whole words and pieces of six bytes of longer ones, which n-grams of three letters cannot see:
of sixty languages it is the best single detector, most of all on short texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import eldc
import numpy as np
import numpy.typing as npt

from tasks.clean.language.once import load_once
from tasks.clean.language.tables import columns_of, known_languages, our_code, positions

NORM = 10_000
"""ELD publishes 1 - exp(-mean / NORM) of the mean score of a word: its ELD_NORM_FACTOR."""

BEST_LANGUAGES = 20
"""As many scores as ELD gives of a text; the others are lower."""

READ_BYTES = 1000
"""As much of a text as ELD reads."""

MOST = 60.0
"""The highest mean score believed: what rounds to 1 in ELD's answer would be infinite."""


@dataclass(frozen=True, slots=True)
class EldModel:
    """The detector, our column for each of its labels, and for each language the column that speaks for it, or -1.

    The detector is an instance with settings of our own, which nothing else in the process can change.
    """

    detector: Any
    columns: dict[str, int]
    source: npt.NDArray[np.intp]


@load_once
def load_eld() -> EldModel:
    """Make the tables ready; 23 MB, which all processes of a machine share. `eldc.init` must not run twice at once."""
    eldc.init()
    detector = eldc.instance()
    detector.set_scores(BEST_LANGUAGES)
    columns = {label: positions()[our_code(label) or label] for label in eldc.LANGUAGES}
    return EldModel(detector, columns, columns_of(list(eldc.LANGUAGES), "eld")[2])


def score_eld(parts: Sequence[bytes]) -> npt.NDArray[np.float64]:
    """Texts by languages: the mean score of a word in thousands; -inf where ELD says nothing of the language.

    A language that ELD knows and gives no score has 0.
    """
    model = load_eld()
    found = [model.detector.detect_details(part.decode()).scores for part in parts]
    rows = np.repeat(np.arange(len(parts)), [len(answer) for answer in found])
    columns = np.fromiter(map(model.columns.__getitem__, chain.from_iterable(found)), np.intp, len(rows))
    given = np.fromiter(chain.from_iterable(map(dict.values, found)), np.float64, len(rows))
    scores = np.zeros((len(parts), len(known_languages())))
    # in whole numbers, so that the last bit of a machine's exponential does not matter
    scores[rows, columns] = np.minimum(np.rint(-np.log1p(-np.minimum(given, 1 - 1e-12)) * NORM) / 1000, MOST)
    covered = model.source >= 0
    answer = np.full(scores.shape, -np.inf)
    answer[:, covered] = scores[:, model.source[covered]]
    return answer
