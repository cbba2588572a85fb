"""How right, how honest and how fast `detect_languages` is.

    python bench/language.py --data FOLDER [--diagram docs/language-confidence.svg] [--speed] [--startup]

FOLDER holds `language.jsonl.gz`, one object a line: text, lang (`und` for what is no language), kind, src, for junk
sub, and for mixed texts lang2. Prints, by kind, the share of right answers, of `und`, the expected calibration error
(ECE), and how many answers are right of those with a confidence over .9: first of the numbers that are stored, then
with confidences by cross-validation, where each fifth of the texts gets those of regressions fitted on the other four.
`--diagram` draws the reliability diagram of the latter, `--speed` compares with stock langdetect, `--startup` measures
fresh processes: until all models are loaded, and the memory when all texts are done. What is stored is chosen by
`language_fit.py`, which cross-validates all of it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import drawing
import numpy as np
from language_texts import (
    BINS,
    Answers,
    answer,
    calibration_error,
    cross_validate,
    decide_all,
    fit_confidence,
    random_folds,
    read_texts,
    show,
)

from tasks.clean.language import Options, detect_languages
from tasks.clean.language.pool import load_weights

SPEED_SAMPLE = {"short": 300, "para": 200, "long": 100}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--diagram", type=Path)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--startup", action="store_true")
    args = parser.parse_args()
    texts, weights = read_texts(args.data), load_weights()
    decision = decide_all(texts, weights)
    show("as stored", texts, answer(texts, weights, decision))

    def answer_by(chosen: np.ndarray) -> Answers:
        return answer(texts, fit_confidence(texts, chosen, weights, decision), decision)

    folds = random_folds(texts)
    validated = cross_validate(texts, folds, answer_by)
    show("confidence fitted on four fifths", texts, validated)
    if args.diagram:
        args.diagram.write_text(draw(validated.confidence[folds >= 0], validated.right[folds >= 0]), "utf-8")
    if args.speed:
        compare_speed([row for row in texts.rows if "src" in row])
    if args.startup:
        measure_startup([row["text"] for row in texts.rows])


def draw(confidence: np.ndarray, right: np.ndarray) -> str:
    """The reliability diagram as SVG: how often answers of a confidence are right, and how many there are."""
    size, edge = 360, 50
    wide, end, middle = size + 2 * edge, edge + size, edge + size / 2
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    diagonal = f'<path d="M{edge} {end}L{end} {edge}" stroke="gray" stroke-dasharray="4"/>'
    parts = [drawing.axes(edge, edge, end, end), diagonal]
    for one in range(BINS):
        of = bins == one
        at = size * (one + 1) / BINS
        parts.append(drawing.label(f"{(one + 1) / BINS:.1f}", round(edge + at), end + 16))
        parts.append(drawing.label(f"{(one + 1) / BINS:.1f}", edge - 6, round(end - at + 4), "end"))
        if of.any():
            x, y = edge + size * confidence[of].mean(), end - size * right[of].mean()
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1f6f8b"/>')
            parts.append(drawing.label(of.sum(), round(x, 1), round(y + 18, 1), more='fill="gray"'))
    title = f"{len(right)} texts, cross-validated: calibration error {calibration_error(confidence, right):.3f}"
    parts += [
        drawing.label(title, middle, edge - 20),
        drawing.label("confidence", middle, end + 36),
        drawing.label("share of right answers", 14, middle, more=f'transform="rotate(-90 14 {middle})"'),
    ]
    return drawing.page(wide, wide, parts)


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


STARTUP = """
import json, sys, time
wall, cpu = time.perf_counter(), time.process_time()
from tasks.clean.language import detect_languages
detect_languages(["Vi har eksempel på medlemmer som er"])  # in doubt, so that all models are asked
print(f"{time.perf_counter() - wall:.2f} s, {time.process_time() - cpu:.2f} s of CPU time", end=", ")
detect_languages(json.load(sys.stdin))
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024, "MB at most")
"""


def measure_startup(texts: list[str]) -> None:
    for _ in range(5):
        command = [sys.executable, "-c", STARTUP]
        done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
        print("start-up", done.stdout.strip())


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
