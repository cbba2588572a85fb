"""The labelled texts, the answers to them, and how right and how honest those are.

What `language.py` and `language_fit.py` share.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tasks.clean.language import Options
from tasks.clean.language.decide import Decision, decide
from tasks.clean.language.evidence import Evidence, gather_evidence
from tasks.clean.language.features import probability
from tasks.clean.language.pool import Weights
from tasks.clean.language.tables import known_languages, our_code, positions

OWN = Path(__file__).with_name("language_own.json")
"""Code, logs, tables and greetings of our own, which the fit sees and the figures leave out.

`mis` (ISO 639: no code) are languages in the letters of another, Russian in Latin ones, say, that nothing here knows.
"""

COMMON = (
    "ar bg bn ca cs da de el en es et fa fi fr gu he hi hu it ja ko lt lv mr nb nl pa pl pt ro ru sk sl sv ta te th tl "
    "tr uk ur vi zh"
)
"""The languages of the labelled texts that all common detectors know, and tell apart from all others."""

FOLDS = 5
BATCH = 500
BINS = 10

RIDGE = 1.0
"""Pull of the regressions' coefficients towards zero, on standardised features: some have a handful of cases."""

KIND_WEIGHTS = {"tweet": 3.0, "para": 2.0}
"""There are few of the first, and errors in the second are rare: both should still be seen."""


@dataclass(frozen=True)
class Texts:
    """Labelled texts with what the detectors say of them, in batches."""

    rows: list[dict[str, Any]]
    batches: list[tuple[list[str], Evidence]]
    truth: np.ndarray
    weight: np.ndarray

    @property
    def is_language(self) -> np.ndarray:
        """Whether each text is language at all."""
        return np.array([row["lang"] != "und" for row in self.rows])


@dataclass(frozen=True)
class Answers:
    """For each text the confidence, whether the answer is right, and whether it is `und`."""

    confidence: np.ndarray
    right: np.ndarray
    und: np.ndarray


def read_texts(folder: Path) -> Texts:
    """The labelled texts, then our own (without a source), and all evidence on them."""
    with gzip.open(folder / "language.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [*map(json.loads, file), *json.loads(OWN.read_text("utf-8"))]
    batches = []
    for start in range(0, len(rows), BATCH):
        texts = [row["text"] for row in rows[start : start + BATCH]]
        with np.errstate(all="ignore"):
            batches.append((texts, gather_evidence(texts)))
    truth = np.zeros((len(rows), len(known_languages())), np.bool_)
    for number, row in enumerate(rows):
        for label in {row["lang"], row.get("lang2", row["lang"])} - {"und", "mis"}:
            truth[number, positions()[our_code(label) or label]] = True
    weight = np.array([KIND_WEIGHTS.get(row["kind"], 1.0) for row in rows])
    return Texts(rows, batches, truth, weight)


def decide_all(texts: Texts, weights: Weights) -> Decision:
    """The decisions on all batches as one."""
    with np.errstate(all="ignore"):
        parts = [decide(batch, evidence, weights) for batch, evidence in texts.batches]
    names = ("best", "empty", "language_features", "right_features")
    return Decision(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def fit_confidence(texts: Texts, chosen: np.ndarray, weights: Weights, decision: Decision) -> Weights:
    """The two regressions, fitted on the chosen texts: the second on those that are language."""
    filled = chosen & ~decision.empty
    spoken = filled & texts.is_language
    right = texts.truth[np.arange(len(texts.rows)), decision.best]
    return replace(
        weights,
        is_language=regress(decision.language_features[filled], texts.is_language[filled]),
        is_right=regress(decision.right_features[spoken], right[spoken]),
    )


def regress(features: np.ndarray, truth: np.ndarray) -> tuple[float, ...]:
    """Logistic regression by Newton's method, with a ridge on standardised features; the first is the constant."""
    mean, spread = features.mean(0), features.std(0)
    mean[0], spread[0] = 0.0, 1.0
    spread[spread == 0] = 1.0
    scaled = (features - mean) / spread
    ridge = np.full(features.shape[1], RIDGE)
    ridge[0] = 1e-6
    coefficients = np.zeros(features.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ coefficients, -30, 30)))
        gradient = scaled.T @ (truth - chance) - ridge * coefficients
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + np.diag(ridge)
        step = np.linalg.solve(curve, gradient)
        coefficients += step
        if np.abs(step).max() < 1e-8:
            break
    plain = coefficients / spread
    plain[0] -= (coefficients[1:] * mean[1:] / spread[1:]).sum()
    return tuple(np.round(plain, 4).tolist())


def answer(texts: Texts, weights: Weights, decision: Decision) -> Answers:
    """What these numbers answer."""
    language = np.where(decision.empty, 0.0, probability(decision.language_features, weights.is_language))
    und = language < Options().min_language
    right = texts.truth[np.arange(len(texts.rows)), decision.best]
    return Answers(
        np.where(und, 1 - language, language * probability(decision.right_features, weights.is_right)),
        np.where(und, ~texts.is_language, right & texts.is_language),
        und,
    )


def random_folds(texts: Texts) -> np.ndarray:
    """The fold of each text, by chance; our own texts are in none."""
    folds = np.random.default_rng(0).permutation(len(texts.rows)) % FOLDS
    return np.where(["src" in row for row in texts.rows], folds, -1)


def language_folds(texts: Texts) -> np.ndarray:
    """The fold of each text: all of a language, or of a kind of junk, are in one; our own texts in none."""
    groups = [row.get("sub") if row["lang"] == "und" else row["lang"] for row in texts.rows]
    names = np.random.default_rng(0).permutation(sorted({name for name in groups if name}))
    number = {name: place % FOLDS for place, name in enumerate(names.tolist())}
    return np.array(
        [number[name] if "src" in row and name else -1 for name, row in zip(groups, texts.rows, strict=True)]
    )


def source_of(row: dict[str, Any]) -> str:
    """Lingua's single sentences and its paragraphs are one source, and so are all treebanks."""
    return str(row["src"]).partition(":")[0].partition("-")[0]


def source_folds(texts: Texts) -> np.ndarray:
    """The fold of each text: all of a source are in one; junk, which has one source, goes by its kind."""
    sources = sorted({source_of(row) for row in texts.rows if row["kind"] != "junk" and "src" in row})
    junk = sorted({row["sub"] for row in texts.rows if row["kind"] == "junk" and "sub" in row})
    number = {name: place % len(sources) for place, name in enumerate([*sources, *junk])}
    names = [row.get("sub") if row["kind"] == "junk" else row.get("src") and source_of(row) for row in texts.rows]
    return np.array([number.get(name, -1) for name in names])


def shared_languages(texts: Texts) -> np.ndarray:
    """Texts whose language other sources have too, and junk."""
    sources: dict[str, set[str]] = {}
    for row in texts.rows:
        sources.setdefault(row["lang"], set()).add(source_of(row) if "src" in row else "own")
    return np.array([row["lang"] == "und" or len(sources[row["lang"]]) > 1 for row in texts.rows])


def cross_validate(texts: Texts, folds: np.ndarray, answer_by: Callable[[np.ndarray], Answers]) -> Answers:
    """The answers for each fold; `answer_by` answers all texts with numbers fitted on the chosen ones."""
    size = len(texts.rows)
    found = Answers(np.zeros(size), np.zeros(size, np.bool_), np.zeros(size, np.bool_))
    for fold in sorted(set(folds.tolist()) - {-1}):
        of = folds == fold
        part = answer_by(~of)
        for name in ("confidence", "right", "und"):
            getattr(found, name)[of] = getattr(part, name)[of]
    return found


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error (Naeini et al. 2015): the mean gap of confidence and accuracy over equal bins."""
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[number == one].mean() - right[number == one].mean()) * (number == one).sum()
        for one in set(number.tolist())
    ]
    return float(sum(gaps) / len(confidence))


def show(title: str, texts: Texts, answers: Answers, chosen: np.ndarray | None = None) -> None:
    """A table by kind, without our own texts."""
    kinds = np.array([row["kind"] if "src" in row else "own" for row in texts.rows])
    usable = (kinds != "own") if chosen is None else (kinds != "own") & chosen
    print(f"{title}:")
    common = np.isin([row["lang"] for row in texts.rows], COMMON.split())
    names = ("texts", "right", "wrong", f"of {len(COMMON.split())}", "wrong", "und", "ECE", "over .9")
    print(f"  {'kind':8}" + "".join(f"{name:>9}" for name in names))
    for kind in [*dict.fromkeys(kinds[usable].tolist()), "all"]:
        of = usable if kind == "all" else usable & (kinds == kind)
        right, und = answers.right[of], answers.und[of]
        sure = answers.confidence[of] >= 0.9
        error = calibration_error(answers.confidence[of], right)
        share = right[sure].mean() if sure.any() else float("nan")
        known = answers.right[of & common]
        of_common = f"{known.mean():9.4f}{(~known).sum():9}" if len(known) else " " * 18
        numbers = f"{of.sum():9}{right.mean():9.4f}{(~right).sum():9}{of_common}"
        print(f"  {kind:8}{numbers}{und.mean():9.4f}{error:9.4f}{share:9.4f}")
