"""Choose the numbers of `decision.json`, and say how well numbers chosen elsewhere do.

    python bench/language_fit.py --data FOLDER [--write]

FOLDER is that of `language.py`. The weights of the pool are those with the least expected error, by coordinate descent
from the stored ones; then two logistic regressions are fitted for the confidence. Prints, by kind, the share of right
answers and the calibration error when all texts are used for both, and when each text gets its answer from numbers
fitted on others only: on four fifths of the texts drawn at random, on texts of other languages (five folds; kinds of
junk count as languages), and on texts of other sources. A language that only one source has is left out of the last.
`--write` stores the numbers fitted on all texts. A quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from language_texts import (
    BATCH,
    Answers,
    Texts,
    answer,
    cross_validate,
    decide_all,
    fit_confidence,
    language_folds,
    random_folds,
    read_texts,
    shared_languages,
    show,
    source_folds,
)

import tasks.clean.language.pool as pooling
from tasks.clean.language.features import LANGUAGE_FEATURES, RIGHT_FEATURES
from tasks.clean.language.pool import DATA, Weights, load_weights, pool

FITTED = (
    "profile_temperature",
    "profile_unknown",
    "langid_temperature",
    "langid_unknown",
    "eld_temperature",
    "eld_unknown",
    "cld2_weight",
    "cld2_floor",
    "tier_penalty",
    "hard_group_softening",
    "word_weight",
    "bosnian_penalty",
)
"""The others stay: floors, which keep one detector from outvoting all others, and limits."""

ROUNDS = 5
FIRST_STEP = 0.3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    pooling.count_words = cache(pooling.count_words)  # each text is pooled hundreds of times
    texts = read_texts(args.data)
    weights = fit(texts, np.ones(len(texts.rows), np.bool_))
    if args.write:
        write(weights)
    show("fitted on all texts", texts, answer(texts, weights, decide_all(texts, weights)))

    def answer_by(chosen: np.ndarray) -> Answers:
        found = fit(texts, chosen)
        return answer(texts, found, decide_all(texts, found))

    show("fitted on four fifths", texts, cross_validate(texts, random_folds(texts), answer_by))
    show("fitted on other languages", texts, cross_validate(texts, language_folds(texts), answer_by))
    by_source = cross_validate(texts, source_folds(texts), answer_by)
    show("fitted on other sources", texts, by_source, shared_languages(texts))


def fit(texts: Texts, chosen: np.ndarray) -> Weights:
    """The weights of the pool, then the regressions, fitted on the chosen texts."""
    weights = load_weights()
    best = expected_error(texts, chosen, weights)
    steps = dict.fromkeys(FITTED, FIRST_STEP)
    for _ in range(ROUNDS):
        for name in FITTED:
            for factor in (np.exp(steps[name]), np.exp(-steps[name])):
                tried = replace(weights, **{name: round(float(getattr(weights, name) * factor), 4)})
                error = expected_error(texts, chosen, tried)
                if error < best:
                    best, weights = error, tried
                    break
            else:
                steps[name] /= 2
    return fit_confidence(texts, chosen, weights, decide_all(texts, weights))


def expected_error(texts: Texts, chosen: np.ndarray, weights: Weights) -> float:
    """The mean probability that the pool gives to wrong languages, and a little of its logarithm."""
    wrong = []
    for start, (batch, evidence) in zip(range(0, len(texts.rows), BATCH), texts.batches, strict=True):
        with np.errstate(all="ignore"):
            scores, _ = pool(batch, evidence, weights)
            chance = np.exp(scores - scores.max(1, keepdims=True))
            chance /= chance.sum(1, keepdims=True)
        true = (chance * texts.truth[start : start + BATCH]).sum(1)
        wrong.append(1 - true - 0.05 * np.log(np.maximum(true, 3e-4)))
    used = chosen & texts.truth.any(1)
    return float(np.average(np.concatenate(wrong)[used], weights=texts.weight[used]))


def write(weights: Weights) -> None:
    """Store the numbers, the regressions' by the names of their features."""
    stored: dict[str, Any] = {name: getattr(weights, name) for name in Weights.__dataclass_fields__}
    stored["is_language"] = dict(zip(LANGUAGE_FEATURES, weights.is_language, strict=True))
    stored["is_right"] = dict(zip(RIGHT_FEATURES, weights.is_right, strict=True))
    DATA.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
