"""The stock package langdetect, made repeatable and safe from threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from langdetect import LangDetectException
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

from tasks.clean.language.once import load_once
from tasks.clean.language.tables import our_code

SEED = 0
CHINESE = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}


def detect_stock(texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """What langdetect with seed 0 says of each text, under our codes; `und` where it finds no features.

    The confidence is langdetect's own, which is near 1 also where it is wrong.
    """
    factory = _load_factory()
    for text in texts:
        detector = factory.create()
        detector.append(text)
        try:
            best = detector.get_probabilities()[0]
        except (LangDetectException, IndexError):
            yield "und", 1.0
            continue
        yield CHINESE.get(best.lang) or our_code(best.lang) or best.lang, round(best.prob, 4)


@load_once
def _load_factory() -> DetectorFactory:
    """A factory of our own: nothing that other code does to langdetect's global one changes ours.

    langdetect fills its global one at the first use, and two threads that do so at once corrupt it.
    """
    factory = DetectorFactory()
    factory.load_json_profile([path.read_text("utf-8") for path in sorted(Path(PROFILES_DIRECTORY).iterdir())])
    factory.set_seed(SEED)
    return factory
