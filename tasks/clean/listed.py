"""How many words of many texts in ASCII are on a list, for a whole batch at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

BLOCK = 1 << 16
"""Characters that are cut into words together: what is made of them stays in the processor's cache."""

LONGEST = 1 << 20
"""Characters of a text that are looked at together: longer ones are cut at spaces, so that they take no more memory."""

SHORT = 8
"""Letters of the words that are told by one number, their bytes: nearly all function words are."""

_MASKS = np.array([*((1 << 8 * size) - 1 for size in range(SHORT + 1)), 0], np.uint64)
"""What is left of eight bytes for a word of so many; of a longer one nothing."""

_SPACE = ord(" ")
_RATIO = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class WordList:
    """Words in ASCII: the short ones as numbers behind a hash without collisions, and the long ones.

    `places` maps a hash to the place of its word in `keys`, the last of which is none. `heads` are the first letters of
    the long ones as numbers, sorted: few other words begin so.
    """

    keys: Keys
    places: npt.NDArray[np.uint16]
    ratio: np.uint64
    shift: np.uint64
    long: frozenset[bytes]
    heads: Keys

    def holds(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Whether each of the numbers is a short word of the list."""
        places = self.places.take((keys * self.ratio) >> self.shift)
        held: npt.NDArray[np.bool_] = self.keys.take(places) == keys
        return held


def list_words(words: Iterable[str]) -> WordList:
    """Make a list of words; those with characters beyond ASCII are in no text that is asked about."""
    spelled = {word.encode() for word in words if word.isascii()}
    short = sorted(int.from_bytes(word, "little") for word in spelled if len(word) <= SHORT)
    # No word is a space, with which the places are filled that have none.
    keys = np.array([*short, _SPACE], np.uint64)
    bits = max(1, (len(short) ** 2).bit_length() - 2)
    ratio = _RATIO
    while len(np.unique(hashes := (keys[:-1] * np.uint64(ratio)) >> np.uint64(64 - bits))) < len(short):
        ratio = ratio * _RATIO % (1 << 64)  # odd as well, and unlike the one before in all its bits
    places = np.full(1 << bits, len(short), np.uint16)
    places[hashes] = np.arange(len(short))
    long = frozenset(word for word in spelled if len(word) > SHORT)
    heads = sorted({int.from_bytes(word[:SHORT], "little") for word in long})
    return WordList(keys, places, np.uint64(ratio), np.uint64(64 - bits), long, np.array(heads, np.uint64))


def count_listed(texts: Sequence[str], fold: bytes, listed: WordList) -> tuple[Counts, Counts]:
    """Count the words of each text, and those of them that are on the list; all texts are ASCII.

    `fold` says for each byte what it stands for: the bytes of words, or a space. A word is cut out and looked up in
    some 15 ns; Python's `split` and a set take four times as long.
    """
    pieces, owners = cut_long(texts)
    if len(pieces) > len(texts):
        counted = zip(*count_listed(pieces, fold, listed), owners, strict=True)
        totals = np.zeros((2, len(texts)), np.int64)
        for *count, owner in counted:
            totals[:, owner] += count
        return totals[0], totals[1]
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    # No word of a list has a NUL in it, and a number does not tell one at its end from none.
    fold = fold.replace(b"\0", b"\1")
    counts = [np.zeros((2, 0), np.int64)]
    for first, last in _blocks(lengths):
        content = " ".join(["", *texts[first:last], " " * SHORT]).encode().translate(fold)
        counts.append(_count(content, lengths[first:last], listed))
    words, found = np.concatenate(counts, axis=1)
    return words, found


def cut_long(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """The texts with those of more than `LONGEST` characters in pieces, and the number of the text of each piece.

    A piece but the last ends right before a space; a text without spaces stays in one piece.
    """
    if max(map(len, texts), default=0) <= LONGEST:
        return list(texts), list(range(len(texts)))
    pieces: list[str] = []
    owners: list[int] = []
    for number, text in enumerate(texts):
        start = 0
        while len(text) - start > LONGEST and (end := text.find(" ", start + LONGEST)) >= 0:
            pieces.append(text[start:end])
            owners.append(number)
            start = end
        pieces.append(text[start:])
        owners.append(number)
    return pieces, owners


def _blocks(lengths: Counts) -> list[tuple[int, int]]:
    """Runs of texts that begin in the same block, as slices."""
    begins = np.cumsum(lengths) - lengths
    cuts = np.flatnonzero(np.diff(begins // BLOCK, prepend=-1)).tolist()
    return list(itertools.pairwise([*cuts, len(lengths)]))


def _count(content: bytes, lengths: Counts, listed: WordList) -> Counts:
    """Words and listed words of texts with a space before each, and more at the end: shape (2, texts)."""
    blank = np.frombuffer(content, np.uint8) == _SPACE
    begins, ends = (np.flatnonzero(blank[1:] != blank[:-1]) + 1).reshape(-1, 2).T
    sizes = ends - begins
    eights = np.ndarray((len(content) - SHORT + 1,), "<u8", content, strides=(1,))
    is_listed = listed.holds(eights[begins] & _MASKS.take(np.minimum(sizes, SHORT + 1)))
    if listed.long:
        long = np.flatnonzero(sizes > SHORT)
        heads = eights[begins[long]]
        places = np.minimum(np.searchsorted(listed.heads, heads), len(listed.heads) - 1)
        for index in long[listed.heads[places] == heads].tolist():
            is_listed[index] = content[begins[index] : begins[index] + sizes[index]] in listed.long
    # What stands behind the last text is no word.
    edges = np.searchsorted(begins, np.concatenate(([0], np.cumsum(lengths + 1))))
    return np.stack((np.diff(edges), np.diff(np.searchsorted(np.flatnonzero(is_listed), edges))))
