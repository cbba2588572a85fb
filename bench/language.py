"""How right, how honest and how fast `detect_languages` is.

    python bench/language.py --data FOLDER [--fit] [--diagram docs/language-confidence.svg] [--speed]

FOLDER holds `language.jsonl.gz`, one object a line: text, lang (`und` for what is no language), kind, and for mixed
texts lang2. Prints accuracy and the expected calibration error (ECE) by kind. The confidences are cross-validated: each
fifth of the texts gets those of the regressions fitted on the other four. `--fit` writes the regressions fitted on all
texts to `decision.json`, `--diagram` draws the reliability diagram, `--speed` compares with stock langdetect.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tasks.clean.language import Options, detect_languages
from tasks.clean.language.decide import DATA, decide, load_weights
from tasks.clean.language.evidence import gather_evidence
from tasks.clean.language.features import LANGUAGE_FEATURES, RIGHT_FEATURES, probability
from tasks.clean.language.tables import known_languages, our_code

OWN = Path(__file__).with_name("language_own.json")
"""Code, logs, tables and greetings of our own, which the fit sees and the figures leave out."""

FOLDS = 5
BINS = 10
RIDGE = 1.0
"""Pull of the regressions' coefficients towards zero, on standardised features: some have a handful of cases."""

SPEED_SAMPLE = {"short": 300, "para": 200, "long": 100}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--diagram", type=Path)
    parser.add_argument("--speed", action="store_true")
    args = parser.parse_args()
    with gzip.open(args.data / "language.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    own = [*rows, *json.loads(OWN.read_text("utf-8"))]
    with np.errstate(all="ignore"):
        measured = Measured(own)
    confidence, right, und = (side[: len(rows)] for side in cross_validate(measured))
    report(rows, confidence, right, und)
    if args.diagram:
        args.diagram.write_text(draw(confidence, right), "utf-8")
    if args.fit:
        write(measured)
    if args.speed:
        compare_speed(rows)


class Measured:
    """Features of all texts, and the truth: is it language, and is the leading language one of the right ones."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        codes = [language.code for language in known_languages()]
        parts = []
        for start in range(0, len(rows), 500):
            texts = [row["text"] for row in rows[start : start + 500]]
            parts.append(decide(texts, gather_evidence(texts), load_weights()))
        self.empty = np.concatenate([part.empty for part in parts])
        self.language_features = np.concatenate([part.language_features for part in parts])
        self.right_features = np.concatenate([part.right_features for part in parts])
        best = np.concatenate([part.best for part in parts])
        truth = [{our_code(row["lang"]), our_code(row.get("lang2", row["lang"]))} for row in rows]
        self.is_language = np.array([row["lang"] != "und" for row in rows])
        self.is_right = np.array([codes[column] in truth[row] for row, column in enumerate(best)])


def fit(features: np.ndarray, truth: np.ndarray) -> np.ndarray:
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
    return plain


def fit_both(measured: Measured, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two regressions on some rows: the second on texts that are language."""
    filled = rows & ~measured.empty
    spoken = filled & measured.is_language
    return (
        fit(measured.language_features[filled], measured.is_language[filled]),
        fit(measured.right_features[spoken], measured.is_right[spoken]),
    )


def cross_validate(measured: Measured) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each text the confidence, whether the answer is right, and whether it is `und`, by the other folds' fit."""
    fold = np.random.default_rng(0).permutation(len(measured.empty)) % FOLDS
    language, right = np.zeros(len(fold)), np.zeros(len(fold))
    for number in range(FOLDS):
        first, second = fit_both(measured, fold != number)
        rows = fold == number
        language[rows] = probability(measured.language_features[rows], first)
        right[rows] = probability(measured.right_features[rows], second)
    language[measured.empty] = 0.0
    und = language < Options().min_language
    correct = np.where(und, ~measured.is_language, measured.is_right & measured.is_language)
    return np.where(und, 1 - language, language * right), correct, und


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error (Naeini et al. 2015): the mean gap of confidence and accuracy over equal bins."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[bins == one].mean() - right[bins == one].mean()) * (bins == one).sum()
        for one in set(bins.tolist())
    ]
    return sum(gaps) / len(confidence)


def report(rows: list[dict[str, str]], confidence: np.ndarray, right: np.ndarray, und: np.ndarray) -> None:
    kinds = np.array([row["kind"] for row in rows])
    print(f"{'kind':8} {'texts':>6} {'right':>7} {'und':>7} {'ECE':>7} {'right of those sure to .9':>26}")
    for kind in [*dict.fromkeys(kinds.tolist()), "all"]:
        of = np.ones(len(kinds), bool) if kind == "all" else kinds == kind
        sure = of & (confidence >= 0.9)
        share = right[sure].mean() if sure.any() else float("nan")
        error = calibration_error(confidence[of], right[of])
        print(f"{kind:8} {of.sum():6} {right[of].mean():7.4f} {und[of].mean():7.4f} {error:7.4f} {share:26.4f}")
    junk = kinds == "junk"
    for name in sorted({row.get("sub", "") for row in rows if row["kind"] == "junk"}):
        of = junk & np.array([row.get("sub") == name for row in rows])
        print(f"  und of {name:10} {und[of].mean():.3f}")


def write(measured: Measured) -> None:
    """Fit on everything and store, beside the weights that stay."""
    first, second = fit_both(measured, np.ones(len(measured.empty), bool))
    stored = json.loads(DATA.read_text("utf-8"))
    stored["is_language"] = dict(zip(LANGUAGE_FEATURES, np.round(first, 4).tolist(), strict=True))
    stored["is_right"] = dict(zip(RIGHT_FEATURES, np.round(second, 4).tolist(), strict=True))
    DATA.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


def draw(confidence: np.ndarray, right: np.ndarray) -> str:
    """The reliability diagram as SVG: how often answers of a confidence are right, and how many there are."""
    size, edge = 360, 50
    wide, end = size + 2 * edge, edge + size
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {wide}" font-family="sans-serif" font-size="12">',
        f'<rect width="{wide}" height="{wide}" fill="white"/>',
        f'<path d="M{edge} {edge}V{end}H{end}" fill="none" stroke="black"/>',
        f'<path d="M{edge} {end}L{end} {edge}" stroke="gray" stroke-dasharray="4"/>',
    ]
    for one in range(BINS):
        of = bins == one
        at = size * (one + 1) / BINS
        parts.append(f'<text x="{edge + at:.0f}" y="{end + 16}" text-anchor="middle">{(one + 1) / BINS:.1f}</text>')
        parts.append(f'<text x="{edge - 6}" y="{end - at + 4:.0f}" text-anchor="end">{(one + 1) / BINS:.1f}</text>')
        if of.any():
            x, y = edge + size * confidence[of].mean(), end - size * right[of].mean()
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1f6f8b"/>')
            parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle" fill="gray">{of.sum()}</text>')
    title = f"{len(right)} texts, cross-validated: calibration error {calibration_error(confidence, right):.3f}"
    middle = edge + size / 2
    turned = f'transform="rotate(-90 14 {middle})"'
    parts += [
        f'<text x="{middle}" y="{edge - 20}" text-anchor="middle">{title}</text>',
        f'<text x="{middle}" y="{end + 36}" text-anchor="middle">confidence</text>',
        f'<text x="14" y="{middle}" text-anchor="middle" {turned}>share of right answers</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def compare_speed(rows: list[dict[str, str]]) -> None:
    stock, ours = Options(detector="langdetect"), Options()
    detect_languages(["A first call, which loads the tables."], stock)
    detect_languages([row["text"] for row in rows[::50]], ours)
    for kind, number in SPEED_SAMPLE.items():
        texts = [row["text"] for row in rows if row["kind"] == kind]
        texts = texts[:: max(len(texts) // number, 1)]
        slow = timed(lambda sample=texts: detect_languages(sample, stock), 1)
        fast = timed(lambda sample=texts: detect_languages(sample, ours), 5)
        print(
            f"{kind:8} {len(texts) / fast:8.0f} texts/s, langdetect {len(texts) / slow:6.0f}: {slow / fast:.0f} times"
        )


def timed(call: Callable[[], Sequence[object]], times: int) -> float:
    """The least CPU time of some calls."""
    took = []
    for _ in range(times):
        start = time.process_time()
        call()
        took.append(time.process_time() - start)
    return min(took)


if __name__ == "__main__":
    main()
