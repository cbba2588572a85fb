"""Which legacy encoding? Two judges: chardet, and whether the result reads as a language."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.clean.encoding import letters
from tasks.clean.encoding.excerpt import high_lines, words
from tasks.clean.encoding.names import MULTIBYTE, canonical

_CHARDET_BYTES, _LETTER_BYTES = 1 << 16, 6000
"""How much each judge sees. More changed no answer on the development data."""

_ASCII_SAYS = 40.0
"""Nats that the ASCII words around may speak against a language at most: English stands everywhere."""

_GLANCE, _FINALISTS = 600, 8
"""How many bytes decide which encodings are judged by all, and how many those are."""

_KNOWN_LANGUAGE = -3.3
"""Nats a byte. Text in one of the 61 languages scores above, in its true encoding, and other languages below."""
_HOPELESS = -5.0
_NEAR = 1.0
"""Nats a byte that windows-1252 may be behind the best when the language is unknown: it is what such pages are in."""
_CHARDET_SURE = 0.3
_TOLERANCE, _TOLERANCE_PER_BYTE = 10.0, 0.2
"""Nats that a declared encoding may be behind the best: short text and close relatives are left to who declared it."""
_CLEAR = 20.0
"""Nats ahead of windows-1252 at which both judges are believed even when they do not know the language."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An encoding, and how sure it is in [0, 1]. `is_guess` says that nothing spoke for it."""

    encoding: str
    confidence: float
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What the letters say of one encoding: nats in all, and a byte."""

    encoding: str
    score: float
    per_byte: float


@cache
def priors() -> dict[str, float]:
    """Give the encodings of one byte a character, with how common they are, in nats below windows-1252.

    By hand, from the shares of web pages (W3Techs) and from what still occurs in archives; text of some fifty letters
    outweighs them.
    """
    table: dict[str, float] = json.loads(Path(__file__).with_name("encodings.json").read_text("utf-8"))
    return table


@cache
def code_table(encoding: str) -> NDArray[np.uint16]:
    """Give the UTF-16 code unit for each byte; bytes without a character become U+FFFD."""
    text = "".join(bytes([byte]).decode(encoding, "replace") for byte in range(256))
    return np.frombuffer(text.encode("utf-16-le"), np.uint16)


def read_all(
    telling: bytes,
    prior: NDArray[np.float64],
    encodings: Collection[str] | None = None,
) -> list[Reading]:
    """Judge the words by each encoding of one byte a character, or by those named, the best first.

    Long input is first judged by its head: encodings that are far behind there are left out, but for windows-1252.
    """
    names = [name for name in priors() if encodings is None or name in encodings]
    if len(telling) > 2 * _GLANCE:
        head = _read(telling[:_GLANCE], prior, names)
        enough = sorted((reading.score for reading in head), reverse=True)[:_FINALISTS][-1]
        names = [reading.encoding for reading in head if reading.score >= enough or reading.encoding == "windows-1252"]
    return sorted(_read(telling, prior, names), key=lambda reading: -reading.score)


def _read(telling: bytes, prior: NDArray[np.float64], names: Sequence[str]) -> list[Reading]:
    """Judge the words by each encoding; those that give the same text are judged once."""
    model = letters.load()
    data = np.frombuffer(telling, np.uint8)
    used = np.unique(data)
    scores: dict[bytes, float] = {}
    readings = []
    for name in names:
        table = code_table(name)
        # The tone marks of windows-1258 are combining: only composed do they look like letters.
        text = b"" if name == "windows-1258" else table[used].tobytes()
        if text not in scores:
            by_language = model.score(table[data]) if text else model.score_text(telling.decode("cp1258", "replace"))
            scores[text] = float((by_language + prior).max())
        readings.append(Reading(name, scores[text] + priors()[name], scores[text] / max(1, len(telling))))
    return readings


@dataclass(frozen=True, slots=True)
class Verdict:
    """What both judges say of the same bytes.

    `first` and `confidence` are chardet's. `readings` are empty where chardet found an encoding of several bytes a
    character: those are told by their structure, not by letters.
    """

    first: str
    confidence: float
    telling: bytes = b""
    readings: tuple[Reading, ...] = ()

    def allows(self, encoding: str) -> bool:
        """Tell that an encoding somebody declared reads about as well as the best."""
        if not self.readings:
            return encoding == self.first
        own = next((reading for reading in self.readings if reading.encoding == encoding), None)
        if own is None:  # far behind, or an encoding of several bytes, or one that no letters are told by
            return encoding not in priors() and self.readings[0].per_byte < _KNOWN_LANGUAGE
        behind = self.readings[0].score - own.score
        return behind < max(_TOLERANCE, _TOLERANCE_PER_BYTE * len(self.telling))

    def choose(self) -> Choice:
        """Prefer the letters where they know the language, else windows-1252 or chardet."""
        if not self.readings:
            return Choice(self.first, min(1.0, self.confidence))
        best = self.readings[0]
        western = next(reading for reading in self.readings if reading.encoding == "windows-1252")
        is_candidate = self.first in priors() and self.confidence >= _CHARDET_SURE
        agreed = best.encoding == self.first and best.score > western.score + _CLEAR
        if best.per_byte < _KNOWN_LANGUAGE and not agreed:
            if best.per_byte < _HOPELESS and is_candidate:
                return Choice(self.first, self.confidence)
            if western.per_byte > best.per_byte - _NEAR:
                return Choice("windows-1252", 0.5)
            if is_candidate:
                return Choice(self.first, self.confidence)
        return Choice(best.encoding, self._sureness(best), is_guess=not self.telling)

    def _sureness(self, best: Reading) -> float:
        """Turn the lead over the next other text into a probability."""
        text = self.telling.decode(best.encoding, "replace")
        for other in self.readings[1:]:
            if self.telling.decode(other.encoding, "replace") != text:
                return 1 / (1 + exp(-min(50.0, best.score - other.score)))
        return 1.0


def judge(data: bytes, known: str = "") -> Verdict:
    """Ask both judges about bytes that are not UTF-8.

    `known` is text of the same document whose encoding is proven: it tells the language.
    """
    chardet = import_module("chardet")  # takes 100 ms, and most documents do not need it
    part = high_lines(data, _CHARDET_BYTES)
    verdict = chardet.detect(part)
    first, confidence = canonical(verdict["encoding"] or "") or "windows-1252", float(verdict["confidence"] or 0)
    if first in MULTIBYTE or first.startswith(("iso2022", "iso-2022", "hz")):
        return Verdict(first, confidence)
    telling, rest = words(high_lines(part, 2 * _LETTER_BYTES), _LETTER_BYTES)
    model = letters.load()
    prior = model.prior(known) if known else model.prior(rest, most=_ASCII_SAYS)
    return Verdict(first, confidence, telling, tuple(read_all(telling, prior)))
