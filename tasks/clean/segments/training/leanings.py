"""Learn how words lean, and tell the trees so that they see of it what they will see of strangers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Case, Whole, running
from tasks.clean.segments.learned.leanings import (
    LARGEST,
    SLOTS,
    STEPS,
    Leanings,
    line_words,
    pack_leanings,
)
from tasks.clean.segments.training.fitting import COMMENT, MAIN

FEWEST_SITES = 8
"""Sites on which a word must stand: what fewer have is their own."""

PENALTY = 1e-5
"""What the square of a weight costs, where all lines weigh 1: of a tenth to ten times of it, strangers told least with
less and with more."""

ROUNDS = 50

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Said:
    """The words of many lines, as slots one after the other; `ends` says where those of each line end."""

    slots: Whole
    ends: Whole

    def counts(self) -> Whole:
        """How many words each line has."""
        return np.diff(self.ends, prepend=0)


def gather_words(cases: Sequence[Case]) -> Said:
    """The words of each line of some documents."""
    _, ends, slots = line_words(cases)
    return Said(slots, ends)


def join_said(parts: Sequence[Said]) -> Said:
    """The words of several parts one after the other."""
    passed = np.cumsum([0, *(len(part.slots) for part in parts)])
    ends = [part.ends + words for part, words in zip(parts, passed, strict=False)]
    return Said(np.concatenate([part.slots for part in parts]), np.concatenate(ends))


def learn_leanings(
    said: Said, labels: Whole, weights: npt.NDArray[np.float64], sites: Whole, rounds: int = ROUNDS
) -> Leanings:
    """Learn the weights of words from lines: their labels, what they count (0: nothing), and the sites they are of.

    A logistic regression on the words of a line, each as one over the root of how many known ones there are.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - a run does without it
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    count = len(said.ends)
    owner = np.repeat(np.arange(count), said.counts())
    taught = (weights > 0)[owner]
    pairs = np.unique(said.slots[taught] << 32 | sites[owner[taught]])
    known = np.flatnonzero(np.bincount(pairs >> 32, minlength=SLOTS) >= FEWEST_SITES)
    number = np.full(SLOTS, -1)
    number[known] = np.arange(len(known))
    kept = number[said.slots] >= 0
    owner, words = owner[kept], number[said.slots[kept]]
    sizes = np.bincount(owner, minlength=count)
    table = csr_matrix((1 / np.sqrt(sizes[owner]), (owner, words)), shape=(count, len(known)))
    rows = np.flatnonzero((weights > 0) & (sizes > 0))
    table, total = table[rows], weights[rows] / weights[rows].sum()
    wanted = total[:, None] * (labels[rows, None] == (MAIN, COMMENT))
    size = 2 * len(known)

    def lose(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        slopes = flat[:size].reshape(-1, 2)
        odds = table @ slopes + flat[size:]
        raised = np.exp(np.clip(odds, -30, 30))
        whole = 1 + raised.sum(axis=1)
        surplus = raised / whole[:, None] * total[:, None] - wanted
        loss = (total * np.log(whole)).sum() - (wanted * odds).sum() + PENALTY * (slopes**2).sum()
        slope = table.T @ surplus + 2 * PENALTY * slopes
        return float(loss), np.concatenate((slope.ravel(), surplus.sum(axis=0)))

    found = minimize(lose, np.zeros(size + 2), jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x
    steps = np.clip(np.rint(STEPS * found[:size].reshape(-1, 2)), -LARGEST, LARGEST).astype(np.int64)
    return pack_leanings(known, steps[:, 0], steps[:, 1])


def sum_words(said: Said, leanings: Leanings) -> Whole:
    """The packed sum of the words of each line."""
    sums = running(leanings.packed.take(said.slots))
    each: Whole = sums[said.ends] - sums[said.ends - said.counts()]
    return each
