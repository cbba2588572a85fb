"""Examples to tables: more examples made of them, and their lines as columns."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.classify import first_columns
from tasks.clean.segments.learned.boxes import number_boxes
from tasks.clean.segments.learned.case import Whole, lay_side_by_side, whole_words
from tasks.clean.segments.reading import survey
from tasks.clean.segments.training.ageing import age
from tasks.clean.segments.training.entries import lay_bare, shorten, write_journal
from tasks.clean.segments.training.examples import BOILERPLATE, COMMENT, MAIN, Example
from tasks.clean.segments.training.forums import write_forum
from tasks.clean.segments.training.leanings import Said, gather_words, join_said
from tasks.clean.segments.training.pasting import gather, paste
from tasks.clean.segments.training.repetition import pretend_profile

FOLDS = 5
"""Parts into which sites are divided for cross-validation; what is made of an example stays in its part."""

PASTED = {"html": 0.45, "text": 0.27}
"""The share of full examples without comments below which a thread is pasted."""

AGED, AGED_PASTED = 0.6, 0.5

FORUMS = 0.2
"""The share of plain texts whose head and foot get a written thread between them."""

LESS = 0.25
"""What examples that count less are made more of, against the others."""

LONGEST_LINE = 400
"""Words of one line that count in its weight."""

TALKED = 1.5
"""What a document with comments counts: they are fewer here than elsewhere."""

LEAST_MAIN = 0.25
"""The share of a document that counts as main text where less is."""

MOST_LINES = 60
"""A document counts as so many lines at most, however long."""

SHORT, JOURNALS, LONG, BARE = 0.3, 0.15, 0.1, 0.2
"""The shares of articles cut down to an entry of a blog, that give place to several or to a long text, that lose their
frame."""

BARE_JOURNALS, BARE_LONG, FLAT_BARE = 0.4, 0.7, 0.6
"""The shares of journals and of long texts without a frame, and of bare pages whose lines stand in few large blocks."""

KIND_OF = {"article": 0, "documentation": 0, "forum": 0, "service": 1, "product": 1, "listing": 2, "collection": 2}
"""The number in `KINDS` of each type of page."""

_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of many examples as a table: columns by name, shape (lines, columns), and what is known of each line.

    `labels` are -1 where nothing is known, `weights` at first those of their examples (see `settle`). `documents` and
    `sizes` say which lines are one example's, `folds` to which part it belongs, `origins` where it comes from, `kinds`
    the number of the kind of its page, -1 where that is not known, `sites` the number of its site, and `said` the
    words of each line.
    """

    names: list[str]
    values: npt.NDArray[np.uint8]
    words: Whole
    labels: Whole
    weights: npt.NDArray[np.float64]
    documents: Whole
    sizes: list[int]
    folds: Whole
    origins: npt.NDArray[np.str_]
    kinds: Whole
    sites: Whole
    said: Said


def fold_of(site: str) -> int:
    """The part of a site."""
    return zlib.crc32(site.encode()) % FOLDS


def multiply(examples: Sequence[Example], seed: int) -> list[Example]:
    """Add examples made of others, as chance has it: entries of blogs, threads below them, aged, with profiles."""
    chance = random.Random(seed)  # noqa: S311
    donors = [gather(example for example in examples if fold_of(example.site) == fold) for fold in range(FOLDS)]
    entries = _write_entries(examples, chance)
    more: list[Example] = []
    examples = [*examples, *entries]
    for example in examples:
        rate = 1.0 if example.weight == 1.0 else LESS
        texts = donors[fold_of(example.site)].texts
        if example.kind == "text" and chance.random() < FORUMS and (forum := write_forum(example, texts, chance)):
            more.append(forum)
        if example.kind == "html" and chance.random() < AGED * max(rate, 0.5):
            more.append(age(example, chance))
        if (
            example.origin == "hand"
            or (example.labels == COMMENT).any()
            or chance.random() > PASTED[example.kind] * rate
        ):
            continue
        pasted = paste(example, donors[fold_of(example.site)], chance)
        if pasted is not None:
            more.append(age(pasted, chance) if chance.random() < AGED_PASTED else pasted)
    everything = [*examples, *more]
    return [example if example.origin == "hand" else pretend_profile(example, chance) for example in everything]


def _write_entries(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """Entries of blogs, journals and bare pages, made of articles of the same part."""
    entries: list[Example] = []
    for kind in ("html", "text"):
        for fold in range(FOLDS):
            among = [example for example in examples if example.kind == kind and fold_of(example.site) == fold]
            articles = [example for example in among if example.page_type == "article"]
            for example in among:
                made: list[Example | None] = []
                if example.page_type == "article" and chance.random() < SHORT:
                    made.append(shorten(example, chance))
                for share, bare_share, whole in ((JOURNALS, BARE_JOURNALS, False), (LONG, BARE_LONG, True)):
                    if example.page_type == "article" and chance.random() < share:
                        journal = write_journal(example, articles, chance, whole=whole)
                        bare = lay_bare(journal, chance) if journal and chance.random() < bare_share else None
                        made.append(journal if bare is None else age(bare, chance, FLAT_BARE))
                if example.page_type in {"article", "documentation"} and chance.random() < BARE:
                    bare = lay_bare(example, chance)
                    made.append(bare and age(bare, chance, FLAT_BARE))
                entries.extend(entry for entry in made if entry is not None)
    return entries


def tabulate(examples: Sequence[Example], workers: int = 1) -> Lines:
    """Measure all examples, and lay their lines one below the other."""
    parts = [examples[start : start + _TOGETHER] for start in range(0, len(examples), _TOGETHER)]
    with ProcessPoolExecutor(workers) as pool:
        measured = list(pool.map(_measure, parts))
    names, values, words, said = zip(*measured, strict=True)
    sizes = [len(example.lines) for example in examples]
    documents = np.repeat(np.arange(len(sizes)), sizes)
    sites = {site: number for number, site in enumerate(dict.fromkeys(example.site for example in examples))}
    return Lines(
        names[0],
        np.concatenate(values),
        np.concatenate(words),
        np.concatenate([example.labels for example in examples]).astype(np.int64),
        np.repeat([example.weight for example in examples], sizes),
        documents,
        sizes,
        np.repeat([fold_of(example.site) for example in examples], sizes),
        np.repeat(np.array([example.origin for example in examples]), sizes),
        np.repeat([KIND_OF.get(example.page_type, -1) for example in examples], sizes),
        np.repeat([sites[example.site] for example in examples], sizes),
        join_said(said),
    )


def _measure(examples: Sequence[Example]) -> tuple[list[str], npt.NDArray[np.uint8], Whole, Said]:
    cases = survey([(example.lines, example.title) for example in examples])
    batch = lay_side_by_side([len(case.lines) for case in cases])
    words = whole_words(cases)
    columns = first_columns(cases, batch, words, number_boxes(cases, batch))
    table = np.stack(list(columns.values()), axis=1)
    return list(columns), table, words, gather_words(cases)


def settle(lines: Lines) -> Lines:
    """Leave out what is likely labelled wrongly, and weigh the lines as the measure of success feels them.

    Few pages name their comments, so boilerplate that the rules take for comments may well be comments. An error
    costs its words against those of the main text: short articles on crowded pages count like others.
    """
    taken = lines.values[:, lines.names.index("rules_comment")] > 0
    unknown = taken & (lines.labels == BOILERPLATE) & ~np.isin(lines.origins, ["hand", "forum"])
    labels = np.where(unknown, -1, lines.labels)
    damped = (np.minimum(lines.words, LONGEST_LINE) + 2.0) ** 0.7
    count = len(lines.sizes)
    whole = np.bincount(lines.documents, damped, minlength=count)
    main = np.bincount(lines.documents, damped * (labels == MAIN), minlength=count)
    talked = np.bincount(lines.documents, labels == COMMENT, minlength=count) > 1
    sizes = np.minimum(MOST_LINES, np.array(lines.sizes)) * np.where(talked, TALKED, 1.0)
    weights = damped * (sizes / (main + LEAST_MAIN * whole))[lines.documents]
    return replace(lines, labels=labels, weights=weights * lines.weights)


def save(lines: Lines, path: Path) -> None:
    """Keep a table for other trials: measuring takes longer than growing a small forest."""
    arrays: dict[str, Any] = {name: np.asarray(getattr(lines, name)) for name in Lines.__slots__ if name != "said"}
    arrays |= {part: getattr(lines.said, part) for part in Said.__slots__}
    np.savez(path, **arrays)


def load(path: Path) -> Lines:
    """Take up a table that was kept."""
    with np.load(path) as arrays:
        table = {name: arrays[name] for name in Lines.__slots__ if name != "said"}
        table["said"] = Said(*(arrays[part] for part in Said.__slots__))
    return Lines(**(table | {"names": table["names"].tolist(), "sizes": table["sizes"].tolist()}))
