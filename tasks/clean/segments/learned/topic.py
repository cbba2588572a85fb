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

MOST = 64
"""Documents whose words are sorted together."""

_WORD, _LINE = 32, 26
"""Bits of a word's hash and of a line's number; those of a document's number, which are the highest, hold `MOST`."""

_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def topic_columns(cases: Sequence[Case], batch: Batch, is_core: np.ndarray, is_prose: np.ndarray) -> dict[str, Column]:
    """Shares of each line's words that the prose of the main run, the whole document, or the title has elsewhere."""
    is_topical = is_core & is_prose
    lines = np.cumsum([0, *batch.sizes])
    words = np.cumsum([0, *(len(case.features.words.keys) for case in cases)])
    is_full = np.diff(words[:-1] // TOGETHER, prepend=-1) > 0
    cuts = np.flatnonzero(is_full | (np.arange(len(cases)) % MOST == 0)).tolist()
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
    first_lines = np.cumsum(batch.sizes) - batch.sizes
    # Document, word and line in one number each: sorting the numbers takes a third of the time of sorting places. The
    # word of another document is another one, and each counts once a line.
    packed = (keys * _SPREAD) >> (64 - _WORD) << _LINE
    packed |= np.concatenate([case.features.words.lines for case in cases]).view(np.uint64)
    packed += np.repeat((np.arange(len(cases)) << (_LINE + _WORD)) + first_lines, held).view(np.uint64)
    packed.sort()
    packed = packed[_differs(packed)]
    word: Whole = np.cumsum(_differs(packed >> _LINE), dtype=np.int64) - 1
    size = int(word[-1]) + 1 if len(word) else 0
    lines = (packed & ((1 << _LINE) - 1)).view(np.int64)
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
