"""How well does a text read as some language? Letter statistics, the judge between decodings.

A letter is predicted from the two before it, word by word, for 61 languages at once: trigram, bigram and letter
frequencies are interpolated (Jelinek and Mercer 1980). Signs that do not belong between letters cost, control
characters and private use more so. The sums are natural logarithms; only differences between readings of the same bytes
mean something. Where the numbers come from: `train.py`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCRIPT_OF_LANGUAGE = (
    {"el": "greek", "he": "hebrew", "th": "thai"}
    | dict.fromkeys(("be", "bg", "kk", "mk", "ru", "sr", "uk"), "cyrillic")
    | dict.fromkeys(("ar", "fa", "ur"), "arabic")
)
"""Latin where nothing is said."""

# First and last code point. `any` are the combining marks that several scripts share.
_SCRIPTS = (
    ("latin", 0x41, 0x24F),
    ("any", 0x300, 0x36F),
    ("greek", 0x370, 0x3FF),
    ("cyrillic", 0x400, 0x52F),
    ("hebrew", 0x590, 0x5FF),
    ("arabic", 0x600, 0x77F),
    ("thai", 0xE00, 0xE7F),
    ("latin", 0x1E00, 0x1EFF),
    ("greek", 0x1F00, 0x1FFF),
    ("hebrew", 0xFB1D, 0xFB4F),
    ("arabic", 0xFB50, 0xFDFF),
    ("arabic", 0xFE70, 0xFEFE),
)
FOLDED = str.maketrans("șț", "şţ")
"""Romanian s and t with comma came to Unicode late: most of its text has the cedilla."""

LATIN = 1
"""The number of the Latin script in `Letters.script`."""

# Shares of the trigram, the bigram, the letter, and the script's average. By hand: any near these do as well.
_WEIGHTS = (0.65, 0.28, 0.05, 0.02)
_UNKNOWN = 0.1 / 2000
"""The chance of a letter that the language has never shown: a tenth, shared by the letters of all scripts."""

_TYPOGRAPHIC = "\xa0\xad‘’‚“”„–—…«»¡¿§°©®™№€£•·‹›²³½ºª´΄′″"
_COST_TYPOGRAPHIC, _COST_SIGN, _COST_CONTROL = -7.0, -13.0, -16.0
_COST_INSIDE_WORD, _COST_CASE, _COST_SCRIPT, _COST_DIGIT = -4.0, -3.0, -8.0, -4.0
"""A sign between letters; a capital after a small letter; letters of two scripts, or a letter beyond ASCII and a digit,
side by side. All in nats."""


def is_letter(character: str) -> bool:
    """Tell letters and combining marks from the rest; the ordinals ª and º are signs."""
    return (character.isalpha() or unicodedata.category(character)[0] == "M") and character not in "ªº"


def script_of(character: str) -> str:
    """Name the script of a letter, `other` beyond those that have legacy encodings of one byte."""
    code = ord(character)
    return next((name for name, first, last in _SCRIPTS if first <= code <= last), "other")


@dataclass(frozen=True, slots=True)
class Letters:
    """The statistics, ready for use: one row an n-gram, one column a language."""

    languages: tuple[str, ...]
    is_latin: NDArray[np.bool_]
    keys2: NDArray[np.int64]
    keys3: NDArray[np.int64]
    logs1: NDArray[np.float32]
    logs2: NDArray[np.float32]
    logs3: NDArray[np.float32]
    number: NDArray[np.int32]
    """By code point below 65536: 0 no letter, 1 a letter of no known language, else its number."""
    script: NDArray[np.int8]
    cost: NDArray[np.float32]
    is_upper: NDArray[np.bool_]
    is_lower: NDArray[np.bool_]
    attested: NDArray[np.uint64]
    """For each pair of letter numbers, first * side + second, the set of languages that have it, a bit each."""
    side: int

    def score(self, codes: NDArray[np.uint16]) -> NDArray[np.float64]:
        """Sum the logarithms over a text given as UTF-16 code units: one value a language."""
        if not len(codes):
            return np.zeros(len(self.languages))
        letters = self.number[codes].astype(np.int64)
        cost = self._cost(codes, letters)
        kept = np.ones(len(letters), bool)
        kept[1:] = (letters[1:] > 0) | (letters[:-1] > 0)
        padded = np.concatenate(([0], letters[kept], [0]))
        grams = padded[:-2] << 20 | padded[1:-1] << 10 | padded[2:]
        total: NDArray[np.float64] = self._sum(grams) + cost
        return total

    def _cost(self, codes: NDArray[np.uint16], letters: NDArray[np.int64]) -> float:
        cost = self.cost[codes]
        total = float(cost.sum())
        if len(codes) > 2:
            inside = (cost[1:-1] < 0) & (letters[:-2] > 0) & (letters[2:] > 0)
            total += _COST_INSIDE_WORD * int(inside.sum())
        total += _COST_CASE * int((self.is_lower[codes[:-1]] & self.is_upper[codes[1:]]).sum())
        digit, foreign = (codes >= 0x30) & (codes <= 0x39), (letters > 0) & (codes >= 0x80)
        total += _COST_DIGIT * int((digit[:-1] & foreign[1:]).sum() + (digit[1:] & foreign[:-1]).sum())
        script = self.script[codes]
        mixed = (script[:-1] != script[1:]) & (script[:-1] > 0) & (script[1:] > 0)
        return total + _COST_SCRIPT * int(mixed.sum())

    def _sum(self, grams: NDArray[np.int64]) -> NDArray[np.float64]:
        """Look up trigrams, else the bigram, else the letter."""
        grams, counts = np.unique(grams, return_counts=True)
        total: NDArray[np.float64] = np.zeros(len(self.languages))
        for keys, logs, mask in ((self.keys3, self.logs3, 0x3FFFFFFF), (self.keys2, self.logs2, 0xFFFFF)):
            wanted = grams & mask
            place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            found = keys[place] == wanted
            total += counts[found] @ logs[place[found]]
            grams, counts = grams[~found], counts[~found]
        total += counts @ self.logs1[grams & 0x3FF]
        return np.asarray(total)

    def score_text(self, text: str) -> NDArray[np.float64]:
        """Score a text in its composed form; characters beyond the Basic Multilingual Plane are signs."""
        composed = unicodedata.normalize("NFC", text)
        return self.score(np.frombuffer(composed.encode("utf-16-le", "surrogatepass"), np.uint16))

    def prior(self, text: str, weight: float = 0.3, most: float = 200.0) -> NDArray[np.float64]:
        """Turn a text that is surely right into what it says of the language: 0 for the likeliest, below for others.

        ASCII letters say nothing against a language of another script: English words stand in Greek pages.
        """
        scores = self.score_text(text)
        if text.isascii():
            scores = np.where(self.is_latin, scores, scores[self.is_latin].max())
        scores = (scores - scores.max()) * weight
        worst = -scores.min()
        return np.asarray(scores * (most / worst) if worst > most else scores)


@cache
def load() -> Letters:
    """Read `letters.npz` once and turn its counts into logarithms; some 50 ms."""
    with np.load(Path(__file__).with_name("letters.npz")) as file:
        arrays: dict[str, Any] = dict(file)
    languages = tuple(str(arrays["languages"]).split())
    alphabet = str(arrays["alphabet"])
    keys1, keys2, keys3 = (arrays[f"keys{n}"].astype(np.int64) for n in (1, 2, 3))
    counts1, counts2, counts3 = (np.exp2(arrays[f"counts{n}"].astype(np.float32) / 8) - 1 for n in (1, 2, 3))
    before, last = keys2 >> 10, keys2 & 0x3FF
    singles = np.zeros((len(alphabet) + 2, len(languages)), np.float32)
    singles[keys1] = counts1
    singles[0] = counts2[before == 0].sum(0)
    letter = singles / singles.sum(0)
    scripts = np.array([SCRIPT_OF_LANGUAGE.get(language, "latin") for language in languages])
    average = np.full_like(letter, _UNKNOWN)
    for script in set(scripts.tolist()):
        average[:, scripts == script] += 0.9 * letter[:, scripts == script].mean(1, keepdims=True)
    after1 = _share(counts2, singles[before])
    pair, has_pair = _find(keys2, keys3 >> 10)
    tail, has_tail = _find(keys2, keys3 & 0xFFFFF)
    after2 = _share(counts3, np.where(has_pair[:, None], counts2[pair], 0))
    tails = np.where(has_tail[:, None], after1[tail], 0)
    side = len(alphabet) + 2
    attested = np.zeros(side * side, np.uint64)
    attested[before * side + last] = (counts2 > 0) @ (np.uint64(1) << np.arange(len(languages), dtype=np.uint64))
    w3, w2, w1, w0 = _WEIGHTS
    last3 = keys3 & 0x3FF
    return Letters(
        languages=languages,
        is_latin=scripts == "latin",
        keys2=keys2,
        keys3=keys3,
        logs1=np.log(w1 * letter + w0 * average),
        logs2=np.log(w2 * after1 + w1 * letter[last] + w0 * average[last]),
        logs3=np.log(w3 * after2 + w2 * tails + w1 * letter[last3] + w0 * average[last3]),
        attested=attested,
        side=side,
        **_characters(alphabet),
    )


def _share(part: NDArray[np.float32], whole: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide; rounding may leave a part larger than its whole, and a whole may be missing."""
    return np.where(whole > 0, part / np.maximum(np.maximum(part, whole), 1e-9), 0)


def _find(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return place, keys[place] == wanted


def _characters(alphabet: str) -> dict[str, NDArray[Any]]:
    """What the scorer has to know of each code point of the Basic Multilingual Plane."""
    number, script = np.zeros(0x10000, np.int32), np.zeros(0x10000, np.int8)
    cost = np.zeros(0x10000, np.float32)
    upper, lower = np.zeros(0x10000, bool), np.zeros(0x10000, bool)
    numbers = {letter: i + 2 for i, letter in enumerate(alphabet)}
    names = ["", "latin", "any", *sorted({name for name, _, _ in _SCRIPTS} - {"any", "latin"}), "other"]
    # From 0x2E80 to 0xF8FF stand letters of East Asia, surrogates and private use, but for one block of signs.
    number[0x2E80:0xD800], script[0x2E80:0xD800] = 1, len(names) - 1
    cost[0xD800:0xF900] = _COST_CONTROL
    for code in (*range(0x2E80), *range(0x3000, 0x3040), *range(0xF900, 0x10000)):
        number[code] = script[code] = 0
        character = chr(code)
        if _is_control(code):
            cost[code] = _COST_CONTROL
        elif is_letter(character):
            folded = character.lower().translate(FOLDED)[0]
            number[code] = numbers.get(folded, 1)
            name = script_of(character)
            script[code] = 0 if name == "any" else names.index(name)
            upper[code], lower[code] = character.isupper(), character.islower()
        elif code >= 0x80:
            cost[code] = _COST_TYPOGRAPHIC if character in _TYPOGRAPHIC else _COST_SIGN
    return {"number": number, "script": script, "cost": cost, "is_upper": upper, "is_lower": lower}


def _is_control(code: int) -> bool:
    """Tell control characters but for white space, surrogates, private use and specials such as U+FFFD."""
    if code < 0xA0:
        return code >= 0x80 or (code < 0x20 and chr(code) not in "\t\n\r\f")
    return 0xD800 <= code < 0xF900 or code >= 0xFFF0
