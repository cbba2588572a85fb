"""How fast duplicates are found, in how much memory, and that the order of runs changes nothing.

    python bench/duplicates.py fingerprints [--documents N] [--bytes B]   against datasketch and rensa, where installed
    python bench/duplicates.py copies                                     10 to 10,000 damaged copies of one text
    python bench/duplicates.py repeats [--documents N]                    a corpus that repeats each sentence 16 times
    python bench/duplicates.py runs [--documents N]                       one run, 20, 20 in another order: one answer
    python bench/duplicates.py lookup [--documents N] [--folder F]        50,000 new ones against N in the index
                               [--ranges R] [--workers W]                 the same, cut into R ranges, by W processes;
                                                                          with 0 by this one

All texts are made up from random words, the same ones at each call. Times are CPU seconds of this process and its
threads, unless called wall.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from flows.engine import worker_pool
from tasks.dedupe import find_duplicates
from tasks.dedupe.clusters import cluster, find_clusters
from tasks.dedupe.fingerprints import ALGORITHM_VERSION, FINGERPRINT_FIELDS, fingerprint
from tasks.dedupe.index import Crew, open_index
from tasks.dedupe.options import DEFAULTS
from tasks.dedupe.sketches import SAMPLE

START = datetime(2026, 1, 1, tzinfo=UTC)
PERMUTATIONS = 112
"""Of the peers' MinHash: 14 bands of 8 rows, the setting most corpora were made with."""

REPEATS = 5
"""How often each is timed; the best time counts, as whatever else runs only takes away."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=sorted(BENCHES))
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=2_000)
    parser.add_argument("--ranges", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the index is built; default: a temporary folder")
    args = parser.parse_args()
    BENCHES[args.what](args)


def make_words(count: int = 30_000) -> list[str]:
    """Make up words of 2 to 11 letters."""
    chosen = random.Random(1)
    return ["".join(chosen.choices("etaoinshrdlucmfwypvbgkjqxz", k=chosen.randint(2, 11))) for _ in range(count)]


def make_texts(count: int, size: int) -> list[str]:
    """Make texts of about `size` bytes.

    The words are as unevenly frequent as those of a language (Zipf), in sentences of some 15 with commas, capitals and
    now and then a number, in paragraphs of some 5 sentences.
    """
    words = make_words()
    weights = np.cumsum(1 / np.arange(1, len(words) + 1))
    chosen = np.random.default_rng(2)
    texts = []
    for _ in range(count):
        many = size // 7 + 1
        picked = np.searchsorted(weights, chosen.random(many) * weights[-1]).tolist()
        ends = chosen.random(many).tolist()
        parts, is_first = [], True
        for at, end in zip(picked, ends, strict=True):
            word = str(at) if end > 0.98 else words[at]
            parts.append(word.capitalize() if is_first else word)
            is_first = end < 1 / 15
            parts.append(".\n\n" if end < 1 / 75 else ". " if is_first else ", " if end < 1 / 8 else " ")
        texts.append("".join(parts)[:size])
    return texts


def bench_fingerprints(args: argparse.Namespace) -> None:
    texts = make_texts(args.documents, args.bytes)
    array = pa.array(texts, pa.large_string())
    table = fingerprint(array)
    seconds = min(timed(lambda: fingerprint(array)) for _ in range(REPEATS))
    report("winnow", len(texts), array.nbytes, seconds)
    print(
        f"{table.nbytes / len(texts):.0f} bytes a document, of these "
        f"{table['keys'].nbytes / len(texts):.0f} keys and {table['sketch'].nbytes / len(texts):.0f} sketch"
    )
    some = texts[: max(200, args.documents // 50)]
    size = sum(map(len, some))
    for name, sign in (("datasketch", sign_with_datasketch), ("rensa", sign_with_rensa)):
        try:
            seconds = min(timed(lambda sign=sign: sign(some)) for _ in range(REPEATS))
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


def bench_runs(args: argparse.Namespace) -> None:
    chosen = random.Random(5)
    texts = make_texts(args.documents * 2 // 3, 800)
    while len(texts) < args.documents:
        text = chosen.choice(texts)
        cut = chosen.randrange(200)
        texts.append(
            text if cut < 30 else text[:cut] + "x" + text[cut + 3 :] if cut < 150 else text + chosen.choice(texts)
        )
    chosen.shuffle(texts)
    signatures = with_metadata(
        pa.concat_tables(fingerprint(texts[at : at + 10_000]) for at in range(0, len(texts), 10_000))
    )
    start = time.process_time()
    expected = cluster(signatures)
    print(f"from scratch: {len(expected)} duplicates, {time.process_time() - start:.1f} s")
    numbers = np.arange(len(signatures))
    shuffled = np.random.default_rng(6).permutation(numbers)
    for name, runs, is_eventful in (
        ("1 run", [numbers], False),
        ("20 runs", np.array_split(numbers, 20), False),
        ("20 runs in another order, with backfills and withdrawals", np.array_split(shuffled, 20), True),
    ):
        start = time.process_time()
        found = follow_runs(signatures, runs, np.random.default_rng(7) if is_eventful else None)
        same = "equal" if found.equals(expected) else "NOT EQUAL"
        print(f"{name}: {same}, {time.process_time() - start:.1f} s")


def follow_runs(signatures: pa.Table, runs: list[np.ndarray], events: np.random.Generator | None) -> pa.Table:
    """Bring the signatures into an index run by run; with `events`, withdraw and replace some in between."""
    ids = signatures["document_id"].to_numpy()
    with TemporaryDirectory() as folder:
        index = open_index(Path(folder) / "index.duckdb", "", list, DEFAULTS)
        live = np.zeros(0, np.int64)
        withdrawn = np.zeros(0, np.int64)
        for run in runs:
            replaced = gone = np.zeros(0, np.int64)
            if events is not None and len(live):
                gone, replaced, live = np.split(events.permutation(live), [len(live) // 20, len(live) // 10])
            back, withdrawn = withdrawn, gone
            added = np.concatenate([run, replaced, back])
            index.update(ids[np.concatenate([gone, replaced])], signatures.take(added))
            live = np.concatenate([live, added])
        index.update([], signatures.take(withdrawn))
        duplicates = index.duplicates()
        index.close()
    return duplicates


def bench_lookup(args: argparse.Namespace) -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(dir=args.folder))
        pool = stack.enter_context(worker_pool(args.workers)) if args.workers and args.ranges > 1 else None
        measure_lookup(args.documents, Path(folder) / "index.duckdb", Crew(pool, args.ranges))
    if pool is not None:
        print(f"the {args.workers} workers took {seconds_of_children():.1f} s in all")


def measure_lookup(documents: int, path: Path, crew: Crew) -> None:
    parts = range(0, documents, 50_000)
    start = time.perf_counter()
    old = (make_signatures(first, min(50_000, documents - first)) for first in parts)
    index = open_index(path, "old", lambda: old, DEFAULTS, crew=crew)
    print(f"built with {documents} documents in {time.perf_counter() - start:.0f} s (wall)")
    size = sum(file.stat().st_size for file in path.parent.rglob("*") if file.is_file())
    print(f"{size / documents:.0f} bytes a document on disk")
    new = make_signatures(documents, 50_000)
    for name, removed, added in (
        ("50,000 new", [], new),
        ("2,000 withdrawn", new["document_id"][:2_000], new[:0]),
    ):
        wall, cpu = time.perf_counter(), time.process_time()
        changes = index.update(removed, added)
        index.commit("new")
        print(
            f"{name}: {time.perf_counter() - wall:.1f} s (wall), {time.process_time() - cpu:.1f} s, "
            f"{len(changes.duplicates)} duplicates, peak {peak_megabytes():.0f} MB"
        )
    index.close()


def make_signatures(first_id: int, count: int) -> pa.Table:
    """Make signatures without texts: a tenth copy others of the batch, and one key in 18 is a common one."""
    chosen = np.random.default_rng(first_id)
    copies, copied = count // 10, chosen.integers(0, count, count // 10)
    keys = chosen.integers(0, 1 << 48, (count, 18), dtype=np.uint64)
    samples = np.empty((count, 110), SAMPLE)
    samples["value"] = np.sort(chosen.integers(0, 1 << 16, (count, 110)), axis=1)
    samples["place"] = chosen.integers(0, 1 << 8, (count, 110))
    numbers = chosen.integers(0, 1 << 48, (count, 3), dtype=np.uint64)
    keys[:copies, :14], samples[:copies], numbers[:copies] = keys[copied, :14], samples[copied], numbers[copied]
    keys[:, 17] = chosen.zipf(1.3, count) % 100_000
    for values in (keys, numbers):
        values.sort(axis=1)
    prints = {
        "exact_hash": [chosen.bytes(16) for _ in range(count)],
        "keys": pa.FixedSizeListArray.from_arrays(keys.ravel(), 18),
        "sketch": [row.tobytes() for row in samples],
        "shingles": np.full(count, 2_000, np.uint32),
        "numbers": pa.FixedSizeListArray.from_arrays(numbers.ravel(), 3),
        "algorithm_version": np.full(count, ALGORITHM_VERSION, np.int16),
    }
    arrays = [pa.array(prints[field.name]).cast(field.type) for field in FINGERPRINT_FIELDS]
    return with_metadata(pa.table(arrays, names=[field.name for field in FINGERPRINT_FIELDS]), first_id)


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


def seconds_of_children() -> float:
    """The seconds of the processor of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


BENCHES = {
    "fingerprints": bench_fingerprints,
    "copies": bench_copies,
    "repeats": bench_repeats,
    "runs": bench_runs,
    "lookup": bench_lookup,
}

if __name__ == "__main__":
    main()
