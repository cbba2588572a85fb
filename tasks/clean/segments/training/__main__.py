"""Grow the trees of the line classifier, and train its networks.

    python -m tasks.clean.segments.training --pages PAGES --texts RENDERS... --hand FOLDER

needs what `uv pip install --group train` brings. `docs/segments.md` says what the files hold, and how to add
pages of one's own. With `--folds N` nothing is written: N of five parts are answered by trees that have not seen them,
those of the first draw alone and no network, each line by its likeliest label.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from tasks.clean.segments import learned
from tasks.clean.segments.learned.leanings import save_leanings
from tasks.clean.segments.learned.network import save_network
from tasks.clean.segments.learned.trees import average, save_trees
from tasks.clean.segments.training.examples import Example, read_examples
from tasks.clean.segments.training.fitting import Recipe, Table
from tasks.clean.segments.training.network import train
from tasks.clean.segments.training.stages import Forests, choose_columns, cross_validate, grow, lean
from tasks.clean.segments.training.tables import Lines, load, multiply, save, settle, tabulate

FIRST_DRAW = 7
"""The seed of the first draw of the examples; the others follow."""

DRAWS = 3
"""Of so many draws forests of offers and lists are grown, whose mean is taken: there are few such pages. A network is
trained on all of them."""

RECIPES = {
    "html": Recipe(seed=FIRST_DRAW),
    "text": Recipe(seed=FIRST_DRAW, trees=200, pace=0.16, lines=240_000, leanings=True, draws=DRAWS),
}
COLUMNS = 150
"""Columns that the forests may ask."""

_log = logging.getLogger("training")


def main() -> None:
    """Read, measure, grow, and write or score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, required=True, help="pages with their main text, JSONL")
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="renders of them with line labels, JSONL")
    parser.add_argument("--hand", type=Path, required=True, help="folder of documents labelled by hand")
    parser.add_argument("--kinds", nargs="*", default=["html", "text"], choices=["html", "text"])
    parser.add_argument("--workers", type=int, default=2, help="processes that read and measure")
    parser.add_argument("--folds", type=int, default=0, help="parts to cross-validate; 0 writes the trees instead")
    parser.add_argument("--cache", type=Path, help="folder in which measured lines are kept, and taken from")
    parser.add_argument("--out", type=Path, default=Path(learned.__file__).parent, help="folder of the trees")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    started = time.monotonic()

    def say(text: str) -> None:
        _log.info("%6.0f s  %s", time.monotonic() - started, text)

    @cache  # each draw is made of the same ones
    def read() -> list[Example]:
        return list(read_examples(options.pages, options.texts, options.hand, options.workers))

    for kind in options.kinds:
        recipe = RECIPES[kind]
        if options.folds:
            cross_validate(settle(_lines(options, kind, recipe.seed, read)), recipe, COLUMNS, options.folds, say)
            continue
        grown: list[Forests] = []
        tables: list[Table] = []
        sizes: list[list[int]] = []
        names: list[str] = []
        for draw in range(recipe.seed, recipe.seed + DRAWS):
            lines = settle(_lines(options, kind, draw, read))
            say(f"{kind}, draw {draw}: {len(lines.sizes)} examples, {len(lines.labels)} lines")
            everything = np.ones(len(lines.labels), np.bool_)
            if recipe.leanings:
                lines, leanings = lean(lines, everything)
                say(f"{kind}: leanings")
                # All forests read the table of the first draw: others, made of the same pages, are much the same.
                if not grown:
                    save_leanings(leanings, options.out / f"{kind}_words.npz")
            # All draws are told the same columns, so that a network can be trained on the lines of all.
            names = names or choose_columns(lines, everything, COLUMNS)
            forests, table = grow(lines, everything, names, replace(recipe, seed=draw), say)
            grown.append(forests)
            tables.append(table)
            sizes.append(lines.sizes)
        save_network(train(tables, sizes, recipe.seed, say), options.out / f"{kind}_network.npz")
        save_trees(grown[0].kinds, options.out / f"{kind}_kinds.npz")
        for part, draws in (("first", recipe.draws), ("second", recipe.draws), ("offers", DRAWS)):
            several = [getattr(forests, part) for forests in grown[:draws]]
            save_trees(average(several), options.out / f"{kind}_{part}.npz")


def _lines(options: argparse.Namespace, kind: str, draw: int, read: Callable[[], list[Example]]) -> Lines:
    kept = options.cache / f"lines_{kind}_{draw}.npz" if options.cache else None
    if kept is not None and kept.exists():
        return load(kept)
    examples = [example for example in read() if example.kind == kind]
    lines = tabulate(multiply(examples, draw), options.workers)
    if kept is not None:
        save(lines, kept)
    return lines


if __name__ == "__main__":
    main()
