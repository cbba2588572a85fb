"""Which lines of a rendered page its known main text holds."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

_TOKEN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|\w+")

MOST_TOKENS = 40_000
"""Tokens of a page that are aligned."""

LONG = 6
"""Tokens from which a line is judged by its runs of three tokens too, in order or not."""

ENOUGH, ENOUGH_OF_SHORT = 0.6, 0.99
"""The share of a line's tokens that must be found in the main text."""

NEAR = 3
"""Lines within which a short line must have another of the main text, next to it there too: else it is chance."""

GAP = 2
"""Tokens that two lines of one run may be apart in the main text."""

RUN = 6
"""Tokens of a run of lines that is no chance."""


def tokens_of(text: str) -> list[str]:
    """The words of a text in lower case, of scripts without spaces the characters."""
    return _TOKEN.findall(text.lower())


def longest_common_subsequence(left: list[str], right: list[str]) -> list[tuple[int, int]]:
    """Pairs of places, from the last to the first, of one longest sequence that two lists of words share.

    Bit-parallel (Hyyrö 2004): whole rows of the table are numbers, of which all are kept for the way back.
    """
    places: dict[str, int] = {}
    for at, word in enumerate(left):
        places[word] = places.get(word, 0) | 1 << at
    everything = (1 << len(left)) - 1
    row = everything
    rows: list[int] = []
    for word in right:
        met = row & places.get(word, 0)
        row = ((row + met) | (row - met)) & everything
        rows.append(row)
    pairs: list[tuple[int, int]] = []
    at, place = len(left), len(right)
    while at and place:
        if rows[place - 1] >> (at - 1) & 1:
            at -= 1
            continue
        place -= 1
        if not place or rows[place - 1] >> (at - 1) & 1:
            at -= 1
            pairs.append((at, place))
    return pairs


def label_by_gold(texts: list[str], gold: str) -> npt.NDArray[np.int64]:
    """Label lines as main (0) or boilerplate (1) by the longest common subsequence with the main text."""
    tokens = [tokens_of(text) for text in texts]
    wanted = tokens_of(gold)
    places = np.full(sum(map(len, tokens)), -1, np.int64)
    page = [token for line in tokens for token in line][:MOST_TOKENS]
    for at, place in longest_common_subsequence(page, wanted):
        places[at] = place
    runs = {tuple(wanted[at : at + 3]) for at in range(len(wanted) - 2)}
    labels = np.ones(len(texts), np.int64)
    spans: list[tuple[int, int, int]] = []
    at = 0
    for index, line in enumerate(tokens):
        count = len(line)
        here = places[at : at + count]
        at += count
        if not count:
            continue
        found = (here >= 0).mean()
        if count >= LONG:
            said = sum(tuple(line[place : place + 3]) in runs for place in range(count - 2)) / (count - 2)
            found = min(max(found, said), said + 0.15)
            if found >= ENOUGH:
                labels[index] = 0
                held = here[here >= 0]
                spans.append((index, *((int(held[0]), int(held[-1])) if len(held) else (-9, -9))))
        elif found >= ENOUGH_OF_SHORT and here[-1] - here[0] == count - 1:
            spans.append((index, int(here[0]), int(here[-1])))
    for run in _runs(spans):
        if sum(len(tokens[index]) for index in run) >= RUN:
            labels[run] = 0
    return labels


def _runs(spans: list[tuple[int, int, int]]) -> list[list[int]]:
    """Runs of lines that stand together on the page and in the main text."""
    runs: list[list[int]] = []
    last = (-9, -9)
    for index, first, end in spans:
        if runs and index - runs[-1][-1] <= NEAR and 0 <= first - last[1] - 1 <= GAP:
            runs[-1].append(index)
        else:
            runs.append([index])
        last = first, end
    return runs
