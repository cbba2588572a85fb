"""Simplified or Traditional: which characters a Chinese text uses."""

from __future__ import annotations

import re
from functools import cache


@cache
def _standards() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters that only GB 2312 (Simplified) has, and those that only Big5 (Traditional) has.

    The two national standards of 1980 and 1984 list the characters in everyday use in either form, so the difference of
    the two sets is the difference of the two forms, without a table of our own.
    """
    simplified = {bytes((a, b)).decode("gb2312", "ignore") for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF)}
    trail = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    traditional = {bytes((a, b)).decode("big5", "ignore") for a in range(0xA4, 0xFA) for b in trail}
    han = {chr(point) for point in range(0x4E00, 0xA000)}
    only_simplified, only_traditional = (simplified - traditional) & han, (traditional - simplified) & han
    # Big5's second level (from 0xC9) holds rare characters, some of them simplified forms of others
    common = {bytes((a, b)).decode("big5", "ignore") for a in range(0xA4, 0xC7) for b in trail}
    return _any_of(only_simplified), _any_of(only_traditional & common)


def _any_of(characters: set[str]) -> re.Pattern[str]:
    return re.compile("[" + "".join(sorted(characters)) + "]")


def name_chinese(text: str) -> str:
    """`zh-Hans` or `zh-Hant`, whichever the text has more characters of; `zh` where it has as many of both, or none."""
    simplified, traditional = _standards()
    hans, hant = len(simplified.findall(text)), len(traditional.findall(text))
    if hans == hant:
        return "zh"
    return "zh-Hans" if hans > hant else "zh-Hant"
