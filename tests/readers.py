"""Readers beside runs and kills: each resolves `current` once, reads all datasets below it, and tells what it saw.

A snapshot is known by its digest, a hash over the keys of all its rows: readers of every library come to the same one,
and one that saw a torn file, or two snapshots at once, comes to one that nobody else knows.
"""

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event, Lock
from pathlib import Path
from typing import Any

KEYS = {
    "documents": ("document_id", "source", "day", "text"),
    "duplicates": ("document_id", "source", "day", "canonical_id", "text"),
    "comments": ("comment_id", "document_id"),
    "boilerplate": ("document_id", "position", "text"),
    "rejected": ("raw_path", "raw_record", "reason"),
    "inputs": ("raw_path", "sha256", "status", "records"),
    "signatures": ("document_id", "raw_path"),
}

Rows = list[tuple[Any, ...]]
PAUSE_SECONDS = 1.0
"""Between two readings, so that what is read comes on too."""


def read_pyarrow(folder: Path, keys: tuple[str, ...]) -> Rows:
    import pyarrow.dataset as ds

    table = ds.dataset(folder, partitioning="hive").to_table(columns=list(keys))
    return list(zip(*(table[key].to_pylist() for key in keys), strict=True))


def read_pandas(folder: Path, keys: tuple[str, ...]) -> Rows:
    import pandas as pd

    frame = pd.read_parquet(folder, columns=list(keys))
    return list(zip(*(frame[key].tolist() for key in keys), strict=True))


def read_polars(folder: Path, keys: tuple[str, ...]) -> Rows:
    import polars as pl

    return pl.scan_parquet(folder, try_parse_hive_dates=False).select(keys).collect().rows()


def read_duckdb(folder: Path, keys: tuple[str, ...]) -> Rows:
    import duckdb

    names = ", ".join(f'"{key}"' for key in keys)
    query = (
        f"SELECT {names} FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = true, hive_types_autocast = 0)"
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute(query).fetchall()


LIBRARIES: dict[str, Callable[[Path, tuple[str, ...]], Rows]] = {
    "pyarrow": read_pyarrow,
    "pandas": read_pandas,
    "polars": read_polars,
    "duckdb": read_duckdb,
}


def digest(snapshot: Path, library: str = "pyarrow") -> str:
    """The hash of the keys of all rows of a snapshot, in whatever order they come."""
    summary = hashlib.sha256()
    for dataset, keys in KEYS.items():
        rows = sorted([str(value) for value in row] for row in LIBRARIES[library](snapshot / dataset, keys))
        summary.update(json.dumps([dataset, rows]).encode())
    return summary.hexdigest()


class Readers:
    """What readers of all libraries saw while they were at it."""

    def __init__(self) -> None:
        self.reads: Counter[str] = Counter()
        self.snapshots: set[str] = set()
        self.wrong: list[str] = []
        self.turns: list[Lock] = []

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Let nobody be in the middle of reading: what upkeep may only do where nobody reads can be done."""
        with ExitStack() as stack:
            for turn in self.turns:
                stack.enter_context(turn)
            yield


@contextmanager
def reading(curated: Path, known: Collection[str], libraries: Collection[str] = tuple(LIBRARIES)) -> Iterator[Readers]:
    """Let a reader of each library read on and on; at the end it is known what they saw. `known` are good digests."""
    context = get_context("spawn")
    stop, answers, seen = context.Event(), context.Queue(), Readers()
    seen.turns = [context.Lock() for _ in libraries]
    crowd = [
        context.Process(target=_read_on, args=(curated, library, frozenset(known), stop, turn, answers), daemon=True)
        for library, turn in zip(libraries, seen.turns, strict=True)
    ]
    for reader in crowd:
        reader.start()
    for _ in crowd:
        answers.get()  # it is about to read
    try:
        yield seen
    finally:
        stop.set()
        for _ in crowd:
            library, reads, snapshots, wrong = answers.get()
            seen.reads[library] = reads
            seen.snapshots |= snapshots
            seen.wrong += wrong
        for reader in crowd:
            reader.join()


def _read_on(curated: Path, library: str, known: frozenset[str], stop: Event, turn: Lock, answers: Any) -> None:
    os.nice(5)
    reads, snapshots, wrong = 0, set(), []
    answers.put(library)
    while True:
        is_last = stop.is_set()
        with turn:
            if (curated / "current").exists():
                snapshot = (curated / "current").resolve()  # once
                try:
                    if digest(snapshot, library) not in known:
                        wrong.append(f"{library} saw in {snapshot.name} what no snapshot holds")
                except Exception as error:  # noqa: BLE001 - whatever a library raises is what we are looking for
                    wrong.append(f"{library} in {snapshot.name}: {type(error).__name__}: {error}")
                reads += 1
                snapshots.add(snapshot.name)
        if is_last or not (parent := parent_process()) or not parent.is_alive():
            break
        time.sleep(PAUSE_SECONDS)
    answers.put((library, reads, snapshots, wrong))
