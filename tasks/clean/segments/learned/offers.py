"""A second opinion on offers and lists: of trees that were grown from such pages alone.

Far more pages are texts, and what is main text there hardly ever is here. Trees that see all pages learn the texts, and
are told only in the end that a page is none.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Column, Whole
from tasks.clean.segments.learned.trees import Trees, pack, unpack

TEXT, NO_TEXT = 0.25, 0.65
"""The chance that a document is an offer or a list up to which it is read as a text, and from which it is not."""

_EIGHTHS = 8

FROM, MOST = 0.5, 0.5
"""How little a document must be a text for the second opinion to count at all, and what it weighs at most."""


def tell_unlike_text(prose: Column) -> npt.NDArray[np.float64]:
    """For each line how little its document is a text, in eighths from 0 to 1: a few weights are enough."""
    chance = (200 - prose.astype(np.int64)) / 200
    return np.rint(np.clip((chance - TEXT) / (NO_TEXT - TEXT), 0.0, 1.0) * _EIGHTHS) / _EIGHTHS


def tell_offer_and_list(
    columns: Mapping[str, Column], unlike_text: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """For each line how much its document is an offer, the less the more it is a text, and how likely it is a list.

    Both are 0 where it is a text without a doubt.
    """
    return unlike_text * (columns["kind_offer"] / 200), np.where(unlike_text > 0, columns["kind_list"] / 200, 0.0)


def ask_again(sums: Whole, offers: Trees, columns: Mapping[str, Column], unlike_text: npt.NDArray[np.float64]) -> Whole:
    """Mix into the packed log-odds of lines what the trees of `offers` say, the more the less a document is a text."""
    asked = np.flatnonzero(unlike_text > FROM)
    if not len(asked):
        return sums
    said = offers.add_up({name: columns[name][asked] for name in offers.names})
    whole = 8 * _EIGHTHS
    share = np.rint((unlike_text[asked] - FROM) / (1 - FROM) * MOST * whole).astype(np.int64)
    both = zip(unpack(sums[asked]), unpack(said), strict=True)
    mixed = sums.copy()
    mixed[asked] = pack(*((one * (whole - share) + other * share) // whole for one, other in both))
    return mixed
