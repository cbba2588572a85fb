"""langdetect's profiles scored over all n-grams of a whole batch at once.

langdetect (Nakatani Shuyo 2010) draws n-grams at random and stops when it feels sure. Here every n-gram counts, in sums
of whole numbers, so the scores are exact: the same in any batch, order and process.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.clean.language.build import STEPS, TABLE
from tasks.clean.language.once import load_once
from tasks.clean.language.samples import Samples
from tasks.clean.language.tables import columns_of, known_languages, script_names, script_of_unit
from tasks.clean.language.units import UPPER, unit_flags

SLOT_BITS = 20
"""The hash table has 2**20 slots for 88,000 n-grams: one in twelve, so most lookups end at the first slot."""

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""Fibonacci hashing (Knuth 1973): 2**64 over the golden ratio."""


ABREAST = 16
"""Measured: 10 us for 900 n-grams, against 28 us one by one."""

THREE_UNITS = np.uint64(1 << 32)
"""Keys from here on are 3-grams."""


@dataclass(frozen=True, slots=True)
class ProfileTable:
    """The profiles as a hash table: `slots` give the row of `values` for a key, `tails` how far a search may go."""

    slots: npt.NDArray[np.int32]
    keys: npt.NDArray[np.uint64]
    values: npt.NDArray[np.uint16]
    peaks: npt.NDArray[np.uint16]
    normal: npt.NDArray[np.uint16]
    source: npt.NDArray[np.intp]
    longest_search: int


@dataclass(frozen=True, slots=True)
class ProfileScores:
    """Texts by languages: log-likelihood over that of unseen n-grams, in nats; -inf where no profile says anything.

    `grams` is how many n-grams were looked up, `known` how many of them any profile has. `trigram_peak` is the mean
    over the 3-grams of what the most fitting profile says of each, whichever it is: low where no language has such
    words.
    """

    scores: npt.NDArray[np.float64]
    grams: npt.NDArray[np.int64]
    known: npt.NDArray[np.int64]
    trigram_peak: npt.NDArray[np.float64]


@load_once
def load_profiles() -> ProfileTable:
    """Read the table once; 17 MB, a tenth of a second."""
    with np.load(TABLE) as stored:
        keys, values, normal = stored["keys"], stored["values"], stored["normal"]
        labels = stored["labels"].tolist()
    theirs, mine, source = columns_of(labels, "profiles")
    columns = np.unique(mine)
    folded = np.zeros((len(keys) + 1, len(columns)), np.uint16)  # the last row is that of an unknown n-gram
    for label, column in zip(theirs, np.searchsorted(columns, mine), strict=True):
        folded[:-1, column] = np.maximum(folded[:-1, column], values[:, label])
    slots = np.full(1 << SLOT_BITS, -1, np.int32)
    rows, searched = np.arange(len(keys), dtype=np.int32), 0
    while len(rows):
        at = _slots_of(keys[rows], searched)
        free = slots[at] < 0
        slots[at[free][::-1]] = rows[free][::-1]
        rows = rows[slots[at] != rows]
        searched += 1
    keys = np.append(keys, np.uint64(0))
    return ProfileTable(slots, keys, folded, folded.max(1), normal, _compact(source, columns), searched)


def _compact(source: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """For each language the column of the folded table, -1 for none."""
    return np.where(source < 0, -1, np.searchsorted(columns, source))


def _slots_of(keys: npt.NDArray[np.uint64], step: int) -> npt.NDArray[np.int64]:
    first = (keys * MULTIPLIER) >> np.uint64(64 - SLOT_BITS)
    return (first.astype(np.int64) + step) & ((1 << SLOT_BITS) - 1)


def score_profiles(samples: Samples, wanted: npt.NDArray[np.bool_] | None = None) -> ProfileScores:
    """Score every 1- to 3-gram of every text, or of the wanted ones, against all profiles."""
    table = load_profiles()
    grams, owner = _grams(samples, table, np.ones(len(samples), np.bool_) if wanted is None else wanted)
    rows = _look_up(grams, table)
    known = rows >= 0
    count = len(samples)
    totals = np.zeros((count, table.values.shape[1]), np.int32)
    found, of = rows[known], owner[known]
    bounds = np.searchsorted(of, np.arange(count + 1)).tolist()
    for text, (start, end) in enumerate(itertools.pairwise(bounds)):  # many times as fast as one `add.reduceat`
        if start < end:
            totals[text] = _sum_rows(table.values, found[start:end])
    scores = np.full((count, len(known_languages())), -np.inf)
    covered = table.source >= 0
    scores[:, covered] = totals[:, table.source[covered]] / STEPS
    three = grams >= THREE_UNITS
    peaks = np.bincount(owner[three], table.peaks[rows[three]], minlength=count)  # row -1, unknown, is all zeros
    trigrams = np.maximum(np.bincount(owner[three], minlength=count), 1)
    return ProfileScores(
        scores, np.bincount(owner, minlength=count), np.bincount(of, minlength=count), peaks / trigrams / STEPS
    )


def _sum_rows(values: npt.NDArray[np.uint16], rows: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The sum of some rows of a table, `ABREAST` of them side by side, since numpy adds few long rows fastest."""
    if len(rows) < 4 * ABREAST:
        return np.asarray(np.add.reduce(values.take(rows, axis=0), axis=0, dtype=np.int32))
    columns, whole = values.shape[1], len(rows) // ABREAST * ABREAST
    wide = values.take(rows[:whole], axis=0).reshape(-1, ABREAST * columns)
    total = np.add.reduce(wide, axis=0, dtype=np.int32).reshape(ABREAST, columns).sum(0, dtype=np.int32)
    rest = np.add.reduce(values.take(rows[whole:], axis=0), axis=0, dtype=np.int32)
    return np.asarray(total + rest)


def _grams(
    samples: Samples, table: ProfileTable, wanted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Keys of all n-grams in the order of the text, and the text each belongs to: langdetect's rules.

    Latin letters are left out of a text with more than twice as many others; n-grams that end in the second of two
    capitals do not count, nor single spaces.
    """
    chosen = np.append(wanted, True)[samples.text_of]
    units, owner = samples.units[chosen], samples.text_of[chosen]
    latin = script_of_unit().take(units) == script_names().index("Latn")
    latin_letters = samples.scripts[:, script_names().index("Latn")]
    foreign = np.append(2 * latin_letters < samples.scripts[:, 1:].sum(1) - latin_letters, False)
    keep = ~(latin & foreign[owner])
    units, owner = units[keep], owner[keep]
    capital = (unit_flags().take(units) & UPPER) > 0
    normal = table.normal.take(units)
    gap = normal == ord(" ")
    again = np.zeros(len(gap), np.bool_)
    again[1:] = gap[1:] & gap[:-1] & (owner[1:] == owner[:-1])
    normal, owner, capital, gap = (side[~again] for side in (normal, owner, capital, gap))
    shouted = np.zeros(len(gap), np.bool_)
    shouted[1:] = capital[1:] & capital[:-1]
    keys = np.zeros((len(gap), 3), np.uint64)
    keys[:, 0] = normal
    keys[1:, 1] = (keys[:-1, 0] << np.uint64(16)) | keys[1:, 0]
    keys[2:, 2] = (keys[1:-1, 1] << np.uint64(16)) | keys[2:, 0]
    use = np.zeros(keys.shape, np.bool_)
    use[:, 0] = ~gap & ~shouted
    use[1:, 1] = ~shouted[1:] & ~(gap[1:] & gap[:-1])
    use[2:, 2] = ~gap[1:-1] & ~shouted[2:]
    # the n-gram that ends in the space before a text is the last of the text before it
    of = np.repeat(owner[:, None], 3, axis=1)
    of[1:, 1] = np.where(gap[1:], owner[:-1], owner[1:])
    of[2:, 2] = np.where(gap[2:], owner[1:-1], owner[2:])
    use &= of < len(samples)
    used = use.ravel()
    return keys.ravel()[used], of.ravel()[used]


def _look_up(grams: npt.NDArray[np.uint64], table: ProfileTable) -> npt.NDArray[np.int32]:
    """The row of each n-gram, -1 where no profile has it."""
    rows = table.slots[_slots_of(grams, 0)]
    missed = np.flatnonzero((rows >= 0) & (table.keys[rows] != grams))
    for step in range(1, table.longest_search + 1):
        if not len(missed):
            break
        rows[missed] = table.slots[_slots_of(grams[missed], step)]
        missed = missed[(rows[missed] >= 0) & (table.keys[rows[missed]] != grams[missed])]
    return rows
