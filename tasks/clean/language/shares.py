"""The languages of a mixed document, with their shares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tasks.clean.language.cld2 import ask_cld2, read_at_length
from tasks.clean.language.detect import DEFAULT, UNDETERMINED, Language, Options, detect_languages
from tasks.clean.language.pieces import LEAST_LETTERS, cut_pieces, weigh_letters
from tasks.clean.language.tables import base_of, groups, our_code

ONE_LANGUAGE = 97
"""Percent of a text that CLD2 must give to its main language for the lines not to be looked at one by one."""

SURE_LINE = 0.6
"""Confidence from which a line is in another language than its text; below, names and quotations would count."""

MOST_PIECES = 400
"""So that a book costs no more than some hundred pages: its pieces grow with it."""


@dataclass(frozen=True, slots=True)
class Share:
    """A language of a text, and the share of the text's letters in lines of that language, with four decimals."""

    code: str
    share: float


def detect_shares(
    texts: Sequence[str], options: Options = DEFAULT, languages: Sequence[Language] | None = None
) -> list[list[Share]]:
    """Name the languages of each text with their shares of the letters, the largest first, equal ones by code.

    Each line gets its own language, long ones in pieces of a few sentences, short ones with the next. Lines that
    are no language count for none, so the shares of a text add up to at most 1. Where CLD2 finds one language in all of
    a text, that has the share 1 and no line is looked at. `languages` are the answers of `detect_languages`, where they
    are at hand. An empty list where no language was found.
    """
    known = detect_languages(texts, options) if languages is None else languages
    found: list[list[Share]] = [[] for _ in texts]
    pieces: list[str] = []
    owners: list[int] = []
    for row, (text, language) in enumerate(zip(texts, known, strict=True)):
        if language.code != UNDETERMINED and _is_one_language(text, language):
            found[row] = [Share(language.code, 1.0)]
        else:
            mixed = cut_pieces(text, max(LEAST_LETTERS, len(text) // MOST_PIECES))
            pieces += mixed
            owners += [row] * len(mixed)
    weights: dict[int, dict[str, float]] = {}
    for owner, piece, answer in zip(owners, pieces, detect_languages(pieces, options), strict=True):
        code = _settle(answer, known[owner].code)
        letters = weights.setdefault(owner, {})
        letters[code] = letters.get(code, 0.0) + weigh_letters(piece)
    for row, letters in weights.items():
        found[row] = _share_out(letters)
    return found


def _is_one_language(text: str, language: Language) -> bool:
    """Whether CLD2 gives all but all of a text to one language (or to look-alikes of it)."""
    found = language.whole if language.whole is not None else ask_cld2(read_at_length(text))
    alike = _alike()
    base = base_of(language.code)
    wanted = alike.get(base, base)
    same = 0
    for _, label, percent, _ in found:
        ours = our_code(label)
        same += percent if ours is not None and alike.get(ours, ours) == wanted else 0
    return same >= ONE_LANGUAGE


@cache
def _alike() -> dict[str, str]:
    """The group of each language that has look-alikes: within one, a line does not say enough."""
    return {code: name for name, codes in groups().items() for code in codes}


def _settle(answer: Language, main: str) -> str:
    """The language that a piece counts for: that of its text, unless it is surely in another one, or in none."""
    alike = _alike()
    if UNDETERMINED in (answer.code, main):
        return answer.code
    base, of_text = base_of(answer.code), base_of(main)
    if alike.get(base, base) == alike.get(of_text, of_text) or answer.confidence < SURE_LINE:
        return main
    return answer.code


def _share_out(letters: dict[str, float]) -> list[Share]:
    """Shares, rounded down so that they never add up to more than 1."""
    total = sum(letters.values())
    spoken = {code: count for code, count in letters.items() if code != UNDETERMINED and count >= LEAST_LETTERS}
    if not spoken:  # a text of a few letters
        spoken = {code: count for code, count in letters.items() if code != UNDETERMINED and count}
    shares = [Share(code, math.floor(count / total * 10_000) / 10_000) for code, count in spoken.items()]
    return sorted((one for one in shares if one.share > 0), key=lambda one: (-one.share, one.code))
