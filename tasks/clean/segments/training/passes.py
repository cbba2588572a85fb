"""What a network makes of lines in training, forwards and backwards, in numbers that need not be whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import NONE, Whole
from tasks.clean.segments.learned.network import Floats

WIDTHS = (48, 64)
"""Numbers that the first layer tells of a line, and the second."""

OFFSETS = (-8, -5, -3, -2, -1, 0, 1, 2, 3, 5, 8)
"""The lines around one that the second layer hears."""

UNHEARD, SILENT = 0.1, 0.25
"""The shares of columns, and of what the layers tell, that are left out at random, so that none is relied on."""

REACH = 4.0
"""So many standard deviations from its mean a column counts at most."""

Weights = list[Floats]


@dataclass(frozen=True, slots=True)
class Reader:
    """What a network is told of a line: each column from its mean in standard deviations, and what it does not have."""

    means: Floats
    deviations: Floats
    absent: Whole

    def read(self, values: npt.NDArray[np.uint8]) -> Floats:
        """The inputs of the first layer for some lines."""
        told = np.clip((values.astype(np.float32) - self.means) / self.deviations, -REACH, REACH)
        return np.concatenate((told, (values[:, self.absent] == NONE).astype(np.float32)), axis=1)


def read_columns(values: npt.NDArray[np.uint8]) -> Reader:
    """How the columns of a table are told."""
    some = values[::5].astype(np.float32)
    missing = (some == NONE).mean(0)
    return Reader(some.mean(0), some.std(0) + 1e-3, np.flatnonzero((missing > 0.01) & (missing < 0.99)))


def draw_weights(inputs: int, chance: np.random.Generator) -> Weights:
    """Weights and biases to begin with, of a network that is told so many numbers of a line (He et al. 2015)."""
    weights: Weights = []
    for above, here in ((inputs, WIDTHS[0]), (len(OFFSETS) * WIDTHS[0], WIDTHS[1]), (WIDTHS[1], 3)):
        weights.append(chance.normal(0, np.sqrt(2 / above), (above, here)).astype(np.float32))
        weights.append(np.zeros(here, np.float32))
    return weights


class Pass:
    """Some lines on their way through the layers, and the way back of the errors."""

    def __init__(
        self, weights: Weights, inputs: Floats, first: Whole, last: Whole, chance: np.random.Generator | None = None
    ) -> None:
        def keep(shape: tuple[int, ...], lost: float) -> Floats:
            if chance is None:
                return np.ones((1, 1), np.float32)
            return np.asarray((chance.random(shape, np.float32) > lost) / np.float32(1 - lost), np.float32)

        self.inputs = inputs * keep(inputs.shape, UNHEARD)
        self.alone = np.maximum(self.inputs @ weights[0] + weights[1], 0)
        self.alone_kept = keep(self.alone.shape, SILENT)
        told = self.alone * self.alone_kept
        self.places = np.arange(len(inputs))[:, None] + np.array(OFFSETS)
        self.places[(self.places < first[:, None]) | (self.places >= last[:, None])] = len(inputs)
        self.around = np.concatenate((told, np.zeros_like(told[:1])))[self.places].reshape(len(inputs), -1)
        self.heard = np.maximum(self.around @ weights[2] + weights[3], 0)
        self.heard_kept = keep(self.heard.shape, SILENT)
        self.answers = (self.heard * self.heard_kept) @ weights[4] + weights[5]

    def back(self, weights: Weights, errors: Floats) -> Weights:
        """The gradients of weights and biases, from those of the answers."""
        heard = errors @ weights[4].T * self.heard_kept * (self.heard > 0)
        around = (heard @ weights[2].T).reshape(len(errors), len(OFFSETS), -1)
        alone = np.zeros_like(self.alone)
        for number in range(len(OFFSETS)):
            here = self.places[:, number]
            inside = here < len(errors)
            alone[here[inside]] += around[inside, number]
        alone *= self.alone_kept * (self.alone > 0)
        return [
            self.inputs.T @ alone,
            alone.sum(0),
            self.around.T @ heard,
            heard.sum(0),
            (self.heard * self.heard_kept).T @ errors,
            errors.sum(0),
        ]


def soften(answers: Floats) -> Floats:
    """Log-odds as probabilities."""
    likely = np.exp(answers - answers.max(1, keepdims=True))
    shares: Floats = likely / likely.sum(1, keepdims=True)
    return shares
