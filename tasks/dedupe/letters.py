"""Main texts as bytes that fingerprints can be taken from: lower case, one separator, rows back to back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

SPACE = 0x20
PADDING = 72
"""Bytes behind each block, so that the last token can be read eight bytes at a time, up to 64 of them."""

BLOCK_BYTES = 1 << 18
"""Text that is worked on at a time. The arrays of 64-bit hashes over it stay within the processor's cache: with
1 << 20 the whole takes a third longer."""

BLOCK_ROWS = 1 << 12
"""Rows that are worked on at a time; a row's number must fit in 16 bits beside the hashes it is sorted with."""

_SEPARATORS = bytes(c if c >= 0x80 or chr(c).isalnum() else SPACE for c in range(256))


@dataclass(frozen=True)
class Block:
    """Some consecutive rows of a batch.

    `letters` is lower-case UTF-8 in which each run of what is no letter, digit or symbol of its own is one `SPACE`;
    one is behind every row, none in front. Row `i` is `[offsets[i], offsets[i + 1])`. `spelling` and its offsets are
    the same with all the punctuation still in it. Both are followed by `PADDING` zero bytes.
    """

    letters: Bytes
    offsets: Integers
    spelling: Bytes
    spelling_offsets: Integers
    is_ascii: bool

    @property
    def rows(self) -> int:
        """How many rows the block has."""
        return len(self.offsets) - 1

    @property
    def end(self) -> int:
        """Where the last row ends and the padding starts."""
        return int(self.offsets[-1])


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
    is_varied = _has_varied_forms(texts)
    if is_varied.any():
        mask = pa.array(is_varied)
        texts = pc.replace_with_mask(texts, mask, pc.utf8_normalize(texts.filter(mask), "NFKC"))
    empty, space = pa.scalar("", pa.large_string()), pa.scalar(" ", pa.large_string())
    spelled = pc.binary_join_element_wise(pc.utf8_lower(texts), empty, space)
    offsets = offsets_of(spelled)
    content = memoryview(spelled.buffers()[2])
    first = 0
    while first < len(texts):
        last = int(np.searchsorted(offsets, offsets[first] + BLOCK_BYTES, side="right")) - 1
        last = min(max(last, first + 1), first + BLOCK_ROWS)
        yield _read_block(bytes(content[offsets[first] : offsets[last]]), offsets[first : last + 1] - offsets[first])
        first = last


def _has_varied_forms(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Tell which texts may change by NFKC: by lead bytes, without what is blanked anyway.

    Free of combining and compatibility forms, but for rare ones, are Latin up to U+02FF, Greek, Cyrillic and Armenian
    (0xC2-0xCB, 0xCE-0xD5), U+2000-U+2FFF (0xE2), kana, ideographs and Hangul (0xE3-0xED).
    """
    is_varied = np.zeros(len(texts), np.bool_)
    buffer = texts.buffers()[2]
    if buffer is None:
        return is_varied
    offsets = offsets_of(texts)
    content = np.frombuffer(buffer, np.uint8)[int(offsets[0]) : int(offsets[-1])]
    for first in range(0, len(content), BLOCK_BYTES):
        part = content[first : first + BLOCK_BYTES]
        if part.max() >= 0xCC:
            is_lead = ((part - np.uint8(0xCC)) < 2) | ((part - np.uint8(0xD6)) < 12) | (part >= 0xEE)
            found = np.flatnonzero(is_lead) + (first + offsets[0])
            is_varied[np.searchsorted(offsets, found, side="right") - 1] = True
    return is_varied


def _read_block(content: bytes, offsets: Integers) -> Block:
    padding = bytes(PADDING)
    letters = np.frombuffer(bytearray(content.translate(_SEPARATORS)), np.uint8)
    is_ascii = bool(letters.max() < 0x80)
    if not is_ascii:
        _blank_foreign_separators(letters)
    is_space = letters == SPACE
    is_repeat = is_space.copy()
    is_repeat[1:] &= is_space[:-1]
    letters, letter_offsets = drop(letters, is_repeat, offsets)
    return Block(letters, letter_offsets, np.frombuffer(content + padding, np.uint8), offsets, is_ascii)


def drop(content: Bytes, is_dropped: npt.NDArray[np.bool_], offsets: Integers) -> tuple[Bytes, Integers]:
    """Leave bytes out: gives the rest, with `PADDING` behind it, and the offsets of the rows in it."""
    dropped = np.flatnonzero(is_dropped)
    kept = np.zeros(len(is_dropped) - len(dropped) + PADDING, np.uint8)
    np.compress(~is_dropped, content[: len(is_dropped)], out=kept[: len(is_dropped) - len(dropped)])
    return kept, offsets - np.searchsorted(dropped, offsets)


def _blank_foreign_separators(letters: Bytes) -> None:
    """Overwrite the punctuation and symbols outside ASCII with `SPACE`, in place.

    After NFKC these are all of U+0080-U+00BF, U+2000-U+2BFF and U+3000-U+303F, as their first two bytes tell.
    """
    latin = np.flatnonzero(letters == 0xC2)
    general = np.flatnonzero(letters == 0xE2)
    general = general[letters[general + 1] < 0xB0]
    ideographic = np.flatnonzero(letters == 0xE3)
    ideographic = ideographic[letters[ideographic + 1] == 0x80]
    letters[latin] = letters[latin + 1] = SPACE
    for lead in (general, ideographic):
        letters[lead] = letters[lead + 1] = letters[lead + 2] = SPACE


def read_words(content: Bytes) -> Hashes:
    """View the bytes as overlapping little-endian 64-bit words, one starting at each byte but the last seven."""
    return np.ndarray((len(content) - 7,), "<u8", buffer=content.data, strides=(1,))


def mix(values: Hashes) -> Hashes:
    """Spread the entropy of 64-bit values over all their bits: the finaliser of MurmurHash3 (Appleby 2011)."""
    values = values ^ (values >> np.uint64(33))
    values *= np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return values


def expand(starts: Integers, counts: Integers) -> Integers:
    """List `start, start + 1, ...` for each start, `count` of them each, back to back."""
    total = int(counts.sum())
    shift = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return shift + np.arange(total, dtype=np.int64)
