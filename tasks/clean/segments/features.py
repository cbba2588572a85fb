"""What is measured of every line, in columns over a whole batch of documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, pairwise, repeat
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.clean.beyond_ascii import beyond_ascii, in_ascii
from tasks.clean.listed import WordList, count_listed, list_words
from tasks.clean.segments.characters import KINDS, count_characters, read_blocks
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look, look_at
from tasks.clean.segments.vocabulary import load_vocabulary
from tasks.clean.segments.words import MARKS, Words, count_marks, find_words

COLUMNS = (
    "characters",
    "words",
    "upper_share",
    "digit_share",
    "symbol_share",
    "uncased_share",
    "stop_share",
    "ends_sentence",
    "prose",
    "repeats",
    "blanks",
    "position",
    "link",
    "heading",
)
"""Shares are of the characters that are not white space. `words` counts two characters of a script without spaces as
one word; `repeats` is how often the line occurs in its document; `position` runs from 0 to 1."""

COUNTS = ("tokens", "capitalised", "capitals", "numbers", *MARKS, "sentences", "first", "last")
"""Whole numbers of each line's head: words and how they are written, punctuation, ends of sentences inside the line,
the kinds (`KINDS`) of its first and last character."""

_PROSE = frozenset({"plain", "caption", "name", "note"})
"""Kinds of lines that may be prose."""

_STOP_SAMPLE = 300
_SMALL = bytes(ord(" ") if chr(code).isspace() else ord(chr(code).lower()) for code in range(128)) + bytes(128)
"""ASCII in small letters, and all that Python takes for white space as a space."""

_SYMBOLS = [KINDS.index(kind) for kind in ("other", "punctuation")]


class Features(NamedTuple):
    """The measures of one document: a look at each line, and the columns of `COLUMNS`, shape (lines, columns).

    `counts` are those of `COUNTS`, `words` the hashed words, with their lines numbered within the document. `prose` and
    `word_counts` are the columns that nearly every rule asks for, as plain numbers. `line_kinds` are the kinds of the
    looks, and `kinds` the set of them: most documents have no line of the kinds that a rule asks for, which need not be
    looked for. All are to be read only.
    """

    looks: list[Look]
    columns: npt.NDArray[np.float32]
    counts: npt.NDArray[np.int64]
    words: Words
    prose: list[float]
    word_counts: list[float]
    line_kinds: list[str]
    kinds: frozenset[str]


def measure(documents: Sequence[Lines]) -> list[Features]:
    """Measure every line of every document; the figures of one do not depend on the others."""
    texts = [text for lines in documents for text in lines.texts]
    if not texts:
        nothing = Words(np.zeros(0, np.uint64), np.zeros(0, np.int64))
        empty = np.zeros((0, len(COLUMNS)), np.float32), np.zeros((0, len(COUNTS)), np.int64), nothing
        return [Features([], *empty, [], [], [], frozenset()) for _ in documents]
    counts, numbers, words_of_all = _read_heads(texts)
    sampled = counts.sum(axis=1)
    characters = np.fromiter(map(len, texts), np.float64, len(texts))
    ink = np.maximum(1.0, sampled - counts[:, KINDS.index("space")])
    spaceless = counts[:, KINDS.index("spaceless")]
    # The words of the head, scaled to the whole line; scripts without spaces have about two characters a word.
    words = (counts[:, KINDS.index("space")] + 1 + spaceless / 2) * (characters / sampled)
    looks = [look_at(text) for text in texts]
    line_kinds = [look.kind for look in looks]
    ends = np.fromiter(map(attrgetter("ends_sentence"), looks), np.float64, len(texts))
    stop = _stop_shares(texts, spaceless / ink)
    uncased = (counts[:, KINDS.index("uncased")] + spaceless) / ink
    plain = np.fromiter(map(_PROSE.__contains__, line_kinds), np.bool_, len(texts))
    prose = plain & (((words >= 10) & ((ends > 0) | (stop >= 0.25))) | ((words >= 6) & (ends > 0) & (stop >= 0.1)))
    sizes = np.array([len(lines) for lines in documents], np.int64)

    def gather(values: Iterable[Iterable[float]]) -> npt.NDArray[np.float64]:
        return np.fromiter(chain.from_iterable(values), np.float64, len(texts))

    bounds = np.concatenate(([0], np.cumsum(sizes)))
    columns = np.stack(
        (
            characters,
            words,
            counts[:, KINDS.index("upper")] / ink,
            counts[:, KINDS.index("digit")] / ink,
            counts[:, _SYMBOLS].sum(axis=1) / ink,
            uncased,
            stop,
            ends,
            prose,
            gather(_count_repeats(lines.texts) for lines in documents),
            gather(lines.blanks for lines in documents),
            (np.arange(len(texts)) - np.repeat(bounds[:-1], sizes)) / np.repeat(np.maximum(1, sizes - 1), sizes),
            gather(map(_links, documents)),
            gather(map(_headings, documents)),
        ),
        axis=1,
    ).astype(np.float32)
    cuts = np.searchsorted(words_of_all.lines, bounds).tolist()
    plain_prose, word_counts = (columns[:, COLUMNS.index(name)].tolist() for name in ("prose", "words"))
    results: list[Features] = []
    for (start, end), (first, last) in zip(pairwise(bounds.tolist()), pairwise(cuts), strict=True):
        own = slice(start, end)
        own_words = Words(words_of_all.keys[first:last], words_of_all.lines[first:last] - start)
        own_kinds = line_kinds[own]
        results.append(
            Features(
                looks[own],
                columns[own],
                numbers[own],
                own_words,
                plain_prose[own],
                word_counts[own],
                own_kinds,
                frozenset(own_kinds),
            )
        )
    return results


def _count_repeats(texts: list[str]) -> Iterable[int]:
    """How often each line occurs in its document."""
    if len(set(texts)) == len(texts):
        return repeat(1, len(texts))
    return map(Counter(texts).__getitem__, texts)


def _links(lines: Lines) -> Iterable[float]:
    return repeat(0.0, len(lines)) if lines.tags is None else (tag.link for tag in lines.tags)


def _headings(lines: Lines) -> Iterable[int]:
    return repeat(0, len(lines)) if lines.tags is None else (tag.heading for tag in lines.tags)


def _read_heads(texts: list[str]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], Words]:
    """Of each line's head the counts of its kinds of characters, those of `COUNTS`, and its words."""
    kinds: list[npt.NDArray[np.int64]] = []
    numbers: list[npt.NDArray[np.int64]] = []
    words: list[Words] = []
    passed = 0
    for block in read_blocks(texts):
        kinds.append(count_characters(block))
        found, writing = find_words(block)
        words.append(Words(found.keys, found.lines + passed))
        edges = np.stack((block.kinds[block.starts[:-1]], block.kinds[block.starts[1:] - 1]), axis=1)
        numbers.append(np.concatenate((writing, count_marks(block), edges.astype(np.int64)), axis=1))
        passed += len(block)
    all_words = Words(np.concatenate([part.keys for part in words]), np.concatenate([part.lines for part in words]))
    return np.concatenate(kinds).astype(np.float64), np.concatenate(numbers), all_words


@cache
def _listed_words() -> WordList:
    return list_words(load_vocabulary().stop)


def _spell_plainly(text: str) -> str:
    """A text in ASCII, where it differs from that in signs alone: no word with one of them is a function word."""
    others = beyond_ascii(text)
    is_plain = not any(map(str.isalnum, others)) and not any(map(str.isspace, others))
    return in_ascii(text) if is_plain else text


def _stop_shares(texts: list[str], spaceless: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The share of function words among the first words of each line.

    A line of a script without spaces gets the share of ordinary prose (0.3): its words cannot be told apart here.
    """
    is_stop = load_vocabulary().stop.__contains__
    heads = [text[:_STOP_SAMPLE] for text in texts]
    heads = [head if head.isascii() else _spell_plainly(head) for head in heads]
    is_plain = np.fromiter(map(str.isascii, heads), np.bool_, len(texts))
    counts, found = np.zeros((2, len(texts)), np.int64)
    counts[is_plain], found[is_plain] = count_listed(list(filter(str.isascii, heads)), _SMALL, _listed_words())
    for index in np.flatnonzero(~is_plain).tolist():
        words = heads[index].lower().split()
        counts[index], found[index] = len(words), sum(map(is_stop, words))
    shares = np.where(counts > 2, found / np.maximum(1, counts), 0.0)
    return np.maximum(shares, np.where(spaceless > 0.5, 0.3, 0.0))
