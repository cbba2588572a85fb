"""Train the network of `learned.network`, with numpy alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Whole
from tasks.clean.segments.learned.network import Floats, Network
from tasks.clean.segments.training.fitting import Table
from tasks.clean.segments.training.passes import Pass, Reader, Weights, draw_weights, read_columns, soften
from tasks.clean.segments.training.whole_numbers import to_whole_numbers

ROUNDS, DOCUMENTS, LONGEST = 14, 24, 600
"""How often each document is seen, how many at once, and how many lines of one."""

PACE, DECAY = 2e-3, 2e-5
"""Of learning, at the beginning: it goes down to nothing like a cosine; and how much of a weight fades at each step."""

TEACHERS = 4
"""So many networks teach the one that is kept."""

TAUGHT, TAUGHT_ROUNDS = 0.6, 18
"""What their answers count, the labels the rest; and how often it sees each document, of any draw."""

_MOMENTS = (0.9, 0.999)
_TOGETHER = 20_000


def train(tables: Sequence[Table], sizes: Sequence[Sequence[int]], seed: int, say: Callable[[str], None]) -> Network:
    """Train a network on several draws of the examples: those of each teach one (Hinton et al. 2015).

    The tables have the same columns; `sizes` says for each how many lines the documents have that it is made of, one
    behind the other.
    """
    reader = read_columns(tables[0].values)
    teachers: list[Weights] = []
    for number in range(TEACHERS):
        draw = number % len(tables)
        chance = np.random.default_rng(seed + number)
        teachers.append(_train_one(tables[draw], np.array(sizes[draw]), reader, chance, ROUNDS))
        say(f"network {number}")
    whole = Table(
        tables[0].names,
        np.concatenate([table.values for table in tables]),
        np.concatenate([table.labels for table in tables]),
        np.concatenate([table.weights for table in tables]),
    )
    all_sizes = np.concatenate([np.array(part) for part in sizes])
    taught = _answer(teachers, reader, whole.values, all_sizes)
    rounds = -(-TAUGHT_ROUNDS // len(tables))
    weights = _train_one(whole, all_sizes, reader, np.random.default_rng(seed - 1), rounds, taught)
    say("network, taught by all")
    return to_whole_numbers(weights, reader, tables[0], np.array(sizes[0]))


def _answer(teachers: Sequence[Weights], reader: Reader, values: npt.NDArray[np.uint8], sizes: Whole) -> Floats:
    """How likely each label is of each line, going by the mean of the log-odds of several networks."""
    answers = np.zeros((len(values), 3), np.float32)
    ends = np.cumsum(sizes)
    first, last = np.repeat(ends - sizes, sizes), np.repeat(ends, sizes)
    start = 0
    while start < len(values):
        end = int(ends[np.searchsorted(ends, min(start + _TOGETHER, len(values)))])  # whole documents
        inputs = reader.read(values[start:end])
        passes = [Pass(weights, inputs, first[start:end] - start, last[start:end] - start) for weights in teachers]
        answers[start:end] = soften(sum(each.answers for each in passes) / np.float32(len(teachers)))
        start = end
    return answers


def _train_one(
    table: Table,
    sizes: Whole,
    reader: Reader,
    chance: np.random.Generator,
    rounds: int,
    taught: Floats | None = None,
) -> Weights:
    """Weights and biases of the three layers, by Adam (Kingma and Ba 2015) with dropout (Srivastava et al. 2014).

    Where it is `taught` how likely each label is of each line, it learns from that and from the labels.
    """
    weights = draw_weights(len(reader.means) + len(reader.absent), chance)
    moments = [[np.zeros_like(weight) for weight in weights] for _ in _MOMENTS]
    usual = table.weights[table.weights > 0].mean()
    steps = rounds * (np.count_nonzero(sizes) // DOCUMENTS)
    for step, (rows, first, last) in enumerate(_draw_documents(sizes, chance, rounds), 1):
        known = np.where(table.labels[rows] >= 0, table.weights[rows] / usual, 0.0)
        passed = Pass(weights, reader.read(table.values[rows]), first, last, chance)
        errors = soften(passed.answers)
        errors[np.arange(len(rows)), np.maximum(table.labels[rows], 0)] -= 1 if taught is None else 1 - TAUGHT
        if taught is not None:
            errors -= TAUGHT * taught[rows]
        gradients = passed.back(weights, errors * (known / len(rows))[:, None].astype(np.float32))
        pace = PACE * 0.5 * (1 + np.cos(np.pi * step / steps))
        for number, gradient in enumerate(gradients):
            slope = gradient + DECAY * weights[number] if gradient.ndim > 1 else gradient
            for moment, rate, part in zip(moments, _MOMENTS, (slope, slope * slope), strict=True):
                moment[number] += (1 - rate) * (part - moment[number])
            mean, square = (moment[number] / (1 - rate**step) for moment, rate in zip(moments, _MOMENTS, strict=True))
            weights[number] -= pace * mean / (np.sqrt(square) + 1e-8)
    return weights


def _draw_documents(sizes: Whole, chance: np.random.Generator, rounds: int) -> Iterator[tuple[Whole, Whole, Whole]]:
    """The lines of some documents at a time, in a new order each round, and where their documents begin and end."""
    starts = np.cumsum(sizes) - sizes
    for _ in range(rounds):
        order = chance.permutation(np.flatnonzero(sizes))
        for batch in range(len(order) // DOCUMENTS):
            chosen = order[batch * DOCUMENTS : (batch + 1) * DOCUMENTS]
            lengths = np.minimum(sizes[chosen], LONGEST)
            begins = starts[chosen] + chance.integers(0, sizes[chosen] - lengths + 1)
            ends = np.cumsum(lengths)
            rows = np.arange(ends[-1]) + np.repeat(begins - (ends - lengths), lengths)
            yield rows, np.repeat(ends - lengths, lengths), np.repeat(ends, lengths)
