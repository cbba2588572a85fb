"""CLD2's opinion of each text, under our codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pycld2

from tasks.clean.beyond_ascii import beyond_ascii
from tasks.clean.language.pieces import LONGEST_PIECE
from tasks.clean.language.tables import known_languages, our_code, positions

Found = tuple[tuple[str, str, int, float], ...]
"""Up to three languages of a text: name, label, percent of the text, score."""

READ_AT_ONCE = 100
"""Characters that CLD2 reads of each piece of a long line: a language changes with a line, or within some sentences."""

_BEGINNINGS = re.compile(
    rf"([^\n]{{1,{READ_AT_ONCE}}}(?!\S)|[^\n]{{{READ_AT_ONCE}}})[^\n]{{0,{LONGEST_PIECE - READ_AT_ONCE}}}"
)
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that make CLD2 refuse a text."""

_READABLE = bytes(32 if code < 128 and UNREADABLE.match(chr(code)) else code for code in range(256))


@dataclass(frozen=True, slots=True)
class Cld2Shares:
    """Texts by languages: the share of the text, in [0, 1], that CLD2 gives to each; and whether it trusts itself.

    `found` is what it said.
    """

    shares: npt.NDArray[np.float64]
    reliable: npt.NDArray[np.bool_]
    found: list[Found]


def share_cld2(parts: Sequence[str | bytes]) -> Cld2Shares:
    """Ask CLD2 (Sites 2013) for its up to three languages of each text; none where it fails."""
    shares = np.zeros((len(parts), len(known_languages())))
    reliable = np.zeros(len(parts), np.bool_)
    column_of = _columns()
    found: list[Found] = []
    for row, part in enumerate(parts):
        reliable[row], answer = _ask(part)
        found.append(answer)
        for _, label, percent, _ in answer:
            column = column_of.get(label)
            if column is not None:
                shares[row, column] += percent / 100
    return Cld2Shares(shares, reliable, found)


@cache
def _columns() -> dict[str, int]:
    """Our column for each of its labels that we know."""
    return {label: positions()[code] for _, label in pycld2.LANGUAGES if (code := our_code(label)) is not None}


def ask_cld2(part: str | bytes) -> Found:
    """The languages that CLD2 finds in a text; none where it fails."""
    return _ask(part)[1]


def _ask(part: str | bytes) -> tuple[bool, Found]:
    try:
        reliable, _, found = pycld2.detect(part, isPlainText=True, bestEffort=True)
    except pycld2.error:  # characters it calls invalid: noncharacters, unassigned planes
        return False, ()
    return reliable, found


def _skim(text: str) -> str:
    """The beginning of each line, and of each piece of a longer one: CLD2 takes its time."""
    return "\n".join(_BEGINNINGS.findall(text))


def read_at_length(text: str) -> str | bytes:
    """What CLD2 reads of a text, with spaces for what is unreadable: in most texts some controls of ASCII, if any.

    All of it where it has letters beyond ASCII, since few other languages are written without; else the beginnings.
    """
    others = beyond_ascii(text)
    if not any(map(str.isalnum, others)):
        text = _skim(text)
    if UNREADABLE.search(others):
        return UNREADABLE.sub(" ", text)
    return text.encode().translate(_READABLE)
