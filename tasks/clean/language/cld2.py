"""CLD2's opinion of each text, under our codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pycld2

from tasks.clean.language.tables import known_languages, our_code, positions


@dataclass(frozen=True, slots=True)
class Cld2Shares:
    """Texts by languages: the share of the text, in [0, 1], that CLD2 gives to each; and whether it trusts itself."""

    shares: npt.NDArray[np.float64]
    reliable: npt.NDArray[np.bool_]


def share_cld2(parts: Sequence[bytes]) -> Cld2Shares:
    """Ask CLD2 (Sites 2013) for its up to three languages of each text; none where it fails."""
    shares = np.zeros((len(parts), len(known_languages())))
    reliable = np.zeros(len(parts), np.bool_)
    column_of = {label: positions()[code] for _, label in pycld2.LANGUAGES if (code := our_code(label)) is not None}
    for row, part in enumerate(parts):
        try:
            reliable[row], _, found = pycld2.detect(part, isPlainText=True, bestEffort=True)
        except pycld2.error:  # characters it calls invalid: noncharacters, unassigned planes
            continue
        for _, label, percent, _ in found:
            column = column_of.get(label)
            if column is not None:
                shares[row, column] += percent / 100
    return Cld2Shares(shares, reliable)
