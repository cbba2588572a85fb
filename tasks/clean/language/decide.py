"""One answer from several opinions, with a probability that it is right.

The opinions are pooled as logarithms (Genest and Zidek 1986, logarithmic opinion pool), each softened by the square
root of the text's length, since neighbouring n-grams do not say independent things. Two logistic regressions then say
how probable it is that the text is in a language at all, and that it is in the one that leads. All numbers are fitted
on labelled texts by `bench/language.py --fit` and lie in `decision.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.clean.language.evidence import Evidence, Floats, Mask
from tasks.clean.language.features import HARD_GROUPS, find_agreement, measure_language, measure_right
from tasks.clean.language.lookalikes import count_words, group_of_column, load_lookalikes
from tasks.clean.language.tables import positions, tiers

DATA = Path(__file__).with_name("decision.json")

NEVER = -1e6
"""The score of a language that the script gate rules out."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers of `decision.json`. Temperatures are per square root of n-grams or bytes, the others in nats."""

    profile_temperature: float
    profile_floor: float
    profile_unknown: float
    langid_temperature: float
    langid_floor: float
    langid_unknown: float
    cld2_weight: float
    cld2_floor: float
    tier_penalty: float
    hard_group_softening: float
    word_weight: float
    word_limit: int
    bosnian_penalty: float
    is_language: tuple[float, ...]
    is_right: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """For each text the column of the leading language, and what the two regressions look at.

    `empty` is where no letter was left, or none of a known script.
    """

    best: npt.NDArray[np.intp]
    empty: Mask
    language_features: Floats
    right_features: Floats


@cache
def load_weights() -> Weights:
    """Read the fitted numbers once."""
    stored = json.loads(DATA.read_text("utf-8"))
    stored["is_language"] = tuple(stored["is_language"].values())
    stored["is_right"] = tuple(stored["is_right"].values())
    return Weights(**stored)


def decide(texts: Sequence[str], evidence: Evidence, weights: Weights) -> Decision:
    """Pool the opinions on each text, and find its leading language."""
    scores = pool(texts, evidence, weights)
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


def pool(texts: Sequence[str], evidence: Evidence, weights: Weights) -> Floats:
    """Texts by languages: the pooled logarithms, `NEVER` where the script gate closes."""
    samples, allowed, shares = evidence.samples, evidence.allowed, evidence.cld2.shares
    size = np.bincount(samples.byte_text_of, minlength=len(texts) + 1)[: len(texts)]
    profiles, langid = evidence.profiles.scores, evidence.langid
    scores = _soften(
        np.where(allowed, profiles, -np.inf),
        weights.profile_temperature * np.sqrt(np.maximum(evidence.profiles.known, 1)),
        weights.profile_floor,
        weights.profile_unknown,
    )
    asked = evidence.asked
    scores[asked] += _soften(
        np.where(allowed[asked], langid[asked], -np.inf),
        weights.langid_temperature * np.sqrt(np.maximum(size[asked], 1)),
        weights.langid_floor,
        weights.langid_unknown,
    )
    scores += weights.cld2_weight * np.log(weights.cld2_floor)
    row, column = np.nonzero(shares)
    scores[row, column] += weights.cld2_weight * (
        np.log(shares[row, column] + weights.cld2_floor) - np.log(weights.cld2_floor)
    )
    scores -= weights.tier_penalty * tiers()
    # a language that CLD2 alone knows is never the answer against CLD2
    alone = ~np.isfinite(profiles) & ~np.isfinite(langid) & (shares == 0)
    scores[~allowed | (alone & (allowed.sum(1) > 1)[:, None])] = NEVER
    _weigh_words(texts, scores, weights)
    return scores


def _soften(scores: Floats, temperature: Floats, floor: float, unknown: float) -> Floats:
    """Logarithms of probabilities, not below `floor`; `unknown` for languages that the detector does not know."""
    known = np.isfinite(scores)
    peak = np.where(known.any(1), scores.max(1), 0.0)
    soft = (scores - peak[:, None]) / temperature[:, None]
    total = np.exp(soft).sum(1)
    soft -= np.log(np.maximum(total, 1.0))[:, None]
    np.maximum(soft, floor, out=soft)
    soft[~known] = unknown
    return soft


def _weigh_words(texts: Sequence[str], scores: Floats, weights: Weights) -> None:
    """Between look-alikes let the words decide, where one of them leads."""
    members, groups = load_lookalikes().members, group_of_column()
    bosnian = positions()["bs"]
    for row, best in enumerate(scores.argmax(1).tolist()):
        if best not in groups:
            continue
        for group, counts in count_words(texts[row], groups[best]).items():
            columns = members[group]
            before = scores[row, columns]
            after = before.copy()
            if group in HARD_GROUPS:
                after += weights.hard_group_softening * (before.max() - before)
            after -= weights.word_weight * np.minimum(counts.max() - counts, weights.word_limit)
            after[np.array(columns) == bosnian] -= weights.bosnian_penalty
            scores[row, columns] = np.where(before > NEVER, after, NEVER)
