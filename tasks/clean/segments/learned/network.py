"""A small convolutional network over the lines of a document: another kind of opinion beside the trees.

A tree asks one column after the other; the network weighs all columns of a line at once, and what it makes of the lines
around it. All its numbers are whole, and so small that sums of them are exact in single precision: the answer for a
line is the same in any batch and on any machine, in whatever order a matrix product adds up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from tasks.clean.segments.learned.case import NONE, Batch, Column, Whole
from tasks.clean.segments.learned.trees import SCALE, find_lead, pack, unpack

Floats = npt.NDArray[np.float32]

EXACT = 1 << 24
"""Whole numbers below this, and sums of them that stay below, are exact in single precision."""

LEVELS = 255
"""The greatest number that a layer tells the next."""

UNIT = 31
"""What a standard deviation of a column counts, and that there is no such thing."""

SURE = 2.5
"""Where the likeliest label is so far ahead of the next in the trees' log-odds, the network is not asked."""

_ABSENT = bytes(NONE) + bytes([UNIT])

_TOGETHER = 2048
"""Lines that go through the layers together: what they need stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights, shape (inputs, outputs), and biases, whole numbers; a sum is told over 2 to the power of `shift`."""

    weights: Floats
    biases: Floats
    shift: int

    def tell(self, inputs: Floats) -> Floats:
        """What the layer tells the next, whole numbers from 0 to `LEVELS`: the quotients, rounded down."""
        sums: Floats = inputs @ self.weights
        sums += self.biases
        sums *= np.float32(2.0**-self.shift)
        np.floor(sums, out=sums)
        return np.clip(sums, 0, LEVELS, out=sums)


@dataclass(frozen=True, slots=True)
class Network:
    """Three layers, the columns that the first reads, and the places of the lines that the second hears.

    `names` are the columns, `meanings`, shape (columns, 256), what each value of each counts, and `absent` the numbers
    of those of which it is told apart, behind all others, that there is no such thing. The first layer reads a line by
    itself, the second what that made of the lines at `offsets`, the third gives the log-odds of main text and of
    comment, both against boilerplate.
    """

    names: tuple[str, ...]
    meanings: npt.NDArray[np.int8]
    absent: Whole
    offsets: Whole
    layers: tuple[Layer, Layer, Layer]

    def add_up(self, columns: Mapping[str, Column], batch: Batch, rows: Whole) -> Whole:
        """The log-odds of main text and of comment for some lines of a batch, packed as those of `Trees` are."""
        with _pools().limit(limits=1, user_api="blas"):  # each core has a worker of its own
            return self._add_up(columns, batch, rows)

    def _add_up(self, columns: Mapping[str, Column], batch: Batch, rows: Whole) -> Whole:
        _, around, answering = self.layers
        alone = self._read_alone(columns)
        sums = np.zeros((len(rows), 2), np.int64)
        for start in range(0, len(rows), _TOGETHER):
            part = rows[start : start + _TOGETHER, None]
            places = part + self.offsets
            places[(places < batch.first[part]) | (places >= batch.last[part])] = len(batch)  # nothing is told there
            heard = around.tell(alone.take(places, axis=0).reshape(len(part), -1))
            said = heard @ answering.weights + answering.biases
            sums[start : start + len(part)] = said.astype(np.int64) >> answering.shift
        return pack(sums[:, 0], sums[:, 1])

    def _read_alone(self, columns: Mapping[str, Column]) -> Floats:
        """What the first layer tells of each line, and zeros below."""
        count = len(columns[self.names[0]])
        absent, meanings = self.absent.tolist(), [meaning.tobytes() for meaning in self.meanings]
        alone = np.zeros((count + 1, len(self.layers[0].biases)), np.float32)
        for start in range(0, count, _TOGETHER):
            told = [columns[name][start : start + _TOGETHER].tobytes() for name in self.names]
            told = [*map(bytes.translate, told, meanings), *(told[index].translate(_ABSENT) for index in absent)]
            inputs = np.frombuffer(b"".join(told), np.int8).reshape(len(told), -1).T.astype(np.float32)
            alone[start : start + len(inputs)] = self.layers[0].tell(inputs)
        return alone


@cache
def _pools() -> ThreadpoolController:
    return ThreadpoolController()


def heed_network(sums: Whole, network: Network, columns: Mapping[str, Column], batch: Batch, parts: int) -> Whole:
    """Mix into the packed log-odds of lines what the network says, where the trees that gave them are not sure.

    It counts one in so many `parts`.
    """
    asked = np.flatnonzero(find_lead(sums) < SURE * SCALE)
    if not len(asked):
        return sums
    said = unpack(network.add_up(columns, batch, asked))
    heeded = sums.copy()
    both = zip(unpack(sums[asked]), said, strict=True)
    heeded[asked] = pack(*(((parts - 1) * trees + other) // parts for trees, other in both))
    return heeded


def save_network(network: Network, path: Path) -> None:
    """Write a network; the same one gives the same bytes."""
    layers: dict[str, Any] = {
        f"{name}{number}": array
        for number, layer in enumerate(network.layers)
        for name, array in (
            ("weights", layer.weights.astype(np.int16)),
            ("biases", layer.biases.astype(np.int32)),
            ("shift", np.array(layer.shift, np.int16)),
        )
    }
    np.savez_compressed(
        path,
        names=np.array(" ".join(network.names)),
        meanings=network.meanings,
        absent=network.absent.astype(np.int16),
        offsets=network.offsets.astype(np.int16),
        **layers,
    )


@cache
def load_network(name: str) -> Network:
    """Read the network `name` from beside this module, once."""
    return read_network(Path(__file__).with_name(f"{name}.npz"))


def read_network(path: Path) -> Network:
    """Read what `save_network` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        first, second, third = (
            Layer(
                arrays[f"weights{number}"].astype(np.float32),
                arrays[f"biases{number}"].astype(np.float32),
                int(arrays[f"shift{number}"]),
            )
            for number in range(3)
        )
        return Network(
            tuple(str(arrays["names"]).split()),
            arrays["meanings"],
            arrays["absent"].astype(np.int64),
            arrays["offsets"].astype(np.int64),
            (first, second, third),
        )
