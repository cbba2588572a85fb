"""Fit boosted oblivious trees to a table of lines, and pack them for `learned.trees`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.trees import SCALE, Trees, pack

DEPTH = 6
THREADS = 2

MAIN, BOILERPLATE, COMMENT = range(3)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a forest is grown.

    Its trees, the pace of learning, how many lines at most it sees, the share of columns that each tree may ask, a
    seed for all that is drawn, how many questions a tree asks, at most `DEPTH`, whether it is told how words lean, and
    of how many draws of the examples the mean of forests of all kinds of documents is taken.
    """

    trees: int = 160
    pace: float = 0.2
    lines: int = 160_000
    columns: float = 0.35
    seed: int = 0
    depth: int = DEPTH
    leanings: bool = False
    draws: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Lines to learn from: columns by name, shape (lines, columns), labels (-1: unknown) and weights."""

    names: Sequence[str]
    values: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]


def draw(
    weights: npt.NDArray[np.float64], count: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Draw about so many lines, the heavier the likelier, and give the weights that make up for it."""
    if (weights > 0).sum() <= count:
        rows = np.flatnonzero(weights > 0)
        return rows, weights[rows]
    chances = np.minimum(1.0, weights / weights.mean())
    for _ in range(20):
        chances = np.minimum(1.0, chances * count / chances.sum())
    rows = np.flatnonzero(np.random.default_rng(seed).random(len(weights)) < chances)
    return rows, weights[rows] / chances[rows]


def fit(table: Table, recipe: Recipe) -> tuple[Trees, npt.NDArray[np.float64]]:
    """Grow a forest; with it comes how much each column of the table was of use."""
    from catboost import CatBoostClassifier, Pool  # noqa: PLC0415 - a run does without it

    known = np.where(table.labels >= 0, table.weights, 0.0)
    rows, weights = draw(known, recipe.lines, recipe.seed)
    model = CatBoostClassifier(
        loss_function="MultiClass",
        classes_count=3,
        depth=recipe.depth,
        iterations=recipe.trees,
        learning_rate=recipe.pace,
        border_count=64,
        rsm=recipe.columns,
        bootstrap_type="Bernoulli",
        subsample=0.7,
        sampling_frequency="PerTree",
        boosting_type="Plain",
        leaf_estimation_iterations=1,
        l2_leaf_reg=5.0,
        thread_count=THREADS,
        random_seed=recipe.seed,
        allow_writing_files=False,
        verbose=False,
    )
    model.fit(Pool(table.values[rows].astype(np.float32), table.labels[rows], weight=weights))
    return pack_model(model, table.names), np.asarray(model.get_feature_importance())


def pack_model(model: Any, names: Sequence[str]) -> Trees:
    """Take the trees out of a model; only the columns that they ask stay."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        model.save_model(str(path), format="json")
        content = json.loads(path.read_text(encoding="utf-8"))
    trees = content["oblivious_trees"]
    asked = sorted({split["float_feature_index"] for tree in trees for split in tree["splits"] or ()})
    place = {column: index for index, column in enumerate(asked)}
    columns = np.zeros((len(trees), DEPTH), np.int64)
    borders = np.full((len(trees), DEPTH), 255, np.uint8)
    leaves = np.zeros((len(trees), 1 << DEPTH, 3))
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):  # a tree that no question helps
            columns[number, level] = place[split["float_feature_index"]]
            borders[number, level] = int(np.floor(split["border"]))
        values = np.array(tree["leaf_values"]).reshape(-1, 3)
        leaves[number, : len(values)] = values
    scale, bias = content["scale_and_bias"]
    leaves *= scale
    leaves[0] += np.array(bias)
    odds = np.rint((leaves - leaves[:, :, BOILERPLATE, None]) * SCALE).astype(np.int64)
    packed = pack(odds[:, :, MAIN].ravel(), odds[:, :, COMMENT].ravel())
    return Trees(tuple(names[column] for column in asked), columns, borders, packed)
