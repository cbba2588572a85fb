"""The language of every text, the same answer every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from tasks.clean.language.chinese import name_chinese
from tasks.clean.language.cld2 import Found
from tasks.clean.language.decide import decide
from tasks.clean.language.evidence import gather_evidence
from tasks.clean.language.features import probability
from tasks.clean.language.pool import load_weights
from tasks.clean.language.stock import detect_stock
from tasks.clean.language.tables import known_languages

Detector = Literal["winnow", "langdetect"]

UNDETERMINED = "und"
"""BCP 47's code for what is no language, or none that can be named."""

BATCH_TEXTS = 512
"""Texts that go through the detectors together, which bounds the memory: some 40 MB."""


@dataclass(frozen=True, slots=True)
class Options:
    """How languages are detected.

    `detector`: "winnow" pools CLD2, ELD, langdetect's profiles and py3langid; "langdetect" is the stock package with
    seed 0, ten to a hundred times slower, of 55 languages, with a confidence near 1 also where it is wrong, and never
    `und` but for texts without letters; the options below are not its. `min_letters`: shorter texts get `und`; raising
    it costs headlines and names, lowering it to 1 lets a lone letter be taken for a word. `min_language`: the
    probability from which a text counts as language at all; raising it calls more tables, code and lists of names
    `und`, and more short texts too.
    """

    detector: Detector = "winnow"
    min_letters: int = 2
    min_language: float = 0.75

    def __post_init__(self) -> None:
        if self.detector not in get_args(Detector):
            raise ValueError(f"no detector {self.detector!r}: one of {', '.join(get_args(Detector))}")


@dataclass(frozen=True, slots=True)
class Language:
    """A BCP 47 code, and the probability that it is right, in [0, 1] with four decimals.

    `whole` is what CLD2 found in all of the text, where it was asked about that.
    """

    code: str
    confidence: float
    whole: Found | None = field(default=None, compare=False, repr=False)


DEFAULT = Options()


def detect_languages(texts: Sequence[str], options: Options = DEFAULT) -> list[Language]:
    """Name the main language of each text.

    A script gate leaves the languages that are written in the text's letters; CLD2 (Sites 2013), ELD (Nito 2023) and,
    where these two leave a doubt, langdetect's profiles (Shuyo 2010) scored over all n-grams and py3langid (Lui and
    Baldwin 2012) are pooled; words decide between look-alikes, characters between `zh-Hans` and `zh-Hant`. Confidence
    is the probability that the code is right, calibrated on labelled texts. `und` is for what is not language (numbers,
    code, addresses, emoji) and for texts with fewer than `options.min_letters` letters. The answer for a text does not
    depend on the batch.
    """
    if options.detector == "langdetect":
        return [Language(code, confidence) for code, confidence in detect_stock(texts)]
    found: list[Language] = []
    for start in range(0, len(texts), BATCH_TEXTS):
        found += _detect_batch(texts[start : start + BATCH_TEXTS], options)
    return found


def _detect_batch(texts: Sequence[str], options: Options) -> list[Language]:
    weights = load_weights()
    with np.errstate(all="ignore"):  # far-off languages underflow to probability 0, as they should
        evidence = gather_evidence(texts)
        decision = decide(texts, evidence, weights)
    is_language = np.where(decision.empty, 0.0, probability(decision.language_features, weights.is_language))
    is_right = probability(decision.right_features, weights.is_right)
    names = [language.code for language in known_languages()]
    letters = evidence.samples.kept_letters
    found = []
    for text, best, chance, right, count, whole in zip(
        texts,
        decision.best.tolist(),
        is_language.tolist(),
        is_right.tolist(),
        letters.tolist(),
        evidence.whole,
        strict=True,
    ):
        if count < options.min_letters or chance < options.min_language:
            found.append(Language(UNDETERMINED, round(1 - chance, 4)))
        else:
            code = name_chinese(text) if names[best] == "zh" else names[best]
            found.append(Language(code, round(chance * right, 4), whole))
    return found
