"""The first table: every line by itself, in columns of whole numbers from 0 to 255.

Whole numbers throughout, so that no sum depends on the batch or the machine. Columns of markup are 0 for plain text.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import chain, repeat

import numpy as np

from tasks.clean.segments.characters import KINDS
from tasks.clean.segments.features import COLUMNS, COUNTS
from tasks.clean.segments.learned.case import (
    EVERY,
    NONE,
    Batch,
    Case,
    Column,
    Whole,
    judged,
    magnitude,
    ratio,
    repeated_shares,
    share,
)
from tasks.clean.segments.looks import Look
from tasks.clean.segments.markup.tags import TAG_BIT, Tags
from tasks.clean.segments.vocabulary import BIT
from tasks.clean.segments.words import MARKS
from tasks.document import ROLES

ALIKE = {"notice": "controls", "filed": "navigation"}
"""Cues that the trees are told as others: what they were grown from has too few of them."""

KIND_GROUPS = (
    "separator", "address", "file", "number", "numbered", "initial", "time", "stamp", "scored", "says", "subject",
    "name", "plain", *(cue for cue in BIT if cue not in ALIKE),
)  # fmt: skip
"""The kinds of a look, each a column."""

_NUMBER_OF_KIND = {kind: KIND_GROUPS.index(ALIKE.get(kind, kind)) for kind in (*KIND_GROUPS, *ALIKE)}
_BITS = {
    cue: bit | sum(BIT[other] for other, like in ALIKE.items() if like == cue)
    for cue, bit in BIT.items()
    if cue not in ALIKE
}
"""The bit of each cue that is a column, with those of the cues that are told as it."""

ENDINGS = ("lower", "upper", "digit", "punctuation", "other")
"""Kinds of first and last characters that are columns."""

HEADING = "mark_heading"
"""A mark that is a column whatever is asked for: from it and the levels of headings `since_h1` is told."""

_NO_TAGS = Tags(0, 0, 0, 0.0, 0, 0)

SHARES = ("upper_share", "digit_share", "symbol_share", "uncased_share", "stop_share", "position", "link")


def own_columns(cases: Sequence[Case], batch: Batch, asked: Container[str] = EVERY) -> dict[str, Column]:
    """What is known of each line without looking at its neighbours; of cues and marks only those `asked` for."""
    measured = np.concatenate([case.features.columns for case in cases])
    counts = np.concatenate([case.features.counts for case in cases])
    columns: dict[str, Column] = {}
    for name in SHARES:
        columns[name] = share(measured[:, COLUMNS.index(name)])
    for name in ("characters", "words", "repeats", "blanks"):
        columns[name] = magnitude(measured[:, COLUMNS.index(name)])
    for name in ("ends_sentence", "prose", "heading"):
        columns[name] = measured[:, COLUMNS.index(name)].astype(np.uint8)
    tokens = counts[:, 0]
    for name in ("capitalised", "capitals", "numbers"):
        columns[name] = ratio(counts[:, COUNTS.index(name)], tokens)
    for name in (*MARKS, "sentences"):
        columns[name] = magnitude(counts[:, COUNTS.index(name)])
    columns["word_length"] = ratio(measured[:, COLUMNS.index("characters")].astype(np.int64), 16 * tokens)
    columns["sentence_length"] = magnitude(tokens // (1 + counts[:, COUNTS.index("sentences")]))
    for edge in ("first", "last"):
        kinds = counts[:, COUNTS.index(edge)]
        for kind in ENDINGS:
            columns[f"{edge}_{kind}"] = (kinds == KINDS.index(kind)).astype(np.uint8)
    columns["repeated_by_source"] = share(repeated_shares(cases, batch))
    _add_looks(columns, cases, asked)
    _add_layout(columns, cases, batch)
    _add_tags(columns, cases, batch, asked)
    return columns


def _add_looks(columns: dict[str, Column], cases: Sequence[Case], asked: Container[str]) -> None:
    """The kind of each line, and the cues of its phrases: 1 where it begins with one, 2 a heading, 3 it is one."""
    looks = [look for case in cases for look in case.features.looks]
    told = dict(zip(Look._fields, zip(*looks, strict=True), strict=True))  # a column of each of its fields
    kinds = np.fromiter(map(_NUMBER_OF_KIND.get, told["kind"], repeat(NONE)), np.uint8, len(looks))
    for index, kind in enumerate(KIND_GROUPS):
        columns[f"is_{kind}"] = (kinds == index).astype(np.uint8)
    cues, heads, opens = (np.fromiter(told[name], np.int64, len(looks)) for name in ("cues", "heads", "opens"))
    for cue, bit in _BITS.items():
        if f"cue_{cue}" not in asked:
            continue
        said = np.where(cues & bit, 3, np.where(heads & bit, 2, (opens & bit) > 0))
        columns[f"cue_{cue}"] = said.astype(np.uint8)
    for name in ("has_ago", "has_clock", "has_date", "has_number"):
        columns[name] = np.fromiter(told[name], np.uint8, len(looks))


def _add_layout(columns: dict[str, Column], cases: Sequence[Case], batch: Batch) -> None:
    """What the rules make of the document: roles, the main run, the title, the posts, their verdict."""
    names = list(ROLES)
    number = {role: index for index, role in enumerate(names)}
    roles = np.fromiter((number.get(hint, NONE) for case in cases for hint in case.layout.hints), np.uint8, len(batch))
    for index, role in enumerate(names):
        columns[f"hint_{role}"] = (roles == index).astype(np.uint8)
    labels, sure = judged(cases, batch)
    shown = share(sure)
    for index, label in enumerate(("main", "boilerplate", "comment")):
        columns[f"rules_{label}"] = np.where(labels == index, shown, 0).astype(np.uint8)
    place = np.arange(len(batch)) - batch.first
    per_document = [
        (*case.layout.core, case.layout.title, case.layout.thread.start, case.layout.thread.end,
         len(case.layout.thread.posts))
        for case in cases
    ]  # fmt: skip
    first, last, title, start, end, posts = np.array(per_document, np.int64).reshape(-1, 6)[batch.document].T
    columns["core"] = ((first >= 0) & (place >= first) & (place <= last)).astype(np.uint8)
    columns["after_core_start"] = _signed(place - first, known=first >= 0)
    columns["after_core_end"] = _signed(place - last, known=first >= 0)
    columns["after_title"] = _signed(place - title, known=title >= 0)
    threaded = posts > 0
    columns["thread"] = (threaded & (place >= start) & (place < end)).astype(np.uint8)
    columns["after_thread_start"] = _signed(place - start, known=threaded)
    columns["after_thread_end"] = _signed(place - end, known=threaded)
    columns["posts"] = magnitude(posts)
    columns["post_lines"] = magnitude(np.where(threaded, (end - start) // np.maximum(1, posts), 0))


def _signed(distance: Whole, *, known: np.ndarray) -> Column:
    """Distances before and after as magnitudes around 127."""
    size = magnitude(np.abs(distance)).astype(np.int64)
    return np.where(known, np.clip(127 + np.sign(distance) * size, 0, 254), NONE).astype(np.uint8)


def _add_tags(columns: dict[str, Column], cases: Sequence[Case], batch: Batch, asked: Container[str]) -> None:
    """What markup says: marks around the line and of its block, and how often its template is used."""
    if all(case.lines.tags is None for case in cases):
        nothing = np.zeros(len(batch), np.uint8)
        columns |= dict.fromkeys(("markup", *(f"mark_{name}" for name in TAG_BIT)), nothing)
        columns |= dict.fromkeys(("path_lines", "path_words", "path_link"), np.full(len(batch), NONE, np.uint8))
        return
    tags = chain.from_iterable(case.lines.tags or [_NO_TAGS] * len(case.lines) for case in cases)
    told = dict(zip(Tags._fields, zip(*tags, strict=True), strict=True))  # a column of each of its fields
    marks, own, paths = (np.fromiter(told[name], np.int64, len(batch)) for name in ("marks", "own", "path"))
    marked = np.array([case.lines.tags is not None for case in cases], np.bool_)[batch.document]
    columns["markup"] = marked.astype(np.uint8)
    for name, bit in TAG_BIT.items():
        column = f"mark_{name}"
        if column == HEADING or column in asked:
            columns[column] = ((marks & bit) > 0).astype(np.uint8) + ((own & bit) > 0)
    _, path, sizes = np.unique(batch.document << 32 | paths, return_inverse=True, return_counts=True)
    columns["path_lines"] = np.where(marked, magnitude(sizes[path]), NONE).astype(np.uint8)
    words = np.concatenate([case.features.columns[:, COLUMNS.index("words")] for case in cases]).astype(np.int64)
    heavy, linked = (  # floats hold such sums exactly
        np.bincount(path, values, len(sizes)).astype(np.int64) for values in (np.minimum(words, 200), columns["link"])
    )
    columns["path_words"] = np.where(marked, magnitude(heavy[path] // sizes[path]), NONE).astype(np.uint8)
    columns["path_link"] = np.where(marked, (linked[path] // sizes[path]), NONE).astype(np.uint8)
