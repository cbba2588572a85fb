"""Build `profiles.npz` from the n-gram profiles of the installed langdetect: `python -m tasks.clean.language.build`.

langdetect's profiles (Nakatani Shuyo 2010, Apache-2.0) hold, for each of 55 languages, how often each 1- to 3-gram of
Wikipedia's abstracts occurs. The table keeps for each n-gram the logarithm of langdetect's smoothed probability over
that of an n-gram never seen, in 1/64, so that sums of them are whole numbers and exact in any order.
"""

from __future__ import annotations

import json
from pathlib import Path

import langdetect
import numpy as np
from langdetect.utils.ngram import NGram

TABLE = Path(__file__).with_name("profiles.npz")

SMOOTHING = 0.5 / 10_000
"""langdetect's ALPHA_DEFAULT over its BASE_FREQ."""

STEPS = 64
"""The table's values are logarithms in 1/64."""


def gram_key(gram: str) -> int:
    """Up to three code units as one number of 48 bits."""
    key = 0
    for character in gram:
        key = key << 16 | ord(character)
    return key


def build_table() -> dict[str, np.ndarray]:
    """The arrays of the table: `keys` (sorted), `values` (keys by languages), `labels`, `normal` (a unit for each)."""
    folder = Path(langdetect.__file__).with_name("profiles")
    labels = sorted(path.name for path in folder.iterdir())
    rows: dict[int, np.ndarray] = {}
    for column, label in enumerate(labels):
        profile = json.loads((folder / label).read_text("utf-8"))
        for gram, count in profile["freq"].items():
            if 1 <= len(gram) <= 3:
                row = rows.setdefault(gram_key(gram), np.zeros(len(labels)))
                row[column] = count / profile["n_words"][len(gram) - 1]
    keys = np.array(sorted(rows), np.uint64)
    shares = np.array([rows[int(key)] for key in keys])
    normal = np.full(0x10000, ord(" "), np.uint16)
    for unit in [*range(0xD800), *range(0xE000, 0x10000)]:
        folded = NGram.normalize(chr(unit))
        normal[unit] = ord(folded) if len(folded) == 1 else ord(" ")
    return {
        "keys": keys,
        "values": np.rint(STEPS * np.log1p(shares / SMOOTHING)).astype(np.uint16),
        "labels": np.array(labels),
        "normal": normal,
    }


if __name__ == "__main__":
    np.savez_compressed(TABLE, **build_table())  # type: ignore[arg-type]
