"""How much a line shares with the rest of its document: words of the main run, of the title, said more than once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tasks.clean.segments.learned.case import Batch, Case, Column, Whole, lay_side_by_side, ratio

TOGETHER = 1 << 15
"""Words that are sorted together: what is made of them stays in the processor's cache, in half the time."""


def topic_columns(cases: Sequence[Case], batch: Batch, is_core: np.ndarray, is_prose: np.ndarray) -> dict[str, Column]:
    """Shares of each line's words that the prose of the main run, the whole document, or the title has elsewhere."""
    is_topical = is_core & is_prose
    lines = np.cumsum([0, *batch.sizes])
    words = np.cumsum([0, *(len(case.features.words.keys) for case in cases)])
    cuts = np.flatnonzero(np.diff(words[:-1] // TOGETHER, prepend=-1)).tolist()
    parts = [
        _measure(cases[first:last], batch.sizes[first:last], is_topical[lines[first] : lines[last]])
        for first, last in pairwise([*cuts, len(cases)])
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _measure(cases: Sequence[Case], sizes: Sequence[int], is_topical: np.ndarray) -> dict[str, Column]:
    batch = lay_side_by_side(sizes)
    keys = np.concatenate([case.features.words.keys for case in cases])
    held = [len(case.features.words.keys) for case in cases]
    lines = np.concatenate([case.features.words.lines for case in cases])
    lines += np.repeat(np.cumsum(batch.sizes) - batch.sizes, held)
    documents = np.repeat(np.arange(len(cases), dtype=np.uint64), held)
    keys ^= documents * np.uint64(0xD6E8FEB86659FD93)  # the word of another document is another one
    order = np.argsort(keys)
    keys = keys[order]
    word: Whole = np.cumsum(np.diff(keys, prepend=keys[:1]) > 0, dtype=np.int64)
    size = int(word[-1]) + 1 if len(word) else 0
    # Each word counts once a line: the pairs of word and line, without repeats. `np.unique` takes ten times as long.
    bits = len(batch).bit_length()
    pairs = np.sort((word << bits) + lines[order])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    word, lines = pairs >> bits, pairs & ((1 << bits) - 1)
    topical = is_topical[lines]
    titles = np.array([case.layout.title for case in cases], np.int64)[batch.document]
    is_title = (np.arange(len(batch)) - batch.first == titles)[lines]
    counts = np.bincount(word, minlength=size)
    # Words on every fifth line are the language's, not the topic's.
    rare = counts[word] <= np.maximum(4, (batch.last - batch.first)[lines] // 5)
    told = np.bincount(word, topical, minlength=size).astype(np.int64)
    titled = np.bincount(word, is_title, minlength=size).astype(np.int64)
    distinct = _per_line(lines, rare, batch)
    return {
        "topic_main": ratio(_per_line(lines, rare & (told[word] > topical), batch), distinct),
        "topic_often": ratio(_per_line(lines, rare & (told[word] - topical > 2), batch), distinct),
        "topic_document": ratio(_per_line(lines, rare & (counts[word] > 1), batch), distinct),
        "topic_title": ratio(_per_line(lines, rare & (titled[word] > is_title), batch), distinct),
    }


def _per_line(lines: Whole, flags: np.ndarray, batch: Batch) -> Whole:
    return np.bincount(lines[flags], minlength=len(batch)).astype(np.int64)
