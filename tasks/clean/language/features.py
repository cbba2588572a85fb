"""What the two regressions of the decision look at: is this text in a language, and is it in the one that leads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.language.evidence import Evidence, Floats, Mask
from tasks.clean.language.lookalikes import group_of_column, load_lookalikes
from tasks.clean.language.tables import script_names, tiers

RUN_CHARACTERS = 6
"""A run between spaces is about so long; Chinese and Thai, which have no spaces, are taken to have as many."""

HARD_GROUPS = ("hbs", "msa")
"""Groups whose members differ in words and hardly in letters: there the detectors' preference counts little."""

LANGUAGE_FEATURES = (
    "constant",
    "log_letters",
    "letter_share",
    "digit_share",
    "code_share",
    "punctuation_share",
    "single_letter_share",
    "latin",
    "latin_word_length",
    "latin_profile",
    "latin_known_grams",
    "latin_trigram_peak",
    "code_per_run",
    "profile_best",
    "langid_best",
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
    "not_asked",
    "one_allowed",
    "hard_group",
    "lookalike",
    "tier",
)


def find_agreement(evidence: Evidence, best: npt.NDArray[np.intp]) -> Mask:
    """Two columns: whether the profiles, and whether py3langid by itself, put the leading language first."""
    rows = np.arange(len(best))
    profiles = np.where(evidence.allowed, evidence.profiles.scores, -np.inf)
    langid = np.where(evidence.allowed, evidence.langid, -np.inf)
    return np.stack(
        [profiles[rows, best] == profiles.max(1), evidence.asked & (langid[rows, best] == langid.max(1))], axis=1
    )


def measure_language(evidence: Evidence, best: npt.NDArray[np.intp], odds: Floats, agreement: Mask) -> Floats:
    """Texts by `LANGUAGE_FEATURES`."""
    samples, profiles, shares = evidence.samples, evidence.profiles, evidence.cld2.shares
    rows = np.arange(len(best))
    characters = np.maximum(samples.characters, 1)
    words, letters = np.maximum(samples.kept_words, 1), samples.kept_letters
    grams = np.maximum(profiles.grams, 1)
    latin = samples.scripts[:, script_names().index("Latn")] > 0.5 * letters
    of_best = profiles.scores[rows, best]
    of_best = np.where(np.isfinite(of_best), of_best, profiles.scores.max(1))
    return np.stack(
        [
            np.ones(len(best)),
            np.log1p(letters),
            letters / characters,
            samples.digits / characters,
            samples.code_signs / characters,
            samples.punctuation / characters,
            samples.single_letters / words,
            latin,
            latin * np.minimum(letters / words, 10.0),
            latin * of_best / grams,
            latin * profiles.known / grams,
            latin * profiles.trigram_peak,
            np.minimum(samples.code_signs / np.maximum(samples.runs, characters / RUN_CHARACTERS), 3.0),
            agreement[:, 0],
            agreement[:, 1],
            ~evidence.asked,
            shares.sum(1),
            shares[rows, best],
            1 / (1 + np.exp(-odds)),
            evidence.allowed.sum(1) == 1,
        ],
        axis=1,
    ).astype(np.float64)


def measure_right(evidence: Evidence, best: npt.NDArray[np.intp], odds: Floats, agreement: Mask) -> Floats:
    """Texts by `RIGHT_FEATURES`; `odds` are logarithms."""
    rows = np.arange(len(best))
    members = load_lookalikes().members
    hard = np.isin(best, [column for group in HARD_GROUPS for column in members[group]])
    return np.stack(
        [
            np.ones(len(best)),
            np.clip(odds, -2.0, 12.0),
            np.log1p(evidence.samples.kept_letters),
            evidence.cld2.shares[rows, best],
            agreement[:, 0],
            agreement[:, 1],
            ~evidence.asked,
            evidence.allowed.sum(1) == 1,
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
