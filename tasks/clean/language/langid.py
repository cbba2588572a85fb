"""py3langid's naive Bayes over byte n-grams, for a whole batch at once.

py3langid (Lui and Baldwin 2012, retrained by Barbaresi) walks an automaton byte by byte in Python. It forgets what
lies more than six bytes back, so a batch is cut into windows that overlap by that much and all windows are walked
in step. The scores are sums of whole numbers: exact, the same in any batch, order and process, and free of BLAS.
"""

from __future__ import annotations

import itertools
import lzma
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from py3langid import langid

from tasks.clean.language.once import load_once
from tasks.clean.language.samples import Samples
from tasks.clean.language.tables import columns_of, known_languages

WARM_UP = 8
"""Bytes. The longest feature of the model has six; a test compares with the plain walk."""

STEPS = 20
"""The table holds logarithms in 1/20, in one byte each: within a feature they differ by at most 12.3."""

COUNT_STEPS = 32
"""Counts weigh log(1 + count) in 1/32."""

CHUNK = 1 << 13
"""Rows of the table made ready at once."""

COUNT_LIMIT = 1024
"""A feature counts at most so often in a text."""


@dataclass(frozen=True, slots=True)
class LangidModel:
    """The automaton (`moves`: 256 for each of `row_of` state, shared) and the table features by languages.

    Each feature's values are above that of its least likely language, which changes no comparison and keeps them small.
    """

    moves: npt.NDArray[np.int32]
    row_of: npt.NDArray[np.int32]
    feature_of: npt.NDArray[np.int32]
    values: npt.NDArray[np.uint8]
    prior: npt.NDArray[np.int64]
    covered: npt.NDArray[np.bool_]
    source: npt.NDArray[np.intp]
    weights: npt.NDArray[np.int32]


@load_once
def load_langid() -> LangidModel:
    """Read the model that py3langid ships once; 55 MB, half a second, which is unpacking.

    `py3langid.modelio` would hold the largest arrays twice while it reads.
    """
    with tempfile.TemporaryFile() as plain:
        with lzma.open(Path(langid.__file__).parent / langid.MODEL_FILE) as packed:
            shutil.copyfileobj(packed, plain, 1 << 20)
        plain.seek(0)
        with np.load(plain) as stored:
            return _made_model({name: stored[name] for name in ("classes", "pc", "nextmove_row", "out_feat")}, stored)


def _made_model(small: dict[str, npt.NDArray[Any]], stored: Mapping[str, npt.NDArray[Any]]) -> LangidModel:
    theirs, mine, source = columns_of(small["classes"].tolist(), "langid")
    columns, place = np.unique(mine, return_inverse=True)
    prior = np.full(len(columns), -(1 << 24), np.int64)
    np.maximum.at(prior, place, np.rint(small["pc"][theirs].astype(np.float64) * STEPS * COUNT_STEPS).astype(np.int64))
    covered, moves = source >= 0, stored["nextmove"]
    return LangidModel(
        values=_quantise(stored["ptc"], theirs, place),
        moves=moves.view(np.int32) if moves.itemsize == 4 else moves.astype(np.int32),
        row_of=small["nextmove_row"].astype(np.int32) << 8,
        feature_of=small["out_feat"].astype(np.int32),
        prior=prior,
        covered=covered,
        source=np.searchsorted(columns, source[covered]),
        weights=np.rint(COUNT_STEPS * np.log1p(np.arange(COUNT_LIMIT + 1))).astype(np.int32),
    )


def _quantise(
    logarithms: npt.NDArray[np.float16], theirs: npt.NDArray[np.intp], place: npt.NDArray[np.intp]
) -> npt.NDArray[np.uint8]:
    """Features by our languages, in steps above the least likely; where several labels are one language, the best."""
    values = np.zeros((len(logarithms), int(place.max()) + 1), np.uint8)
    for start in range(0, len(logarithms), CHUNK):  # in pieces: a float32 copy of all would take 57 MB
        part = np.rint(logarithms[start : start + CHUNK, theirs].astype(np.float32) * STEPS).astype(np.int32)
        part -= part.min(axis=1, keepdims=True)
        part = np.minimum(part, 255)
        for label, column in enumerate(place.tolist()):
            target = values[start : start + CHUNK, column]
            np.maximum(target, part[:, label], out=target, casting="unsafe")
    return values


def score_langid(samples: Samples) -> npt.NDArray[np.float64]:
    """Texts by languages: log-likelihood in nats up to a constant of the text; -inf where the model knows nothing."""
    model = load_langid()
    features, owner = find_features(np.frombuffer(samples.utf8, np.uint8), samples.owners(), model)
    wide = len(model.values)
    pairs, counts = np.unique(owner * wide + features, return_counts=True)
    features, owner = pairs % wide, pairs // wide
    weights = model.weights[np.minimum(counts, COUNT_LIMIT)]
    totals = np.repeat(model.prior[None, :], len(samples), axis=0)
    bounds = np.searchsorted(owner, np.arange(len(samples) + 1)).tolist()
    for text, (start, end) in enumerate(itertools.pairwise(bounds)):
        rows = model.values.take(features[start:end], axis=0)
        totals[text] += np.einsum("f,fl->l", weights[start:end], rows)  # whole numbers: exact, and no BLAS
    scores = np.full((len(samples), len(known_languages())), -np.inf)
    scores[:, model.covered] = totals[:, model.source] / (STEPS * COUNT_STEPS)
    return scores


def find_features(
    data: npt.NDArray[np.uint8], text_of: npt.NDArray[np.int64], model: LangidModel
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The features that end at each byte, in order, with the text each is in.

    A zero byte takes the automaton back to its start, so texts set apart by zeros do not touch each other.
    """
    size = int(min(max(len(data) // 512, 16), 256))
    windows = -(-len(data) // size)
    padded = np.zeros(WARM_UP + windows * size, np.uint8)
    padded[WARM_UP : WARM_UP + len(data)] = data
    steps = np.lib.stride_tricks.sliding_window_view(padded, WARM_UP + size)[::size].T.astype(np.int32)
    states = np.zeros((size, windows), np.int32)
    state = np.zeros(windows, np.int32)
    for step, letters in enumerate(steps):
        state = model.moves[model.row_of[state] + letters]
        if step >= WARM_UP:
            states[step - WARM_UP] = state
    features = model.feature_of[states.T.ravel()[: len(data)]]
    hits = np.flatnonzero(features >= 0)
    return features[hits].astype(np.int64), text_of[hits]
