"""How words lean: what the words of a line say for main text and for comments.

The rules know phrases, and the trees shapes; neither tells that "shipping" stands in other places than "yesterday".
Words are known by their hashes. One that is not among those that were learned, as most of another language are not,
says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tasks.clean.segments.features import COUNTS
from tasks.clean.segments.learned.case import NONE, Batch, Case, Column, Whole, beside, ratio, running

SLOTS = 1 << 18
"""Hashes of words that are told apart: of sixteen words that were not learned, one is taken for one that was."""

STEPS = 16
"""Steps of a weight's whole number in one unit of log-odds."""

LARGEST = 127
"""The greatest number of steps, either way."""

MIDDLE = 127
"""What a column says where nothing is known."""

OFFSETS = (-2, -1, 1, 2)
"""Neighbours whose leanings are told too."""

_FIELD = 20
_MASK = (1 << _FIELD) - 1
_ROOTS = np.rint(3 * (1 << 16) / np.sqrt(np.maximum(1, np.arange(1 << 12)))).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Leanings:
    """The weights of words by the slots of their hashes, packed: see `pack_leanings`."""

    packed: Whole


def pack_leanings(slots: Whole, main: Whole, comment: Whole) -> Leanings:
    """The weights of the words in some slots, in steps, as one whole number each, of which sums can be made.

    Its fields count the words that are known, and hold their weights for comments and for main text, from 1 up.
    """
    packed = np.zeros(SLOTS, np.int64)
    packed[slots] = 1 | (comment + LARGEST + 1) << _FIELD | (main + LARGEST + 1) << 2 * _FIELD
    return Leanings(packed)


@cache
def load_leanings(name: str) -> Leanings:
    """Read the table `name` from beside this module, once."""
    with np.load(Path(__file__).with_name(f"{name}.npz"), allow_pickle=False) as arrays:
        return pack_leanings(*(arrays[part].astype(np.int64) for part in ("slots", "main", "comment")))


def save_leanings(leanings: Leanings, path: Path) -> None:
    """Write a table; the same table gives the same bytes."""
    slots = np.flatnonzero(leanings.packed)
    packed = leanings.packed[slots]
    main, comment = ((packed >> shift & _MASK) - LARGEST - 1 for shift in (2 * _FIELD, _FIELD))
    np.savez_compressed(path, slots=slots.astype(np.int32), main=main.astype(np.int8), comment=comment.astype(np.int8))


def leaning_columns(cases: Sequence[Case], batch: Batch) -> dict[str, Column]:
    """For each line of plain text and its neighbours how its words lean; markup says more, where there is some."""
    counts, ends, slots = line_words(cases)
    sums = running(load_leanings("text_words").packed.take(slots))
    return said_columns(sums[ends] - sums[ends - counts], counts, batch)


def line_words(cases: Sequence[Case]) -> tuple[Whole, Whole, Whole]:
    """How many words each line has, where they end among those of all lines, and the slots of these."""
    counts = np.concatenate([case.features.counts[:, COUNTS.index("tokens")] for case in cases])
    keys = np.concatenate([case.features.words.keys for case in cases])
    return counts, np.cumsum(counts), (keys & np.uint64(SLOTS - 1)).astype(np.int64)


def said_columns(sums: Whole, counts: Whole, batch: Batch) -> dict[str, Column]:
    """The columns of words from the sums of each line and the numbers of its words."""
    leanings = _columns("said_main", sums, 2 * _FIELD, batch) | _columns("said_comment", sums, _FIELD, batch)
    return {"said_known": ratio(sums & _MASK, counts)} | leanings


def _columns(name: str, sums: Whole, shift: int, batch: Batch) -> dict[str, Column]:
    """One leaning, the field of the sums at `shift`, of each line and of its neighbours."""
    known = sums & _MASK
    weight = (sums >> shift & _MASK) - (LARGEST + 1) * known
    # The sum over the root of how many there are, in halves of three steps: words do not add up as strangers do.
    leaning = MIDDLE + (weight * _ROOTS[np.minimum(known, len(_ROOTS) - 1)] >> 17)
    column = np.clip(leaning, 0, NONE - 1).astype(np.uint8)
    return {name: column} | {f"{name}{offset:+d}": beside(column, offset, batch) for offset in OFFSETS}
