"""Several opinions on each text as one.

The opinions are pooled as logarithms (Genest and Zidek 1986, logarithmic opinion pool), each softened by the square
root of the text's length, since neighbouring n-grams do not say independent things. No opinion goes below a floor, so
none outvotes all others. All numbers are fitted on labelled texts by `bench/language_fit.py` and lie in
`decision.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.clean.language.eld import READ_BYTES
from tasks.clean.language.evidence import Evidence, Floats, Mask
from tasks.clean.language.lookalikes import HARD_GROUPS, count_words, group_of_column, load_lookalikes
from tasks.clean.language.tables import positions, tiers

DATA = Path(__file__).with_name("decision.json")

NEVER = -1e6
"""The score of a language that the script gate rules out."""

CONTRARY_SHARE = 0.15
"""Of the words that speak for look-alikes: where more speak against the leading one, a text is contested."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers of `decision.json`.

    Temperatures are per square root of n-grams or bytes, `is_language` and `is_right` coefficients of the regressions,
    the others in nats.
    """

    profile_temperature: float
    profile_floor: float
    profile_unknown: float
    langid_temperature: float
    langid_floor: float
    langid_unknown: float
    eld_temperature: float
    eld_floor: float
    eld_unknown: float
    cld2_weight: float
    cld2_floor: float
    tier_penalty: float
    torn_penalty: float
    hard_group_softening: float
    word_weight: float
    word_limit: int
    bosnian_penalty: float
    line_limit: float
    is_language: tuple[float, ...]
    is_right: tuple[float, ...]


@cache
def load_weights() -> Weights:
    """Read the fitted numbers once."""
    stored = json.loads(DATA.read_text("utf-8"))
    stored["is_language"] = tuple(stored["is_language"].values())
    stored["is_right"] = tuple(stored["is_right"].values())
    return Weights(**stored)


def pool(texts: Sequence[str], evidence: Evidence, weights: Weights) -> tuple[Floats, Mask]:
    """Texts by languages: the pooled logarithms, `NEVER` where the script gate closes; and which texts are contested.

    Contested are texts with words of more than one of a group of look-alikes.
    """
    samples, allowed, shares = evidence.samples, evidence.allowed, evidence.cld2.shares
    size = samples.sizes
    profiles, langid = evidence.profiles.scores, evidence.langid
    asked = evidence.asked
    # Of a text about which they were not asked the profiles say the same of every language that they know.
    known = allowed & np.isfinite(profiles)
    alike = np.maximum(-np.log(np.maximum(known.sum(1), 1)), weights.profile_floor)
    scores = np.where(known, alike[:, None], weights.profile_unknown)
    scores[asked] = _soften(
        np.where(allowed[asked], profiles[asked], -np.inf),
        weights.profile_temperature * np.sqrt(np.maximum(evidence.profiles.known[asked], 1)),
        weights.profile_floor,
        weights.profile_unknown,
    )
    scores[asked] += _soften(
        np.where(allowed[asked], langid[asked], -np.inf),
        weights.langid_temperature * np.sqrt(np.maximum(size[asked], 1)),
        weights.langid_floor,
        weights.langid_unknown,
    )
    heard = (evidence.eld > 0).any(1)
    scores[heard] += _soften(
        np.where(allowed[heard], evidence.eld[heard], -np.inf),
        weights.eld_temperature / np.sqrt(np.clip(size[heard], 1, READ_BYTES)),
        weights.eld_floor,
        weights.eld_unknown,
    )
    scores += weights.cld2_weight * np.log(weights.cld2_floor)
    row, column = np.unravel_index(np.flatnonzero(shares != 0), shares.shape)  # ten times as fast as `nonzero`
    scores[row, column] += weights.cld2_weight * (
        np.log(shares[row, column] + weights.cld2_floor) - np.log(weights.cld2_floor)
    )
    scores -= weights.tier_penalty * tiers() + weights.torn_penalty * evidence.torn
    # a language that CLD2 alone knows is never the answer against CLD2
    alone = ~np.isfinite(profiles) & ~np.isfinite(langid) & (shares == 0)
    scores[~allowed | (alone & (allowed.sum(1) > 1)[:, None])] = NEVER
    return scores, _weigh_words(texts, scores, weights)


def _soften(scores: Floats, temperature: Floats, floor: float, unknown: float) -> Floats:
    """Logarithms of probabilities, not below `floor`; `unknown` for languages that the detector does not know."""
    known = np.isfinite(scores)
    peak = np.where(known.any(1), scores.max(1), 0.0)
    soft = scores - peak[:, None]
    soft /= temperature[:, None]
    total = np.exp(soft).sum(1)
    soft -= np.log(np.maximum(total, 1.0))[:, None]
    np.maximum(soft, floor, out=soft)
    np.copyto(soft, unknown, where=~known)
    return soft


def _weigh_words(texts: Sequence[str], scores: Floats, weights: Weights) -> Mask:
    """Between look-alikes let the words decide, where one of them leads and another comes near enough.

    Returns which texts are contested.
    """
    groups = group_of_column()
    contested = np.zeros(len(texts), np.bool_)
    for row, best in enumerate(scores.argmax(1).tolist()):
        near = tuple(group for group in groups.get(best, ()) if _is_open(group, best, scores[row], weights))
        if not near:
            continue
        for group, found in count_words(texts[row], near).items():
            columns = list(found.counts)
            counts = np.array(list(found.counts.values()))
            scores[row, columns] = _reweigh(group, columns, counts, scores[row, columns], weights)
            if group not in HARD_GROUPS:
                leader = columns[int(scores[row, columns].argmax())]
                contested[row] |= found.words - found.counts[leader] > CONTRARY_SHARE * found.words
    return contested


def _is_open(group: str, best: int, scores: Floats, weights: Weights) -> bool:
    """Whether words could put another member of the group before the leading language."""
    if group in HARD_GROUPS:
        return True
    others = [column for column in load_lookalikes().members[group] if column != best]
    return bool(scores[others].max() > scores[best] - weights.word_weight * weights.word_limit)


def _reweigh(group: str, columns: list[int], counts: npt.NDArray[np.int64], before: Floats, weights: Weights) -> Floats:
    """The scores of the members of a group after their words were counted."""
    after = before - weights.word_weight * np.minimum(counts.max() - counts, weights.word_limit)
    if group in HARD_GROUPS:
        after += weights.hard_group_softening * (before.max() - before)
    after[np.array(columns) == positions()["bs"]] -= weights.bosnian_penalty
    return np.where(before > NEVER, after, NEVER)
