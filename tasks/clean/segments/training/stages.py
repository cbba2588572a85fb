"""Grow the two forests of one kind of document, and say how well they do on sites that they have not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import lay_side_by_side
from tasks.clean.segments.learned.kinds import KINDS, kind_columns, spread_kinds
from tasks.clean.segments.learned.leanings import Leanings, said_columns
from tasks.clean.segments.learned.offers import ask_again, tell_unlike_text
from tasks.clean.segments.learned.stacking import stacked_columns
from tasks.clean.segments.learned.trees import Trees, to_probabilities
from tasks.clean.segments.training.fitting import Recipe, Table, fit
from tasks.clean.segments.training.kinds import grow_kinds
from tasks.clean.segments.training.leanings import learn_leanings, sum_words
from tasks.clean.segments.training.tables import FOLDS, Lines

CHOOSING = Recipe(trees=60, pace=0.35, lines=60_000, columns=0.3, seed=9)
"""The small forest by which the columns worth measuring are chosen."""

STRANGE = 0.3
"""The share of plain texts whose words say nothing, as in a language that hardly any example is in."""

_SEEDS = 10
"""So far apart lie the seeds of two draws: each needs five."""

Flags = npt.NDArray[np.bool_]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Forests:
    """The forest that tells kinds of documents, the first and the second of lines, and that of offers and lists."""

    kinds: Trees
    first: Trees
    second: Trees
    offers: Trees


def lean(lines: Lines, among: Flags) -> tuple[Lines, Leanings]:
    """Add how words lean, and give the table that says so, learned from the lines `among`.

    What the trees learn from must be what they will see of strangers: each part is told by a table of the others.
    """
    weights = np.where(among & (lines.labels >= 0), lines.weights, 0.0)
    leanings = learn_leanings(lines.said, lines.labels, weights, lines.sites)
    sums = sum_words(lines.said, leanings)
    for fold in range(FOLDS):
        here = lines.folds == fold
        if (here & among).any():
            others = learn_leanings(lines.said, lines.labels, np.where(here, 0.0, weights), lines.sites)
            sums[here] = sum_words(lines.said, others)[here]
    strange = np.random.default_rng(4).random(len(lines.sizes)) < STRANGE
    sums[strange[lines.documents] & among] = 0
    columns = said_columns(sums, lines.said.counts(), lay_side_by_side(lines.sizes))
    values = np.concatenate([lines.values, np.stack(list(columns.values()), axis=1)], axis=1)
    return replace(lines, names=[*lines.names, *columns], values=values), leanings


def choose_columns(lines: Lines, among: Flags, count: int) -> list[str]:
    """The columns that a small forest asked most."""
    _, use = fit(Table(lines.names, lines.values, lines.labels, np.where(among, lines.weights, 0.0)), CHOOSING)
    return [lines.names[column] for column in sorted(np.argsort(-use, kind="stable")[:count])]


def grow(lines: Lines, among: Flags, names: list[str], recipe: Recipe, say: Say) -> tuple[Forests, Table]:
    """Grow the forests from the lines `among`; what is drawn for them goes by the seed of the recipe.

    With them comes the table that the second learned from.

    The second must see of the first what it will see of strangers, so two forests of half of the sites each answer
    for the other half. That of offers and lists sees what the second does.
    """
    kinds, likely = grow_kinds(lines, among)
    told = spread_kinds(likely, lay_side_by_side(lines.sizes))
    say("kinds")
    columns = [lines.names.index(name) for name in names]
    values = np.concatenate([lines.values[:, columns], np.stack(list(told.values()), axis=1)], axis=1)
    names = [*names, *told]
    weights = np.where(among, lines.weights, 0.0)
    answers = np.zeros((len(lines.labels), 3))
    half = _half(lines, among, recipe.seed)
    seeds = range(_SEEDS * recipe.seed, _SEEDS * (recipe.seed + 1))
    for seed, part in ((seeds[1], half), (seeds[2], ~half)):
        trees, _ = fit(
            Table(names, values, lines.labels, np.where(part, weights, 0.0)),
            replace(recipe, seed=seed, lines=recipe.lines // 2, trees=2 * recipe.trees // 3),
        )
        answers[~part] = trees.evaluate(_columns(names, values[~part]))
        say(f"half {seed}")
    first, _ = fit(Table(names, values, lines.labels, weights), replace(recipe, seed=seeds[0]))
    say("first")
    # Strangers, in cross-validation, are answered by the forest that they will meet.
    answers[~among] = first.evaluate(_columns(names, values[~among]))
    stacked = stacked_columns(answers, lines.words, lay_side_by_side(lines.sizes))
    table = np.concatenate([values, np.stack(list(stacked.values()), axis=1)], axis=1)
    names = [*names, *stacked]
    whole = Table(names, table, lines.labels, weights)
    second, use = fit(whole, replace(recipe, seed=seeds[3]))
    say("second, asked most: " + " ".join(names[at] for at in np.argsort(-use)[:12]))
    odd = np.where(lines.kinds > KINDS.index("prose"), weights, 0.0)
    offers, use = fit(Table(names, table, lines.labels, odd), replace(recipe, seed=seeds[4]))
    say("offers, asked most: " + " ".join(names[at] for at in np.argsort(-use)[:12]))
    return Forests(kinds, first, second, offers), whole


def answer(forests: Forests, lines: Lines, among: Flags) -> npt.NDArray[np.float64]:
    """The probabilities that the forests give to the lines `among`, which must be whole documents."""
    columns = _columns(lines.names, lines.values[among])
    sizes = np.bincount(lines.documents[among], minlength=len(lines.sizes))
    batch = lay_side_by_side(sizes[sizes > 0].tolist())
    columns |= kind_columns(forests.kinds, columns, lines.words[among], batch)
    first = forests.first.evaluate(columns)
    columns |= stacked_columns(first, lines.words[among], batch)
    unlike_text = tell_unlike_text(columns["kind_prose"])
    return to_probabilities(ask_again(forests.second.add_up(columns), forests.offers, columns, unlike_text))


def _half(lines: Lines, among: Flags, seed: int) -> Flags:
    parts = np.random.default_rng(seed).permutation(sorted(set(lines.folds[among].tolist())))
    return np.isin(lines.folds, parts[: (len(parts) + seed % 2) // 2])


def _columns(names: list[str], values: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[np.uint8]]:
    return dict(zip(names, np.ascontiguousarray(values.T), strict=True))


def score(lines: Lines, among: Flags, answers: npt.NDArray[np.float64]) -> list[str]:
    """Lines of text with main F1 (mean over documents, by words), comment F1 (by words) and right lines, by origin."""
    labels = np.full(len(lines.labels), -1)
    labels[among] = answers.argmax(axis=1)
    said: list[str] = []
    for origin in sorted(set(lines.origins[among].tolist())):
        here = among & (lines.origins == origin) & (lines.labels >= 0)
        gold, found, words, documents = lines.labels[here], labels[here], lines.words[here], lines.documents[here]
        right, got, want = (
            np.bincount(documents, words * flags) for flags in ((gold == 0) & (found == 0), found == 0, gold == 0)
        )
        held = want > 0
        main = (2 * right[held] / (got[held] + want[held])).mean()
        both = (words * ((gold == 2) & (found == 2))).sum()
        comment = 2 * both / max(1, (words * (gold == 2)).sum() + (words * (found == 2)).sum())
        alone = np.bincount(documents, gold == 2) == 0
        alarms = (alone & (np.bincount(documents, found == 2) > 0))[np.unique(documents)].sum()
        said.append(
            f"{origin:12} main {main:.4f} comment {comment:.4f} lines {(gold == found).mean():.4f} "
            f"false comments in {alarms} of {alone[np.unique(documents)].sum()}"
        )
    return said


def cross_validate(lines: Lines, recipe: Recipe, count: int, folds: int, say: Say) -> None:
    """Grow forests without each of the first `folds` parts in turn, and score them there."""
    answers = np.zeros((len(lines.labels), 3))
    done = np.zeros(len(lines.labels), np.bool_)
    for fold in range(min(folds, FOLDS)):
        among = lines.folds != fold
        told = lean(lines, among)[0] if recipe.leanings else lines
        forests, _ = grow(told, among, choose_columns(told, among, count), recipe, say)
        answers[~among] = answer(forests, told, ~among)
        done |= ~among
        for line in score(lines, ~among, answers[~among]):
            say(f"part {fold}: {line}")
    for line in score(lines, done, answers[done]):
        say(f"together: {line}")
