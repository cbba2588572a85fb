"""How fast duplicates are found, in how much memory, and that the order of runs changes nothing.

    python bench/duplicates.py fingerprints [--documents N] [--bytes B]   against datasketch and rensa, where installed
    python bench/duplicates.py copies                                     10 to 10,000 damaged copies of one text
    python bench/duplicates.py repeats [--documents N]                    a corpus that repeats each sentence 16 times

All texts are made up from random words, the same ones at each call. Times are CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module

import numpy as np
import pyarrow as pa

from tasks.dedupe import find_duplicates
from tasks.dedupe.clusters import find_clusters
from tasks.dedupe.fingerprints import fingerprint

START = datetime(2026, 1, 1, tzinfo=UTC)
PERMUTATIONS = 112
"""Of the peers' MinHash: 14 bands of 8 rows, the setting most corpora were made with."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=sorted(BENCHES))
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=2_000)
    args = parser.parse_args()
    BENCHES[args.what](args)


def make_words(count: int = 30_000) -> list[str]:
    """Make up words of 2 to 11 letters."""
    chosen = random.Random(1)
    return ["".join(chosen.choices("etaoinshrdlucmfwypvbgkjqxz", k=chosen.randint(2, 11))) for _ in range(count)]


def make_texts(count: int, size: int) -> list[str]:
    """Make texts of about `size` bytes, their words as unevenly frequent as those of a language (Zipf)."""
    words = make_words()
    weights = np.cumsum(1 / np.arange(1, len(words) + 1))
    chosen = np.random.default_rng(2)
    texts = []
    for _ in range(count):
        picked = np.searchsorted(weights, chosen.random(size // 7 + 1) * weights[-1]).tolist()
        text = " ".join(words[at] for at in picked)
        texts.append(text[:size])
    return texts


def bench_fingerprints(args: argparse.Namespace) -> None:
    texts = make_texts(args.documents, args.bytes)
    array = pa.array(texts, pa.large_string())
    table = fingerprint(array)
    seconds = min(timed(lambda: fingerprint(array)) for _ in range(5))
    report("winnow", len(texts), array.nbytes, seconds)
    print(
        f"{table.nbytes / len(texts):.0f} bytes a document, of these "
        f"{table['keys'].nbytes / len(texts):.0f} keys and {table['sketch'].nbytes / len(texts):.0f} sketch"
    )
    some = texts[: max(200, args.documents // 20)]
    size = sum(map(len, some))
    for name, sign in (("datasketch", sign_with_datasketch), ("rensa", sign_with_rensa)):
        try:
            seconds = timed(lambda sign=sign: sign(some))
        except ImportError:
            print(f"{name}: not installed")
        else:
            report(name, len(some), size, seconds)


def sign_with_datasketch(texts: list[str]) -> None:
    kind = import_module("datasketch").MinHash
    for text in texts:
        kind(num_perm=PERMUTATIONS).update_batch({gram.encode() for gram in word_grams(text)})


def sign_with_rensa(texts: list[str]) -> None:
    kind = import_module("rensa").RMinHash
    for text in texts:
        signature = kind(num_perm=PERMUTATIONS, seed=1)
        signature.update(list(word_grams(text)))
        signature.digest()


def word_grams(text: str, size: int = 5) -> Iterator[str]:
    words = text.lower().split()
    return (" ".join(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))


def bench_copies(_args: argparse.Namespace) -> None:
    chosen = random.Random(3)
    text = make_texts(1, 2_000)[0]
    for count in (10, 60, 100, 1_000, 10_000):
        copies = []
        for _ in range(count):
            letters = list(text)
            for at in chosen.sample(range(len(letters)), len(letters) // 100):
                letters[at] = chosen.choice("abcdefghijklmnopqrstuvwxyz")
            copies.append("".join(letters))
        ids = [f"{at:06}" for at in range(count)]
        start = time.process_time()
        found = find_duplicates(ids, copies, [START] * count)
        print(f"{count:6} copies: {len(set(found.values()))} cluster(s), {time.process_time() - start:.1f} s")


def bench_repeats(args: argparse.Namespace) -> None:
    signatures = sign_repeating_corpus(args.documents)
    before = peak_megabytes()
    start = time.process_time()
    clusters = find_clusters(signatures)
    print(
        f"{args.documents} documents: {time.process_time() - start:.1f} s, peak {peak_megabytes():.0f} MB "
        f"({before:.0f} before), {len(clusters.duplicates)} duplicates, largest cluster {clusters.largest}"
    )


def sign_repeating_corpus(count: int) -> pa.Table:
    """Make signatures of texts of 20 sentences, each sentence in some 16 texts."""
    chosen = random.Random(4)
    words = make_words()
    sentences = [" ".join(chosen.choices(words, k=15)).capitalize() + ". " for _ in range(max(1, count * 20 // 16))]
    parts = []
    for first in range(0, count, 10_000):
        texts = ["".join(chosen.choices(sentences, k=20)) for _ in range(min(10_000, count - first))]
        parts.append(fingerprint(texts))
    return with_metadata(pa.concat_tables(parts))


def with_metadata(prints: pa.Table, first_id: int = 0) -> pa.Table:
    """Make signatures of fingerprints: ids in a row, times spread over 300 days."""
    count = len(prints)
    days = np.random.default_rng(first_id).integers(0, 300, count)
    times = pa.array([START + timedelta(days=int(day)) for day in days], pa.timestamp("us", tz="UTC"))
    columns = {
        "source": pa.repeat("bench", count),
        "document_id": pa.array([f"{at:09}" for at in range(first_id, first_id + count)]),
        "raw_path": pa.repeat("", count),
        "url": pa.nulls(count, pa.string()),
        "seen_at": times,
        "version_at": times,
        "characters": pa.repeat(pa.scalar(2_000, pa.int64()), count),
        "language": pa.nulls(count, pa.string()),
    }
    return pa.table(columns | {name: prints[name] for name in prints.column_names})


def timed(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def report(name: str, documents: int, size: int, seconds: float) -> None:
    print(f"{name:12} {documents / seconds:10,.0f} documents a second and core, {size / seconds / 1e6:6.1f} MB/s")


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


BENCHES = {"fingerprints": bench_fingerprints, "copies": bench_copies, "repeats": bench_repeats}

if __name__ == "__main__":
    main()
