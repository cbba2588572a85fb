"""Keys that copies of a text have in common, and the numbers in it: from runs of words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.dedupe.letters import SPACE, Block, Bytes, Hashes, Integers, expand, mix, read_words

KEY_WORDS = 4
"""Words in the run that a key is the hash of.

Five find 72 % of copies with 6 % of the characters changed, four 93 %, three 95 % with twice the chance meetings."""

KEY_SHARE = 16
"""One run in so many is a key..."""

KEY_FEWEST = 16
"""...and the so many smallest are, whatever their hash: short texts would have none else."""

KEY_BITS = 48
"""Bits of a key. 10 million documents have 2e8 keys, of which one in a million would meet another by chance."""

NUMBERS_MOST = 64
"""Numbers kept of a text, those of the smallest hash: as good a sample of a table as all of it, and bounded."""

_KEY_MASK = np.uint64((1 << KEY_BITS) - 1)

_TOKEN_BYTES = 64
"""Where longer tokens are cut: an endless run of letters is base64 or hostile."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_FIRST_BYTES = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)
_DIGIT_WEIGHTS = np.array([pow(0x100000001B3, n, 1 << 64) for n in range(256)], np.uint64)


def read_tokens(block: Block) -> tuple[Hashes, Integers]:
    """Hash the words of each row; of Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese each character.

    Gives the hashes and, for each row and the end, the index of its first one. A character of those scripts is hashed
    together with the one behind it, as it says less than a word.
    """
    ends = np.flatnonzero(block.letters[: block.end] == SPACE)
    starts = np.concatenate([[0], ends[:-1] + 1])[: len(ends)]
    if not block.is_ascii:
        starts, ends = _split_characters(block.letters, starts, ends)
    pieces = (ends - starts + _TOKEN_BYTES - 1) // _TOKEN_BYTES
    if len(pieces) and pieces.max() > 1:
        cut = np.repeat(starts, pieces) + _TOKEN_BYTES * expand(np.zeros_like(pieces), pieces)
        starts, ends = cut, np.minimum(cut + _TOKEN_BYTES, np.repeat(ends, pieces))
    return _hash_bytes(block.letters, starts, ends - starts), np.searchsorted(starts, block.offsets)


def _split_characters(letters: Bytes, starts: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """Cut the words of scripts without spaces into overlapping pairs of characters (three bytes each)."""
    lead = np.flatnonzero(letters >= 0xE0)
    first, second = letters[lead], letters[lead + 1]
    is_character = (first >= 0xE3) & (first <= 0xED)
    is_character |= (first == 0xE0) & (second >= 0xB8)  # Thai, Lao, Tibetan
    is_character |= (first == 0xE1) & ((second <= 0x82) | (second == 0x9E) | (second == 0x9F))  # Burmese, Khmer
    characters = lead[is_character]
    if not len(characters):
        return starts, ends
    words = np.searchsorted(starts, characters, side="right") - 1
    # A token starts at each character and behind it, unless the word ends there; what precedes it is one too.
    behind = (characters + 3)[characters + 3 < ends[words]]
    cuts = distinct(np.concatenate([starts[words], characters, behind]))
    cut_ends = np.minimum(np.append(cuts[1:], len(letters)), ends[np.searchsorted(starts, cuts, side="right") - 1])
    is_lead = np.zeros(len(letters), np.bool_)
    is_lead[characters] = True
    cut_ends += 3 * (is_lead[cuts] & is_lead[cut_ends])
    is_whole = np.ones(len(starts), np.bool_)
    is_whole[words] = False
    starts, ends = np.concatenate([starts[is_whole], cuts]), np.concatenate([ends[is_whole], cut_ends])
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order]


def _hash_bytes(content: Bytes, starts: Integers, lengths: Integers) -> Hashes:
    """Hash `content[start : start + length]` for each start; at most 64 bytes each."""
    words = read_words(content)
    hashes = (words[starts] & _FIRST_BYTES[np.minimum(lengths, 8)]) * _MULTIPLIER
    for done in range(8, _TOKEN_BYTES, 8):
        longer = np.flatnonzero(lengths > done)
        if not len(longer):
            break
        word = words[starts[longer] + done] & _FIRST_BYTES[np.minimum(lengths[longer] - done, 8)]
        hashes[longer] = (mix(hashes[longer]) ^ word) * _MULTIPLIER
    return mix(hashes)


def take_keys(tokens: Hashes, offsets: Integers) -> tuple[Hashes, Integers]:
    """Sample the hashed runs of `KEY_WORDS` words: sorted, distinct keys row by row, and the offsets of the rows.

    A row of fewer words has one key, of all of them; a row without words none.
    """
    counts = np.diff(offsets)
    runs = np.maximum(counts - KEY_WORDS + 1, np.minimum(counts, 1))
    keys = _hash_runs(tokens, offsets, counts) >> np.uint64(64 - KEY_BITS)
    # Sorting all runs would take longer than all else here, so only as many are looked at as should hold the smallest.
    share = np.minimum(np.maximum(1 / KEY_SHARE, 4 * KEY_FEWEST / np.maximum(runs, 1)), 1.0)
    coded = _lowest(keys, offsets, runs, share)
    is_short = (np.bincount(_rows(coded), minlength=len(runs)) < KEY_FEWEST) & (share < 1)
    if is_short.any():  # a text that repeats itself has fewer distinct runs than runs
        more = _lowest(keys, offsets, runs, is_short.astype(np.float64))
        coded = np.sort(np.concatenate([coded[~is_short[_rows(coded)]], more]), kind="stable")
    rows = _rows(coded)
    sampled = coded & _KEY_MASK
    place = np.arange(len(rows)) - np.searchsorted(rows, np.arange(len(runs)))[rows]
    is_key = (place < KEY_FEWEST) | (sampled < np.uint64((1 << KEY_BITS) // KEY_SHARE))
    return sampled[is_key], np.searchsorted(rows[is_key], np.arange(len(runs) + 1))


def _hash_runs(tokens: Hashes, offsets: Integers, counts: Integers) -> Hashes:
    """Hash the run that starts at each token, across the ends of rows too; a short row's at its first token."""
    padded = np.concatenate([tokens, np.zeros(KEY_WORDS, np.uint64)])
    hashes = padded[: len(tokens)].copy()
    for ahead in range(1, KEY_WORDS):
        hashes *= _MULTIPLIER
        hashes += padded[ahead : ahead + len(tokens)]
    short = np.flatnonzero((counts > 0) & (counts < KEY_WORDS))
    if len(short):
        first = offsets[short]
        whole = tokens[first]
        for ahead in range(1, KEY_WORDS - 1):
            whole = whole * _MULTIPLIER + np.where(counts[short] > ahead, padded[first + ahead], np.uint64(0))
        hashes[first] = whole
    return mix(hashes)


def _lowest(keys: Hashes, offsets: Integers, runs: Integers, share: npt.NDArray[np.float64]) -> Hashes:
    """Give the distinct keys of each row in the lowest `share` of all possible ones, sorted, each behind its row."""
    limits = (share * 2.0**KEY_BITS).astype(np.uint64)
    at = np.flatnonzero(keys < np.repeat(limits, np.diff(offsets)))
    rows = np.repeat(np.arange(len(runs)), np.diff(np.searchsorted(at, offsets)))
    is_whole = at < (offsets[:-1] + runs)[rows]
    return distinct((rows[is_whole].astype(np.uint64) << np.uint64(KEY_BITS)) | keys[at[is_whole]])


def _rows(coded: Hashes) -> Integers:
    return (coded >> np.uint64(KEY_BITS)).astype(np.int64)


def distinct(values: Hashes) -> Hashes:
    """Sort the values and leave one of each."""
    ordered: Hashes = np.sort(values)
    is_first = np.ones(len(ordered), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def take_numbers(block: Block) -> tuple[Hashes, Integers]:
    """Hash the distinct numbers of each row, the `NUMBERS_MOST` smallest hashes: sorted, and the offsets of the rows.

    A number is a run of digits, with single points, commas and colons inside it: 4,500 and 12.30 are one each. Commas
    do not count (4,500 is 4500). The hash depends on the first 256 characters.
    """
    content = block.spelling
    at = np.flatnonzero((content - np.uint8(48)) < 10)
    if not len(at):
        return np.zeros(0, np.uint64), np.zeros(block.rows + 1, np.int64)
    gap = np.diff(at)
    between = content[at[:-1] + 1]
    is_dotted = (gap == 2) & ((between == 0x2E) | (between == 0x3A))
    joins = (gap == 1) | is_dotted | ((gap == 2) & (between == 0x2C))
    starts = np.concatenate([[0], np.flatnonzero(~joins) + 1])
    lengths = np.diff(np.append(starts, len(at)))
    place = np.minimum(expand(np.zeros_like(lengths), lengths), len(_DIGIT_WEIGHTS) - 1)
    # A point or colon counts with the digit behind it.
    symbol = content[at].astype(np.uint64) + np.concatenate([[0], is_dotted * between]).astype(np.uint64) * np.uint64(
        256
    )
    hashes = mix(np.add.reduceat(symbol * _DIGIT_WEIGHTS[place], starts)) >> np.uint64(64 - KEY_BITS)
    rows = np.searchsorted(block.spelling_offsets, at[starts], side="right") - 1
    coded = distinct((rows.astype(np.uint64) << np.uint64(KEY_BITS)) | hashes)
    rows = _rows(coded)
    is_kept = np.arange(len(rows)) - np.searchsorted(rows, np.arange(block.rows))[rows] < NUMBERS_MOST
    return coded[is_kept] & _KEY_MASK, np.searchsorted(rows[is_kept], np.arange(block.rows + 1))
