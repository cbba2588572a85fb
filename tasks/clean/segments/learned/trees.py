"""Boosted oblivious trees over columns of whole numbers, evaluated for many lines at once.

In an oblivious tree all nodes of one depth ask the same question, so a tree is six comparisons, and a look-up for it
and the next tree together. All sums are of whole numbers: the answer for a line is the same in any batch and on any
machine. Of a forest that is the mean of several, the first one answers alone for the lines of which it is sure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Column, Whole

SCALE = 1024
"""Steps of the leaves' whole numbers in one unit of log-odds."""

_LEAVES = 1 << 17
"""Leaves that are looked up together, of all trees for some lines: what they need stays in the processor's cache."""

DOUBT = 2.5
"""Where the likeliest label is less than this ahead of the next in the first forest's log-odds, the others are asked.

They say the same of the lines beyond: of 10,000 the mean calls not one otherwise, and chances move by .01.
"""

_STEPS = 64
FURTHEST = 10


@dataclass(frozen=True, slots=True)
class Trees:
    """A forest: names of the columns it reads, for each tree and depth a column and the greatest value that goes left.

    `leaves`, shape (trees * leaves of a tree,), packs two whole numbers into one: the log-odds of main text and of
    comment, both against boilerplate, in steps of 1 / `SCALE`. `draws` forests of as many trees each stand one behind
    the other where this is the mean of several.
    """

    names: tuple[str, ...]
    columns: npt.NDArray[np.int64]
    borders: npt.NDArray[np.uint8]
    leaves: Whole
    draws: int = 1
    _of_pairs: Whole = field(init=False, repr=False, compare=False)
    """The sums of each leaf of a tree and each of the next one: half as many look-ups, in a table of 32 kB each."""

    def __post_init__(self) -> None:
        trees, depth = self.columns.shape
        leaves = self.leaves.reshape(self.draws, trees // self.draws, 1 << depth)
        if leaves.shape[1] % 2:
            leaves = np.pad(leaves, ((0, 0), (0, 1), (0, 0)))
        sums = leaves[:, 1::2, :, None] + leaves[:, 0::2, None, :]
        object.__setattr__(self, "_of_pairs", sums.reshape(self.draws, -1))

    def evaluate(self, columns: Mapping[str, Column]) -> npt.NDArray[np.float64]:
        """The probabilities of main, boilerplate and comment for each line: shape (lines, 3), rows sum to 1."""
        return to_probabilities(self.add_up(columns))

    def add_up(self, columns: Mapping[str, Column]) -> Whole:
        """The log-odds of main text and of comment for each line, packed as `leaves` has them."""
        table = np.stack([columns[name] for name in self.names])
        first = self._ask(0, table)
        sums = first * self.draws
        if self.draws > 1:
            doubted = np.flatnonzero(find_lead(sums) < DOUBT * SCALE)
            rest = table[:, doubted]
            sums[doubted] = first[doubted] + sum(self._ask(draw, rest) for draw in range(1, self.draws))
        return sums

    def _ask(self, draw: int, table: npt.NDArray[np.uint8]) -> Whole:
        """What the trees of one draw add up to for each line."""
        trees = len(self.columns) // self.draws
        columns, borders = (array[draw * trees : (draw + 1) * trees] for array in (self.columns, self.borders))
        of_pairs, depth = self._of_pairs[draw], columns.shape[1]
        count = table.shape[1]
        sums = np.zeros(count, np.int64)
        first_leaf = (np.arange((trees + 1) // 2) << 2 * depth)[:, None]
        chunk = max(1, _LEAVES // trees)
        for start in range(0, count, chunk):
            part = np.ascontiguousarray(table[:, start : start + chunk])
            # The number of a leaf is built from its highest bit down, in place: shifting each takes four times as long.
            leaf = np.zeros((trees, part.shape[1]), np.uint8)
            for level in reversed(range(depth)):
                leaf += leaf
                leaf += (part[columns[:, level]] > borders[:, level, None]).view(np.uint8)
            place = first_leaf + leaf[0::2]
            place[: trees // 2] += leaf[1::2].astype(np.uint16) << depth
            sums[start : start + chunk] = np.add.reduce(of_pairs.take(place), axis=0)
        return sums


def find_lead(sums: Whole) -> Whole:
    """How far the likeliest label of each line is ahead of the next, in steps of log-odds."""
    main, comment = unpack(sums)
    best, least = (choose(choose(main, comment), 0) for choose in (np.maximum, np.minimum))
    return 2 * best + least - main - comment


def pack(main: Whole, comment: Whole) -> Whole:
    """Put two whole numbers of 32 bits with their signs into one, so that sums of both are made at once."""
    return (main << 32) + comment


@cache
def _exponentials() -> npt.NDArray[np.float64]:
    reach = _STEPS * FURTHEST
    return np.array([math.exp(step / _STEPS) for step in range(-reach, reach + 1)])


def to_probabilities(sums: Whole) -> npt.NDArray[np.float64]:
    """From packed log-odds to probabilities as `evaluate` gives them, through a table: exact on every machine."""
    reach = _STEPS * FURTHEST
    odds = [_exponentials()[np.clip(scores // (SCALE // _STEPS), -reach, reach) + reach] for scores in unpack(sums)]
    total = 1.0 + odds[0] + odds[1]
    return np.stack((odds[0] / total, 1.0 / total, odds[1] / total), axis=1)


def unpack(sums: Whole) -> tuple[Whole, Whole]:
    """Take apart what `pack` put together, or a sum of such numbers."""
    comment = ((sums & 0xFFFFFFFF) ^ 0x80000000) - 0x80000000
    return (sums - comment) >> 32, comment


def average(forests: Sequence[Trees]) -> Trees:
    """The forest whose log-odds are the mean of those of several with as many trees, but for the rounding of leaves."""
    names = list(dict.fromkeys(name for forest in forests for name in forest.names))
    place = {name: index for index, name in enumerate(names)}
    leaves = np.concatenate([forest.leaves for forest in forests])
    return Trees(
        tuple(names),
        np.concatenate([np.array([place[name] for name in forest.names])[forest.columns] for forest in forests]),
        np.concatenate([forest.borders for forest in forests]),
        pack(*(np.rint(part / len(forests)).astype(np.int64) for part in unpack(leaves))),
        len(forests),
    )


def save_trees(trees: Trees, path: Path) -> None:
    """Write a forest; the same forest gives the same bytes."""
    main, comment = unpack(trees.leaves)
    np.savez_compressed(
        path,
        names=np.array(" ".join(trees.names)),
        draws=np.array(trees.draws, np.int16),
        columns=trees.columns.astype(np.int16),
        borders=trees.borders,
        main=main.astype(np.int16),
        comment=comment.astype(np.int16),
    )


@cache
def load_trees(name: str) -> Trees:
    """Read the forest `name` from beside this module, once."""
    return read_trees(Path(__file__).with_name(f"{name}.npz"))


def read_trees(path: Path) -> Trees:
    """Read what `save_trees` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return Trees(
            tuple(str(arrays["names"]).split()),
            arrays["columns"].astype(np.int64),
            arrays["borders"],
            pack(arrays["main"].astype(np.int64), arrays["comment"].astype(np.int64)),
            int(arrays["draws"]),
        )
