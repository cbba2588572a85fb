"""How much a line shares with the rest of its document: words of the main run, of the title, said more than once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

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
    count = len(batch)
    keys = np.concatenate([case.features.words.keys for case in cases])
    held = [len(case.features.words.keys) for case in cases]
    lines = np.concatenate([case.features.words.lines for case in cases])
    lines += np.repeat(np.cumsum(batch.sizes) - batch.sizes, held)
    # The word of another document is another one.
    keys ^= np.repeat(np.arange(len(cases), dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93), held)
    order = np.argsort(keys)
    word: Whole = np.cumsum(_differs(keys[order]), dtype=np.int64) - 1
    size = int(word[-1]) + 1 if len(word) else 0
    # Each word counts once a line: the pairs of word and line, without repeats. `np.unique` takes ten times as long.
    bits = count.bit_length()
    pairs = np.sort((word << bits) + lines[order])
    pairs = pairs[_differs(pairs)]
    word, lines = pairs >> bits, pairs & ((1 << bits) - 1)
    topical = is_topical[lines]
    titles = np.array([case.layout.title for case in cases], np.int64)[batch.document]
    is_title = (np.arange(count) - batch.first == titles)[lines]
    counts = np.bincount(word, minlength=size)
    # Words on every fifth line are the language's, not the topic's.
    rare = counts[word] <= np.maximum(4, (batch.last - batch.first) // 5)[lines]
    told = np.bincount(word[topical], minlength=size)
    titled = np.bincount(word[is_title], minlength=size)
    flags = {
        "topic_main": told[word] > topical,
        "topic_often": told[word] - topical > 2,
        "topic_document": counts[word] > 1,
        "topic_title": titled[word] > is_title,
    }
    # How many rare words of each line have which of the flags, as the bits of one number.
    codes = lines << len(flags)
    for bit, flag in enumerate(flags.values()):
        codes += flag.astype(np.int64) << bit
    tally = np.bincount(codes[rare], minlength=count << len(flags)).reshape(count, 1 << len(flags))
    distinct = tally.sum(axis=1)
    with_bit = [np.flatnonzero(np.arange(1 << len(flags)) & (1 << bit)) for bit in range(len(flags))]
    return {name: ratio(tally[:, chosen].sum(axis=1), distinct) for name, chosen in zip(flags, with_bit, strict=True)}


def _differs(ordered: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether each value differs from the one before it; the first does."""
    flags = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=flags[1:])
    return flags
