"""One answer from the pooled opinions, with what the probabilities of the answer look at.

Where a text may be in two languages its lines are heard one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tasks.clean.language.evidence import Evidence, Floats, Mask, gather_evidence
from tasks.clean.language.features import find_agreement, measure_language, measure_right
from tasks.clean.language.lookalikes import HARD_GROUPS, load_lookalikes
from tasks.clean.language.pieces import cut_pieces, weigh_letters
from tasks.clean.language.pool import NEVER, Weights, pool
from tasks.clean.language.samples import take_sample
from tasks.clean.language.tables import known_languages

ONE_LANGUAGE = 0.9
"""The share from which CLD2 finds a text to be in the leading language alone."""

LEAST_LINE = 12
"""Letters of a line that is heard; shorter ones go with the next."""


@dataclass(frozen=True, slots=True)
class Decision:
    """For each text the column of the leading language, and what the two regressions look at.

    `empty` is where no letter was left, or none of a known script.
    """

    best: npt.NDArray[np.intp]
    empty: Mask
    language_features: Floats
    right_features: Floats


def decide(texts: Sequence[str], evidence: Evidence, weights: Weights) -> Decision:
    """Pool the opinions on each text, and find its leading language."""
    scores, contested = pool(texts, evidence, weights)
    _hear_lines(texts, evidence, weights, scores, contested)
    rows = np.arange(len(texts))
    best = scores.argmax(1)
    top = scores[rows, best]
    others = np.exp(scores - top[:, None])
    others[rows, best] = 0.0
    odds = -np.log(np.maximum(others.sum(1), 1e-6))
    agreement = find_agreement(evidence, best)
    return Decision(
        best,
        (evidence.samples.kept_letters == 0) | ~evidence.allowed.any(1),
        measure_language(evidence, best, odds, agreement),
        measure_right(evidence, best, odds, agreement),
    )


def _hear_lines(texts: Sequence[str], evidence: Evidence, weights: Weights, scores: Floats, contested: Mask) -> None:
    """Where a text may be in two languages, pool the opinions on its lines and put the sum in place of its scores.

    No line says more than `line_limit` against a language, and lines weigh as the square root of their letters, so a
    long quotation does not outvote the lines around it. A language that leads no line is not the answer, though it be
    the second of every line.
    """
    best = scores.argmax(1)
    shares = evidence.cld2.shares[np.arange(len(texts)), best]
    doubtful = contested | ((shares < ONE_LANGUAGE) & ~_is_hard()[best] & (evidence.allowed.sum(1) > 1))
    pieces: list[str] = []
    owners: list[int] = []
    for row in np.flatnonzero(doubtful).tolist():
        lines = cut_pieces(take_sample(texts[row]), LEAST_LINE)
        if len(lines) > 1:
            pieces += lines
            owners += [row] * len(lines)
    if not pieces:
        return
    heard, _ = pool(pieces, gather_evidence(pieces), weights)
    peaks = heard.max(1, keepdims=True)
    leads = (heard == peaks) & (peaks > NEVER)
    heard = np.maximum(heard - peaks, -weights.line_limit)
    heard *= np.sqrt([weigh_letters(piece) for piece in pieces])[:, None]
    rows = np.array(owners)
    for row in set(owners):
        lines_of_row = rows == row
        leading = leads[lines_of_row].any(0)
        if leading.any():
            total = heard[lines_of_row].sum(0) / np.sqrt(weigh_letters(take_sample(texts[row])))
            scores[row] = np.where(leading, total, NEVER)


@cache
def _is_hard() -> Mask:
    """Languages of the hard groups: whole texts tell them apart better than lines."""
    members = load_lookalikes().members
    hard = [column for group in HARD_GROUPS for column in members[group]]
    return np.isin(np.arange(len(known_languages())), hard)
