"""Grow the small forest that tells what kind of page a document is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Column, lay_side_by_side
from tasks.clean.segments.learned.kinds import HEAVY, MEAN, document_columns
from tasks.clean.segments.learned.trees import Trees
from tasks.clean.segments.training.fitting import Recipe, Table, fit
from tasks.clean.segments.training.tables import FOLDS, Lines

RECIPE = Recipe(trees=90, pace=0.1, columns=0.3, seed=5, depth=4)
ASKED = 40
"""Columns that the forest may ask: each costs a sum over all lines."""


def grow_kinds(lines: Lines, among: npt.NDArray[np.bool_]) -> tuple[Trees, Column]:
    """The forest grown from the documents of the lines `among`, and the chances of all, shape (documents, kinds).

    What the line classifier learns from must be what it will see of strangers: each part of the documents is answered
    by a forest that has not seen it.
    """
    batch = lay_side_by_side(lines.sizes)
    first = np.cumsum(lines.sizes) - lines.sizes
    by_name = dict(zip(lines.names, np.ascontiguousarray(lines.values.T), strict=True))
    every = [sign + name for sign in (MEAN, HEAVY) for name in lines.names]
    means = document_columns(by_name, every, lines.words, batch)
    known = (among[first] & (lines.kinds[first] >= 0)).astype(np.float64)
    table = Table(every, np.stack([means[name] for name in every], axis=1), lines.kinds[first], known)
    _, use = fit(table, RECIPE)
    asked = sorted(np.argsort(-use, kind="stable")[:ASKED])
    names = [every[at] for at in asked]
    table = Table(names, np.ascontiguousarray(table.values[:, asked]), table.labels, known)
    trees, _ = fit(table, RECIPE)
    likely = trees.evaluate(means)
    for fold in range(FOLDS):
        strange = lines.folds[first] == fold
        if (strange & among[first]).any():
            others, _ = fit(replace(table, weights=np.where(strange, 0.0, known)), RECIPE)
            likely[strange] = others.evaluate({name: means[name][strange] for name in names})
    return trees, np.rint(likely * 200).astype(np.uint8)
