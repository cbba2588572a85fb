"""What each UTF-16 code unit is: flags that are told for a whole batch of texts at once."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

from tasks.clean.language.tables import BMP, script_of_unit

LETTER, ASCII_LETTER, OTHER_LETTER, DIGIT, CODE, SPACE, UPPER, LOWER = (1 << bit for bit in range(8))
MARK = 1 << 8
PUNCTUATION = 1 << 9
JOINT = 1 << 10
"""Flags of a code unit. `JOINT` is set by context: a dot or bracket between letters, as in `os.path`."""


@cache
def unit_flags() -> npt.NDArray[np.uint16]:
    """The flags of each UTF-16 code unit."""
    flags = np.zeros(BMP, np.uint16)
    for unit in range(BMP):
        category = unicodedata.category(chr(unit))
        if category in {"Lu", "Ll", "Lt", "Lo"}:
            flags[unit] = LETTER | (ASCII_LETTER if unit < 128 else OTHER_LETTER)
            flags[unit] |= {"Lu": UPPER, "Ll": LOWER}.get(category, 0)
        elif category in {"Nd", "Nl", "No"}:
            flags[unit] = DIGIT
        elif category in {"Zs", "Zl", "Zp", "Cc"}:
            flags[unit] = SPACE
        elif category in {"Mn", "Mc", "Me", "Lm", "Cf", "Co", "Cs", "So"}:
            flags[unit] = MARK  # also emoji, and the private use area, where old fonts have accents
        elif category[0] == "P":
            flags[unit] = PUNCTUATION
    for sign in "_=\\{}<>@#$^+|~%[]`":
        flags[ord(sign)] |= CODE
    flags[script_of_unit() > 0] |= LETTER
    return flags
