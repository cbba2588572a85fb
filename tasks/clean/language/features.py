"""What the two regressions of the decision look at: is this text in a language, and is it in the one that leads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.language.evidence import Evidence, Floats, Mask
from tasks.clean.language.lookalikes import HARD_GROUPS, group_of_column, load_lookalikes
from tasks.clean.language.tables import script_names, tiers

RUN_CHARACTERS = 6
"""A run between spaces is about so long; Chinese and Thai, which have no spaces, are taken to have as many."""

MOST_ELD = 30.0
"""In thousands. Half of all sentences have some 24, keys hit at random some 12; more says no more."""

LANGUAGE_FEATURES = (
    "constant",
    "log_letters",
    "letter_share",
    "digit_share",
    "code_share",
    "punctuation_share",
    "single_letter_share",
    "latin_word_length",
    "familiar",
    "familiar_profile",
    "familiar_known_grams",
    "familiar_trigram_peak",
    "foreign",
    "foreign_trigram_peak",
    "code_per_run",
    "heard",
    "heard_eld",
    "unheard_eld",
    "profile_best",
    "langid_best",
    "eld_best",
    "not_asked",
    "cld2_any",
    "cld2_best",
    "posterior",
    "one_allowed",
)

RIGHT_FEATURES = (
    "constant",
    "log_odds",
    "log_letters",
    "cld2_best",
    "profile_best",
    "langid_best",
    "eld_best",
    "not_asked",
    "one_allowed",
    "heard_eld",
    "unheard_eld",
    "hard_group",
    "lookalike",
    "tier",
)


def find_agreement(evidence: Evidence, best: npt.NDArray[np.intp]) -> Mask:
    """Three columns: whether the profiles, py3langid by itself, and ELD put the leading language first."""
    rows = np.arange(len(best))
    heard = [
        np.where(evidence.allowed, scores, -np.inf)
        for scores in (evidence.profiles.scores, evidence.langid, evidence.eld)
    ]
    first = [scores[rows, best] == scores.max(1) for scores in heard]
    return np.stack([evidence.asked & first[0], evidence.asked & first[1], (heard[2].max(1) > 0) & first[2]], axis=1)


def measure_language(evidence: Evidence, best: npt.NDArray[np.intp], odds: Floats, agreement: Mask) -> Floats:
    """Texts by `LANGUAGE_FEATURES`.

    `familiar` and `foreign` are texts in Latin letters whose leading language the profiles know and do not know,
    `heard` texts whose leading language ELD knows: what a model says of a language that it does not know is no measure.
    """
    samples, profiles, shares = evidence.samples, evidence.profiles, evidence.cld2.shares
    rows = np.arange(len(best))
    characters = np.maximum(samples.characters, 1)
    words, letters = np.maximum(samples.kept_words, 1), samples.kept_letters
    grams = np.maximum(profiles.grams, 1)
    latin = samples.scripts[:, script_names().index("Latn")] > 0.5 * letters
    of_best = profiles.scores[rows, best]
    familiar = latin & np.isfinite(of_best)
    foreign = latin & evidence.asked & ~familiar
    of_best = np.where(familiar, of_best, 0.0)
    return np.stack(
        [
            np.ones(len(best)),
            np.log1p(letters),
            letters / characters,
            samples.digits / characters,
            samples.code_signs / characters,
            samples.punctuation / characters,
            samples.single_letters / words,
            latin * np.minimum(letters / words, 10.0),
            familiar,
            familiar * of_best / grams,
            familiar * profiles.known / grams,
            familiar * profiles.trigram_peak,
            foreign,
            foreign * profiles.trigram_peak,
            np.minimum(samples.code_signs / np.maximum(samples.runs, characters / RUN_CHARACTERS), 3.0),
            np.isfinite(evidence.eld[rows, best]),
            *_measure_eld(evidence, best),
            agreement[:, 0],
            agreement[:, 1],
            agreement[:, 2],
            ~evidence.asked,
            shares.sum(1),
            shares[rows, best],
            1 / (1 + np.exp(-odds)),
            evidence.allowed.sum(1) == 1,
        ],
        axis=1,
    ).astype(np.float64)


def _measure_eld(evidence: Evidence, best: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """ELD's score of the leading language where it knows that, else its highest score of any."""
    of_best = evidence.eld[np.arange(len(best)), best]
    heard = np.isfinite(of_best)
    highest = np.where(evidence.allowed & np.isfinite(evidence.eld), evidence.eld, 0.0).max(1)
    return (
        np.minimum(np.where(heard, of_best, 0.0), MOST_ELD),
        np.minimum(np.where(heard, 0.0, highest), MOST_ELD),
    )


def measure_right(evidence: Evidence, best: npt.NDArray[np.intp], odds: Floats, agreement: Mask) -> Floats:
    """Texts by `RIGHT_FEATURES`; `odds` are logarithms."""
    rows = np.arange(len(best))
    members = load_lookalikes().members
    eld = _measure_eld(evidence, best)
    hard = np.isin(best, [column for group in HARD_GROUPS for column in members[group]])
    return np.stack(
        [
            np.ones(len(best)),
            np.clip(odds, -2.0, 12.0),
            np.log1p(evidence.samples.kept_letters),
            evidence.cld2.shares[rows, best],
            agreement[:, 0],
            agreement[:, 1],
            agreement[:, 2],
            ~evidence.asked,
            evidence.allowed.sum(1) == 1,
            *eld,
            hard,
            np.isin(best, list(group_of_column())) & ~hard,
            tiers()[best],
        ],
        axis=1,
    ).astype(np.float64)


def probability(features: Floats, coefficients: Sequence[float]) -> Floats:
    """The logistic regression, summed feature by feature: a matrix product would go through BLAS."""
    total = np.zeros(len(features))
    for column, coefficient in enumerate(coefficients):
        total += coefficient * features[:, column]
    return np.asarray(1 / (1 + np.exp(-np.clip(total, -30.0, 30.0))))
