"""What kind of page a document is: a text, an offer or a list, told from what its lines are like on the whole.

What is main text depends on it. In an article, short lines between prices are boilerplate; on a page that sells, or
lists what a site has, they are all there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tasks.clean.segments.learned.case import Batch, Column, Whole
from tasks.clean.segments.learned.trees import Trees

KINDS = ("prose", "offer", "list")
"""Articles, documentation and threads; products and services; lists of products, articles or places."""

MEAN, HEAVY = "mean_", "heavy_"
"""What the name of a document's column begins with: the mean over its lines, and that over its words."""

HEAVIEST = 60
"""Words of one line that count."""


def document_columns(
    columns: Mapping[str, Column], names: Sequence[str], words: Whole, batch: Batch
) -> dict[str, Column]:
    """The means `names` of columns of lines, one value for each document that has lines."""
    sizes = np.array(batch.sizes, np.int64)
    starts = (np.cumsum(sizes) - sizes)[sizes > 0]
    means: dict[str, Column] = {}
    for sign, weights in ((MEAN, np.ones_like(words)), (HEAVY, np.minimum(words, HEAVIEST) + 1)):
        chosen = [name for name in names if name.startswith(sign)]
        if chosen and len(starts):
            table = np.stack([columns[name.removeprefix(sign)] for name in chosen]) * weights
            sums = np.add.reduceat(table, starts, axis=1) // np.add.reduceat(weights, starts)
            means |= zip(chosen, sums.astype(np.uint8), strict=True)
    return means


def kind_columns(trees: Trees, columns: Mapping[str, Column], words: Whole, batch: Batch) -> dict[str, Column]:
    """For each line how likely its document is of each of the `KINDS`, from 0 to 200."""
    likely = trees.evaluate(document_columns(columns, trees.names, words, batch))
    return spread_kinds(np.rint(likely * 200).astype(np.uint8), batch)


def spread_kinds(likely: Column, batch: Batch) -> dict[str, Column]:
    """The columns of lines from the chances of documents that have lines, shape (documents, kinds)."""
    sizes = np.array(batch.sizes, np.int64)
    by_line = np.repeat(likely, sizes[sizes > 0], axis=0)
    return {f"kind_{kind}": by_line[:, at] for at, kind in enumerate(KINDS)}
