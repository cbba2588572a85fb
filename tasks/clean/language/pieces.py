"""Texts cut into pieces that are each in one language, as far as lines and sentences can tell."""

from __future__ import annotations

import re

LEAST_LETTERS = 20
"""Shorter lines go with the next one."""

LONGEST_PIECE = 320
"""In characters. Longer lines are cut at ends of sentences, or else at spaces: a paragraph can hold two languages."""

SENTENCE = re.compile(
    # To the end of a sentence, not too near. Its marks are counted: else a line of nothing but them takes hours.
    rf".{{80,{LONGEST_PIECE}}}?(?:[.!?。！？؟।…]{{1,64}}[\"'»”)]{{0,16}}(?:\s+|$)|$)"
    rf"|.{{1,{LONGEST_PIECE}}}(?:\s+|$)"  # else to the last space
    rf"|.{{1,{LONGEST_PIECE}}}",
    re.DOTALL,
)
CJK_WEIGHT = 2.5
"""A Chinese, Japanese or Korean letter says as much as two or three of an alphabet."""

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
LETTERS = re.compile(r"[^\W\d_]|[\u0900-\u0dff\u0e00-\u109f\u1780-\u17ff]")
"""Letters, and all that India and South East Asia write: their vowels are marks, which Python takes for no letters."""


def cut_pieces(text: str, least: int = LEAST_LETTERS) -> list[str]:
    """The lines of a text: short ones joined to the next, or at the end to the last; long ones cut at sentences."""
    pieces: list[str] = []
    waiting: list[str] = []
    letters = 0
    for line in text.splitlines(keepends=True):
        for part in SENTENCE.findall(line) if len(line) > LONGEST_PIECE else (line,):
            waiting.append(part)
            letters += count_letters(part)
            if letters >= least:
                pieces.append("".join(waiting))
                waiting, letters = [], 0
    rest = "".join(waiting)
    if rest.strip():
        pieces[-1:] = [pieces[-1] + rest] if pieces else [rest]
    return pieces


def count_letters(text: str) -> int:
    """How many letters a text has."""
    return len(LETTERS.findall(text))


def weigh_letters(text: str) -> float:
    """How many letters a text has, those of Chinese, Japanese and Korean at `CJK_WEIGHT`."""
    return count_letters(text) + (CJK_WEIGHT - 1) * (0 if text.isascii() else len(CJK.findall(text)))
