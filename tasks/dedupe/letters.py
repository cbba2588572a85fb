"""Main texts as bytes that fingerprints can be taken from: lower case, one separator, rows back to back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedupe.arrays import Bytes, Hashes, Integers, find_marked, without_repeats

SPACE = 0x20
PADDING = 24
"""Bytes behind the letters of a block, so that so many can be read from each of them on."""

BLOCK_BYTES = 1 << 18
"""Text that is worked on at a time, so that the arrays of 64-bit hashes over it stay within the processor's cache:
with four times as much the whole takes a third longer."""

BLOCK_ROWS = 1 << 8
"""Rows that are worked on at a time; a row's number must fit in 8 bits beside what is sorted with it."""

_DROPPED = np.uint8(0xFF)  # no byte of UTF-8
_LEAD_BYTES = bytes(range(0xC0, 0x100))

# Capitals become small, what is no letter or digit a space; bytes outside ASCII stay.
_LETTERS = bytes(c if c >= 0x80 else ord(chr(c).lower()) if chr(c).isalnum() else SPACE for c in range(256))


class Scratch:
    """Memory that all blocks of a batch are worked on in: the system takes its time to clear fresh memory."""

    def __init__(self, size: int) -> None:
        self._array = np.empty(size, np.uint64)

    def take(self, size: int) -> Hashes:
        """Give `size` elements, with whatever they hold."""
        return self._array[:size] if size <= len(self._array) else np.empty(size, np.uint64)


@dataclass(frozen=True)
class Block:
    """Some consecutive rows of a batch.

    Its letters are lower-case UTF-8 without lead bytes: one byte per letter of Latin, Greek, Cyrillic, Arabic or
    Hebrew, two per ideograph; each run of what is no letter, digit or symbol of its own is one `SPACE`; one is behind
    every row, none in front. `letters` has them with `PADDING` zeros behind. Row `i` is `[offsets[i], offsets[i + 1])`.
    `starts` is where its words start, and each character of Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese.
    `spelling` is all the bytes as they were, with offsets of its own. What is in `scratch` is overwritten by the next
    block.
    """

    offsets: Integers
    starts: Integers
    letters: Bytes
    spelling: Bytes
    spelling_offsets: Integers
    scratch: Scratch

    @property
    def rows(self) -> int:
        """How many rows the block has."""
        return len(self.offsets) - 1


def to_arrow(texts: Sequence[str | None] | pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the texts as one Arrow `large_string` array without nulls: a missing text is an empty one.

    Lone surrogates, which UTF-8 cannot hold, become U+FFFD.
    """
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if not isinstance(texts, pa.Array):
        try:
            texts = pa.array(texts, pa.large_string())
        except UnicodeEncodeError:
            texts = pa.array([None if text is None else _without_surrogates(text) for text in texts], pa.large_string())
    return pc.fill_null(texts.cast(pa.large_string()), "")


def _without_surrogates(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


def offsets_of(texts: pa.Array) -> Integers:
    """Give the row offsets of a `large_string` array, into its data buffer."""
    buffer = texts.buffers()[1]
    return np.frombuffer(buffer, np.int64)[texts.offset : texts.offset + len(texts) + 1]


def read_blocks(texts: pa.Array) -> Iterator[Block]:
    """Normalise the texts and cut them into blocks of some `BLOCK_BYTES`, never inside a row.

    Where the scripts of a text have them, compatibility forms are unified first (NFKC): composed and decomposed
    accents and full-width digits differ between copies of one text, and say nothing.
    """
    if len(texts) == 0:
        return
    is_ascii, is_varied = _look_at_scripts(texts)
    if is_varied.any():
        mask = pa.array(is_varied)
        texts = pc.replace_with_mask(texts, mask, pc.utf8_normalize(texts.filter(mask), "NFKC"))
    empty, space = pa.scalar("", pa.large_string()), pa.scalar(" ", pa.large_string())
    if not is_ascii:
        texts = pc.utf8_lower(texts)
    spelled = pc.binary_join_element_wise(texts, empty, space)
    offsets = offsets_of(spelled)
    content = memoryview(spelled.buffers()[2])
    scratch = Scratch(min(BLOCK_BYTES, int(offsets[-1] - offsets[0])))
    for first, last in cut_rows(offsets):
        spelling = bytes(content[offsets[first] : offsets[last]])
        yield _read_block(spelling, offsets[first : last + 1] - offsets[first], scratch)


def cut_rows(offsets: Integers) -> Iterator[tuple[int, int]]:
    """Cut rows into runs `[first, last)` of at most `BLOCK_BYTES` and `BLOCK_ROWS`; a longer row is one of its own."""
    first, rows = 0, len(offsets) - 1
    while first < rows:
        last = int(np.searchsorted(offsets, offsets[first] + BLOCK_BYTES, side="right")) - 1
        last = min(max(last, first + 1), first + BLOCK_ROWS)
        yield first, last
        first = last


def _look_at_scripts(texts: pa.Array) -> tuple[bool, npt.NDArray[np.bool_]]:
    """Tell whether all is ASCII, and which texts may change by NFKC: by lead bytes, without what is blanked anyway.

    Free of combining and compatibility forms, but for rare ones, are Latin up to U+02FF, Greek, Cyrillic and Armenian
    (0xC2-0xCB, 0xCE-0xD5), U+2000-U+2FFF (0xE2), kana, ideographs and Hangul (0xE3-0xED).
    """
    is_ascii, is_varied = True, np.zeros(len(texts), np.bool_)
    buffer = texts.buffers()[2]
    if buffer is None:
        return is_ascii, is_varied
    offsets = offsets_of(texts)
    content = np.frombuffer(buffer, np.uint8)[int(offsets[0]) : int(offsets[-1])]
    for first in range(0, len(content), BLOCK_BYTES):
        part = content[first : first + BLOCK_BYTES]
        highest = part.max()
        is_ascii &= bool(highest < 0x80)
        if highest >= 0xCC:
            is_lead = ((part - np.uint8(0xCC)) < 2) | ((part - np.uint8(0xD6)) < 12) | (part >= 0xEE)
            found = np.flatnonzero(is_lead) + (first + offsets[0])
            is_varied[np.searchsorted(offsets, found, side="right") - 1] = True
    return is_ascii, is_varied


def _read_block(spelling: bytes, offsets: Integers, scratch: Scratch) -> Block:
    letters = np.frombuffer(bytearray(spelling.translate(_LETTERS)), np.uint8)
    is_ascii = bool(letters.max() < 0x80)
    if not is_ascii:
        _blank_foreign_separators(letters)
    kept, dropped = squeeze(letters, b"" if is_ascii else _LEAD_BYTES)
    padded = np.frombuffer(kept + bytes(PADDING), np.uint8)
    spaces = np.flatnonzero(padded == SPACE)
    starts = np.zeros_like(spaces)
    np.add(spaces[:-1], 1, out=starts[1:])
    if not is_ascii:
        characters = _unspaced_characters(letters)
        if len(characters):
            characters -= np.searchsorted(dropped, characters)
            # Two sorted runs, which the stable sort merges in one pass.
            starts = without_repeats(np.sort(np.concatenate([starts, characters]), kind="stable"))
    row_offsets = offsets - np.searchsorted(dropped, offsets)
    return Block(row_offsets, starts, padded, np.frombuffer(spelling, np.uint8), offsets, scratch)


def squeeze(content: Bytes, deleted: bytes = b"") -> tuple[bytes, Integers]:
    """Leave one of each run of spaces in UTF-8, and none of the bytes to be deleted, if any; may overwrite `content`.

    Gives what is left, and the places of what is not, by which places move: `at - searchsorted(dropped, at)`. Of
    what `deleted` names only lead bytes (from 0xC0 on) may be there, and all of them.
    """
    is_space = content == SPACE
    is_dropped = is_space.copy()  # a space in front of all goes too
    is_dropped[1:] &= is_space[:-1]
    if not deleted:
        return content[~is_dropped].tobytes(), find_marked(is_dropped)
    content |= is_dropped.view(np.uint8) * _DROPPED
    is_dropped |= content >= _LEAD_BYTES[0]
    return content.tobytes().translate(None, deleted + bytes([_DROPPED])), find_marked(is_dropped)


def _unspaced_characters(letters: Bytes) -> Integers:
    """Find the characters (three bytes each) of scripts that are written without spaces, and of Korean."""
    lead = np.flatnonzero((letters >= 0xE0) & (letters <= 0xED))
    first, second = letters[lead], letters[lead + 1]
    is_unspaced = first >= 0xE3
    is_unspaced |= (first == 0xE0) & (second >= 0xB8)  # Thai, Lao, Tibetan
    is_unspaced |= (first == 0xE1) & ((second <= 0x82) | (second == 0x9E) | (second == 0x9F))  # Burmese, Khmer
    return lead[is_unspaced]


def _blank_foreign_separators(letters: Bytes) -> None:
    """Overwrite the punctuation and symbols outside ASCII with `SPACE`, in place.

    These are all of U+0080-U+00BF, U+2000-U+2BFF and U+3000-U+303F, as their first two bytes tell.
    """
    latin = np.flatnonzero(letters == 0xC2)
    general = np.flatnonzero(letters == 0xE2)
    general = general[letters[general + 1] < 0xB0]
    ideographic = np.flatnonzero(letters == 0xE3)
    ideographic = ideographic[letters[ideographic + 1] == 0x80]
    letters[latin] = letters[latin + 1] = SPACE
    for lead in (general, ideographic):
        letters[lead] = letters[lead + 1] = letters[lead + 2] = SPACE
