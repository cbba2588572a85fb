"""What the learned classifier reads of one document, and the tables of small numbers it is turned into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.features import COLUMNS, Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.verdict import Verdict

Column = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]

NONE = 255
"""In a column: there is no such thing."""


class _Every:
    """A set of all names."""

    def __contains__(self, name: object) -> bool:
        return True


EVERY = _Every()
"""All columns are asked for: training does so. Of what no forest reads nothing need be made."""

_STEPS_PER_DOUBLING = 10
_LARGEST = 1 << 17


@dataclass(frozen=True, slots=True)
class Case:
    """A document with all that was found out about it before it is classified."""

    lines: Lines
    features: Features
    layout: Layout
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Batch:
    """Where the lines of several documents lie in one table: `first` and `last` of its document for each line."""

    sizes: list[int]
    document: Whole
    first: Whole
    last: Whole

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.document)


def lay_side_by_side(sizes: Sequence[int]) -> Batch:
    """Number the lines of several documents through; `last` is the line after a document's last."""
    counts = np.array(sizes, np.int64)
    ends = np.cumsum(counts)
    return Batch(
        list(sizes),
        np.repeat(np.arange(len(counts)), counts),
        np.repeat(ends - counts, counts),
        np.repeat(ends, counts),
    )


def judged(cases: Sequence[Case], batch: Batch) -> tuple[Whole, npt.NDArray[np.float64]]:
    """What the rules make of each line: the number of its label, and how sure they are."""
    labels = chain.from_iterable(case.verdict.labels for case in cases)
    sure = chain.from_iterable(case.verdict.sure for case in cases)
    return np.fromiter(labels, np.int64, len(batch)), np.fromiter(sure, np.float64, len(batch))


def repeated_shares(cases: Sequence[Case], batch: Batch) -> npt.NDArray[np.float64]:
    """The share of the source's pages that have each line too; 0 where nothing is known of the source."""
    if all(case.lines.repeated_by_source is None for case in cases):
        return np.zeros(len(batch))
    return np.concatenate([case.lines.repeated_by_source or np.zeros(len(case.lines)) for case in cases])


def whole_words(cases: Sequence[Case]) -> Whole:
    """The words of each line, as whole numbers."""
    words = np.concatenate([case.features.columns[:, COLUMNS.index("words")] for case in cases])
    whole: Whole = np.minimum(words, 1e6).astype(np.int64)
    return whole


@cache
def _logarithms() -> Column:
    values = np.log2(1.0 + np.arange(_LARGEST + 1))
    column: Column = np.minimum(NONE - 1, np.rint(values * _STEPS_PER_DOUBLING)).astype(np.uint8)
    return column


def magnitude(numbers: npt.ArrayLike) -> Column:
    """Whole numbers from 0 up as their logarithm, in tenths of a doubling."""
    column: Column = _logarithms().take(np.asarray(numbers, np.int64), mode="clip")
    return column


def share(values: npt.ArrayLike) -> Column:
    """Numbers from 0 to 1 as whole numbers from 0 to 200."""
    column: Column = np.rint(np.clip(np.asarray(values, np.float64), 0.0, 1.0) * 200).astype(np.uint8)
    return column


def ratio(parts: Whole, wholes: Whole) -> Column:
    """Quotients of whole numbers, from 0 to 1, as whole numbers from 0 to 200."""
    return np.minimum(200, 200 * parts // np.maximum(1, wholes)).astype(np.uint8)


def running(values: Whole) -> Whole:
    """Sums of all values before each line, with the sum of all at the end: exact, whatever the batch."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def since(flags: npt.NDArray[np.bool_], batch: Batch) -> Column:
    """How many lines ago the last flag was in the document, as a magnitude; `NONE` where there was none."""
    count, flagged = len(flags), np.flatnonzero(flags)
    places = np.repeat(np.append(-1, flagged), np.diff(flagged, prepend=0, append=count))
    return np.where(places >= batch.first, magnitude(np.arange(count) - places), NONE).astype(np.uint8)


def until(flags: npt.NDArray[np.bool_], batch: Batch) -> Column:
    """How many lines on the next flag is in the document, as a magnitude; `NONE` where there is none."""
    count, flagged = len(flags), np.flatnonzero(flags)
    places = np.repeat(np.append(flagged, count), np.diff(flagged, prepend=-1, append=count - 1))
    return np.where(places < batch.last, magnitude(places - np.arange(count)), NONE).astype(np.uint8)


def beside(column: Column, offset: int, batch: Batch) -> Column:
    """The value `offset` lines on, of one column or of several (columns, lines); `NONE` beyond the document's ends."""
    result = np.full(column.shape, NONE, np.uint8)
    if abs(offset) >= len(batch):
        return result
    if offset > 0:
        result[..., :-offset] = column[..., offset:]
    else:
        result[..., -offset:] = column[..., :offset]
    places = np.arange(len(batch)) + offset
    result[..., (places < batch.first) | (places >= batch.last)] = NONE
    return result
