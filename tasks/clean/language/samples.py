"""Texts to arrays: a batch of texts as one run of UTF-16 code units, without what is no language.

Web addresses, e-mail addresses, tags, hex and base64 strings, article numbers and identifiers say nothing about the
language around them and mislead every detector, so the words they are part of are dropped here, once for all detectors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import numpy.typing as npt

from tasks.clean.language.tables import script_names, script_of_unit
from tasks.clean.language.units import (
    ASCII_LETTER,
    CODE,
    DIGIT,
    JOINT,
    LOWER,
    MARK,
    OTHER_LETTER,
    PUNCTUATION,
    SPACE,
    UPPER,
    unit_flags,
)

Units = npt.NDArray[np.uint16]
Counts = npt.NDArray[np.int64]

SAMPLE_CHARACTERS = 450
"""More says no more: with 600 and with 1200 the same labelled texts come out right, with 300 one in a thousand less."""

WINDOWS = 5
"""A longer text is sampled at this many evenly spaced places, so that a text in two languages shows both."""

FEW_LETTERS = 40
NO_LETTERS = re.compile(r"[\W\d_]{20,}")
"""Where the windows show so few letters, they are placed anew, on the text without such stretches."""

LONGEST_WORD = 48
"""In letters. Longer ones are encoded data: the longest words of German and Finnish dictionaries have some 40."""

_NO_LETTERS_OF_ASCII = bytes(code for code in range(128) if not chr(code).isalpha())

FOREIGN_MATTER = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'\u3000-\u9fff\uac00-\ud7af]+"
    r"|[-.\w+]{1,64}@[-.\w]{1,255}"
    r"|(?<![^\s(])[@#]\w+"  # who and what a post speaks of
    r"|</?[A-Za-z][^<>]{0,300}>"
)

NO_LANGUAGE = ("@", "#", "://", "www.", "<")
"""What one of the above has in it."""

DOT, OPENING, CLOSING = map(ord, ".()")


@dataclass(frozen=True, slots=True)
class Samples:
    """A batch of texts, cleaned and laid end to end.

    `units` are code units with one zero before each text and one after the last; `text_of` says which text a unit
    belongs to (the zero before a text is its own, the last one belongs to no text). `utf8` is the same as bytes, of
    which each text has as many as `sizes` says, with the zero before it; `scripts` counts the letters of each text by
    script number. The others count per text, before cleaning unless they say `kept`; `runs` are what stands between
    spaces, `code_signs` the brackets, operators and joints of code and markup.
    """

    units: Units
    text_of: Counts
    utf8: bytes
    sizes: Counts
    scripts: Counts
    characters: Counts
    kept_letters: Counts
    kept_words: Counts
    runs: Counts
    digits: Counts
    code_signs: Counts
    punctuation: Counts
    single_letters: Counts

    def __len__(self) -> int:
        """How many texts."""
        return len(self.characters)

    def parts(self) -> list[bytes]:
        """The cleaned texts one by one, in UTF-8."""
        return self.utf8.split(b"\0")[1:-1]

    def owners(self) -> Counts:
        """The text that each byte of `utf8` belongs to, as `text_of` says it of units."""
        return np.repeat(np.arange(len(self.sizes) + 1), np.append(self.sizes, 1))


def take_sample(text: str) -> str:
    """The part of a text that the detectors read: all of it, or evenly spaced windows cut at spaces.

    Composed (NFC), in small letters where all of it is in capitals, without addresses, mentions, hash tags and markup.
    """
    whole = text
    text = _take_windows(whole)
    if len(whole) > SAMPLE_CHARACTERS and not _has_letters(text, FEW_LETTERS):
        text = _take_windows(NO_LETTERS.sub(" ", whole))
    if any(map(text.__contains__, NO_LANGUAGE)):
        text = FOREIGN_MATTER.sub(" ", text)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.lower() if text.isupper() else text


def _has_letters(text: str, count: int) -> bool:
    """Whether a text has so many letters; it is read no further than the last of these."""
    if text.isascii():
        return len(text.encode().translate(None, _NO_LETTERS_OF_ASCII)) >= count
    letters = (character for character in text if character.isalpha())
    return next(islice(letters, count - 1, None), None) is not None


def _take_windows(text: str) -> str:
    if len(text) <= SAMPLE_CHARACTERS:
        return text
    size = SAMPLE_CHARACTERS // WINDOWS
    step = (len(text) - size) // (WINDOWS - 1)
    return "\n".join([_trim(text[start : start + size]) for start in range(0, step * WINDOWS, step)])


def _trim(window: str) -> str:
    """Drop the cut words at both ends of a window, unless it has no spaces to cut at."""
    first, last = window.find(" ", 0, 40), window.rfind(" ", len(window) - 40)
    return window[first + 1 : last] if 0 <= first < last else window


def take_samples(texts: Sequence[str]) -> Samples:
    """Clean and count a batch of texts. What is said of a text does not depend on the others."""
    raw = [take_sample(text).encode("utf-16-le", "replace") for text in texts]
    lengths = np.array([len(part) // 2 + 1 for part in raw], np.int64)
    units = np.frombuffer(b"\0\0" + b"\0\0".join(raw) + b"\0\0", np.uint16)
    starts = np.append(0, np.cumsum(lengths))
    flags = unit_flags().take(units)
    flags |= _find_joints(units, flags) * np.uint16(JOINT)
    space = (flags & SPACE) > 0
    dropped = _words_to_drop(flags, space)

    # runs of spaces become one; the zeros between texts stay
    kept = np.flatnonzero(~dropped)
    blank = space[kept]
    boundary = np.zeros(len(units), np.bool_)
    boundary[starts] = True
    once = np.ones(len(kept), np.bool_)
    once[1:] = ~(blank[1:] & blank[:-1]) | boundary[kept[1:]]
    kept = kept[once]
    clean = units[kept]
    np.putmask(clean, blank[once], 32)
    kept_starts = np.flatnonzero(boundary[kept])
    clean[kept_starts] = 0
    kept_lengths = np.diff(kept_starts, append=len(kept))
    script = script_of_unit().take(clean)
    letter = script > 0
    places = np.repeat(np.arange(len(texts) + 1) * len(script_names()), kept_lengths) + script
    scripts = np.bincount(places, minlength=(len(texts) + 1) * len(script_names()))
    joined = letter | ((flags[kept] & MARK) > 0)
    word_starts = letter.copy()
    word_starts[1:] &= ~joined[:-1]
    alone = word_starts.copy()
    alone[:-1] &= ~joined[1:]
    scripts = scripts.reshape(-1, len(script_names()))[:-1]
    utf8 = clean.tobytes().decode("utf-16-le").encode()
    return Samples(
        units=clean,
        text_of=np.repeat(np.arange(len(texts) + 1), kept_lengths),
        utf8=utf8,
        sizes=_sizes(utf8),
        scripts=scripts,
        characters=lengths - _count(space | (flags == MARK), starts),
        kept_letters=scripts[:, 1:].sum(axis=1),
        kept_words=_count(word_starts, kept_starts),
        digits=_count((flags & DIGIT) > 0, starts),
        runs=_count(~space & np.append(True, space[:-1]), starts),
        code_signs=_count(((flags & (CODE | JOINT)) > 0) | (units == OPENING) | (units == CLOSING), starts),
        punctuation=_count((flags & PUNCTUATION) > 0, starts),
        single_letters=_count(alone, kept_starts),
    )


def _sizes(utf8: bytes) -> Counts:
    """The bytes of each text, with the zero before it."""
    return np.diff(np.flatnonzero(np.frombuffer(utf8, np.uint8) == 0))


def _count(mask: npt.NDArray[np.bool_], starts: Counts) -> Counts:
    """How often the mask holds in each text, of which the last is the end of all."""
    return np.diff(np.searchsorted(np.flatnonzero(mask), starts))


def _find_joints(units: Units, flags: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """Where a dot or bracket stands between two ASCII letters."""
    letter = (flags & ASCII_LETTER) > 0
    joint = np.zeros(len(flags), np.bool_)
    middle = units[1:-1]
    joint[1:-1] = letter[:-2] & letter[2:] & ((middle == DOT) | (middle == OPENING) | (middle == CLOSING))
    return joint


def _words_to_drop(flags: npt.NDArray[np.uint16], space: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which units belong to a run between spaces that is no word: ASCII letters with digits, signs or joints in them.

    A capital after a small letter is well in isiXhosa and in names; two of them in a run are data.
    """
    letter = (flags & ASCII_LETTER) > 0
    camel = np.zeros(len(flags), np.bool_)
    camel[1:] = letter[1:] & letter[:-1] & ((flags[1:] & UPPER) > 0) & ((flags[:-1] & LOWER) > 0)
    starts = np.flatnonzero(space)
    ends = np.append(starts[1:], len(flags))
    # Few runs have any of that, and only these are looked into.
    signs = _find_runs(starts, (flags & (DIGIT | CODE | JOINT)) > 0)
    camels, times = np.unique(_find_runs(starts, camel), return_counts=True)
    long = np.flatnonzero(ends - starts > LONGEST_WORD)
    runs = np.unique(np.concatenate((signs, camels[times > 1], long)))
    drop = np.zeros(len(flags), np.bool_)
    if not len(runs):
        return drop
    edges = np.stack((starts[runs], ends[runs]), axis=1)
    held = np.bitwise_or.reduceat(np.append(flags, np.uint16(0)), edges.ravel())[::2]
    for start, end in edges[((held & ASCII_LETTER) > 0) & ((held & OTHER_LETTER) == 0)].tolist():
        drop[start + 1 : end] = True
    return drop


def _find_runs(starts: Counts, marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """The number of the run of each unit that is marked."""
    return np.searchsorted(starts, np.flatnonzero(marked), side="right") - 1


def pick_samples(samples: Samples, rows: npt.NDArray[np.intp]) -> Samples:
    """The samples of some of the texts, in the same order: only what `utf8` and `sizes` say is kept."""
    parts = samples.parts()
    utf8 = b"\0" + b"\0".join(parts[row] for row in rows) + b"\0"
    return replace(samples, utf8=utf8, sizes=_sizes(utf8), characters=samples.characters[rows])
