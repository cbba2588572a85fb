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
    is_word = block.letters[: block.end] != SPACE
    edges = np.flatnonzero(is_word[1:] != is_word[:-1]) + 1
    if len(is_word) and is_word[0]:
        edges = np.concatenate([[0], edges])
    starts, ends = edges[::2], edges[1::2]
    if not block.is_ascii:
        starts, ends = _split_characters(block.letters, is_word, starts, ends)
    pieces = (ends - starts + _TOKEN_BYTES - 1) // _TOKEN_BYTES
    if len(pieces) and pieces.max() > 1:
        cut = np.repeat(starts, pieces) + _TOKEN_BYTES * expand(np.zeros_like(pieces), pieces)
        starts, ends = cut, np.minimum(cut + _TOKEN_BYTES, np.repeat(ends, pieces))
    return _hash_bytes(block.letters, starts, ends - starts), np.searchsorted(starts, block.offsets)


def _split_characters(
    letters: Bytes, is_word: npt.NDArray[np.bool_], starts: Integers, ends: Integers
) -> tuple[Integers, Integers]:
    """Cut the words of scripts without spaces into overlapping pairs of characters (three bytes each)."""
    lead = np.flatnonzero(letters >= 0xE0)
    first, second = letters[lead], letters[lead + 1]
    is_character = (first >= 0xE3) & (first <= 0xED)
    is_character |= (first == 0xE0) & (second >= 0xB8)  # Thai, Lao, Tibetan
    is_character |= (first == 0xE1) & ((second <= 0x82) | (second == 0x9E) | (second == 0x9F))  # Burmese, Khmer
    characters = lead[is_character]
    if not len(characters):
        return starts, ends
    is_start = np.zeros(len(letters), np.bool_)
    is_start[characters + 3] = True
    is_start[: len(is_word)] &= is_word
    is_start[len(is_word) :] = False
    is_start[starts] = is_start[characters] = True
    cuts = np.flatnonzero(is_start)
    cut_ends = np.minimum(np.append(cuts[1:], len(letters)), ends[np.searchsorted(starts, cuts, side="right") - 1])
    is_lead = np.zeros(len(letters), np.bool_)
    is_lead[characters] = True
    is_pair = is_lead[cuts] & is_lead[cut_ends]
    return cuts, cut_ends + 3 * is_pair


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
    hashes = _hash_runs(tokens, offsets, counts)
    # Sorting all runs would take longer than all else here, so only as many are looked at as surely hold the smallest.
    share = np.maximum(1 / KEY_SHARE, 4 * KEY_FEWEST / np.maximum(runs, 1))
    keys, key_rows = _smallest(hashes, offsets[:-1], runs, share)
    found = np.bincount(key_rows, minlength=len(runs))
    short = np.flatnonzero((found < KEY_FEWEST) & (share < 1))
    if len(short):  # repeats: fewer distinct runs than there seemed to be
        more, more_rows = _smallest(hashes, offsets[short], runs[short], np.ones(len(short)))
        keep = ~np.isin(key_rows, short)
        keys, key_rows = np.concatenate([keys[keep], more]), np.concatenate([key_rows[keep], short[more_rows]])
        order = np.argsort(key_rows, kind="stable")
        keys, key_rows = keys[order], key_rows[order]
    ends = np.searchsorted(key_rows, np.arange(len(runs) + 1))
    position = np.arange(len(keys)) - ends[key_rows]
    keep = (position < KEY_FEWEST) | (keys < np.uint64((1 << KEY_BITS) // KEY_SHARE))
    return keys[keep], np.searchsorted(key_rows[keep], np.arange(len(runs) + 1))


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


def _smallest(
    hashes: Hashes, first: Integers, runs: Integers, share: npt.NDArray[np.float64]
) -> tuple[Hashes, Integers]:
    """Give the distinct keys of each row that lie in the lowest `share` of all hashes, sorted, and their rows."""
    limit = np.minimum(share * 2.0**KEY_BITS, 2.0**KEY_BITS).astype(np.uint64)
    keys = hashes[expand(first, runs)] >> np.uint64(64 - KEY_BITS)
    rows = np.repeat(np.arange(len(runs), dtype=np.uint64), runs)
    is_low = keys < np.repeat(limit, runs)
    coded = distinct((rows[is_low] << np.uint64(KEY_BITS)) | keys[is_low])
    return coded & np.uint64((1 << KEY_BITS) - 1), (coded >> np.uint64(KEY_BITS)).astype(np.int64)


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
    content = block.spelling[: block.end]
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
    rows = (np.searchsorted(block.offsets, at[starts], side="right") - 1).astype(np.uint64)
    coded = distinct((rows << np.uint64(KEY_BITS)) | hashes)
    rows = coded >> np.uint64(KEY_BITS)
    offsets = np.searchsorted(rows, np.arange(block.rows + 1, dtype=np.uint64))
    keep = np.arange(len(coded)) - offsets[rows.astype(np.int64)] < NUMBERS_MOST
    return coded[keep] & np.uint64((1 << KEY_BITS) - 1), np.searchsorted(
        rows[keep], np.arange(block.rows + 1, dtype=np.uint64)
    )
