"""The weights of a trained network in whole numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import NONE, Whole
from tasks.clean.segments.learned.network import EXACT, LEVELS, UNIT, Floats, Layer, Network
from tasks.clean.segments.learned.trees import SCALE
from tasks.clean.segments.training.fitting import BOILERPLATE, COMMENT, MAIN, Table
from tasks.clean.segments.training.passes import OFFSETS, REACH, Pass, Reader, Weights

FULL = 0.9995
"""The share of what a layer tells that must fit into `LEVELS`."""

_MEASURED = 40_000
"""Lines of the table, about."""


def to_whole_numbers(weights: Weights, reader: Reader, table: Table, sizes: Whole) -> Network:
    """The network in whole numbers, as fine as exact sums allow.

    How much of what a layer tells fits into `LEVELS` is measured on some lines of the table.
    """
    ends = np.cumsum(sizes)
    count = int(ends[np.searchsorted(ends, min(_MEASURED, ends[-1]))])
    bounds = np.repeat(ends - sizes, sizes)[:count], np.repeat(ends, sizes)[:count]
    values = np.arange(NONE + 1, dtype=np.float32)
    meanings = np.rint(
        np.clip((values - reader.means[:, None]) / reader.deviations[:, None], -REACH, REACH) * UNIT
    ).astype(np.int8)
    most = np.concatenate((np.abs(meanings.astype(np.float64)).max(1), np.full(len(reader.absent), UNIT)))
    passed = Pass(weights, reader.read(table.values[:count]), *bounds)
    # A standard deviation counts a little less than the power of two that it is taken for.
    told = UNIT.bit_length()
    first = (weights[0] * np.float32(2.0**told / UNIT), weights[1])
    answers = (part[..., [MAIN, COMMENT]] - part[..., [BOILERPLATE]] for part in weights[4:])
    layers: list[Layer] = []
    for (weight, bias), here in ((first, passed.alone), (weights[2:4], passed.heard), (answers, None)):
        tells = int(np.log2(SCALE if here is None else LEVELS / np.quantile(here, FULL)) // 1)
        limits = np.full(len(weight), float(LEVELS)) if layers else most
        fine = _fineness(weight, bias * 2.0**told, limits)
        layers.append(
            Layer(
                np.rint(weight * 2.0**fine).astype(np.float32),
                np.rint(bias * 2.0 ** (fine + told)).astype(np.float32),
                fine + told - tells,
            )
        )
        told = tells
    if layers[-1].shift < 0:
        raise ValueError("the log-odds of the network are coarser than those of the trees")
    return Network(tuple(table.names), meanings, reader.absent, np.array(OFFSETS), (layers[0], layers[1], layers[2]))


def _fineness(weight: Floats, bias: Floats, limits: npt.NDArray[np.float64]) -> int:
    """The bits behind the point that weights can have where no sum of them with inputs in the limits may be inexact."""
    for bits in range(14, -14, -1):
        sums = (np.abs(np.rint(weight * 2.0**bits)) * limits[:, None]).sum(0) + np.abs(np.rint(bias * 2.0**bits))
        if sums.max() < EXACT and np.rint(np.abs(weight).max() * 2.0**bits) < 1 << 15:
            return bits
    raise ValueError("the weights of a layer are too large for whole numbers")
