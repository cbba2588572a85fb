"""Whatever the history of runs, the snapshot holds what the live documents and their assignments say."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.parts import Part, PlacedPart, read_rows, split_partitions, write_part
from tasks.publish import taking_out
from tasks.publish.changes import ASSIGNMENT, Delta
from tasks.publish.commit import publish_delta
from tasks.publish.ledger import LEDGER
from tasks.publish.snapshot import Snapshot, load_current
from tasks.schema import BOILERPLATE, COMMENTS, DATASETS, DOCUMENTS, REJECTED, SIGNATURES, Dataset

SOURCES = ("alpha", "beta")
DAYS = ("2026-11-19", "2026-11-20")

# A document of the model: (file number, version of its content, number of the document it repeats or None).
documents = st.dictionaries(
    keys=st.integers(0, 7), values=st.tuples(st.integers(0, 3), st.none() | st.integers(0, 7)), max_size=8
)


def place(number: int) -> tuple[str, str]:
    return SOURCES[number % 2], DAYS[number // 2 % 2]


def path_of(number: int) -> str:
    return f"{place(number)[0]}/{place(number)[1]}/{number}.txt"


def canonical_of(live: dict[int, tuple[int, int | None]], number: int) -> int | None:
    """What a document repeats in the model: only live canonicals count."""
    target = live[number][1]
    return target if target is not None and target != number and target in live and live[target][1] is None else None


def row(dataset: Dataset, number: int, version: int) -> dict[str, Any]:
    """A row with something in every column that may not be null."""
    filler = {pa.string(): f"{number}-{version}", pa.int64(): version, pa.int32(): version, pa.float64(): 0.5}
    values: dict[str, Any] = {}
    for field in dataset.schema:
        if pa.types.is_list(field.type):
            values[field.name] = []
        elif pa.types.is_timestamp(field.type):
            values[field.name] = 1_000_000 * version
        else:
            values[field.name] = filler.get(field.type, version if pa.types.is_integer(field.type) else b"x" * 16)
    source, day = place(number)
    return {**values, "document_id": f"id{number}", "raw_path": path_of(number), "source": source, "day": day}


def shard(root: Path, numbers: dict[int, int]) -> tuple[PlacedPart, ...]:
    """The parts of a finished shard that cleaned these files, in these versions."""
    parts = []
    for dataset in (DOCUMENTS, COMMENTS, BOILERPLATE, SIGNATURES, REJECTED):
        schema = dataset.schema.append(pa.field("source", pa.string())).append(pa.field("day", pa.string()))
        table = pa.Table.from_pylist([row(dataset, n, v) for n, v in numbers.items()], schema=schema)
        parts += [PlacedPart(write_part(root, dataset, s, d, rows), root) for s, d, rows in split_partitions(table)]
    return tuple(parts)


def ledger_of(live: dict[int, tuple[int, int | None]]) -> pa.Table:
    rows = [
        {
            "raw_path": path_of(n),
            "bytes": 1,
            "sha256": str(version),
            "settings": "s",
            "days": [place(n)[1]],
            "records": 2,
            "documents": 1,
            "rejected": 1,
            "status": "published",
            "source": place(n)[0],
            "day": place(n)[1],
        }
        for n, (version, _) in live.items()
    ]
    return pa.Table.from_pylist(rows, schema=LEDGER)


def step(curated: Path, number: int, before: dict[int, Any], after: dict[int, Any]) -> Snapshot:
    """Publish the step from one live set to the next."""
    read = {n: v for n, (v, _) in after.items() if n not in before or before[n][0] != v}
    leaving: dict[tuple[str, str], list[str]] = {}
    for n in before:
        if n not in after or n in read:
            leaving.setdefault(place(n), []).append(path_of(n))
    repeats = [(n, target) for n in after if (target := canonical_of(after, n)) is not None]
    assignments = pa.table(
        {
            "document_id": pa.array([f"id{n}" for n, _ in repeats], pa.string()),
            "canonical_id": pa.array([f"id{t}" for _, t in repeats], pa.string()),
            "relation": pa.array(["near"] * len(repeats), pa.string()),
            "similarity": pa.array([0.5] * len(repeats), pa.float64()),
            "containment": pa.array([0.5] * len(repeats), pa.float64()),
        }
    )
    delta = Delta(
        fresh=shard(curated / f"shard-{number}", read),
        leaving={p: pa.array(paths) for p, paths in leaving.items()},
        ledger=ledger_of(after),
        touched=frozenset(map(place, {*before, *after})),
        assignments=assignments,
    )
    return publish_delta(curated, load_current(curated), delta, snapshot_id=f"s{number:03}", facts={"settings": {}})


def rows_of(snapshot: Snapshot, dataset: Dataset) -> list[dict[str, Any]]:
    rows = read_rows(snapshot.parts_of(dataset.name), dataset).to_pylist()
    return sorted(rows, key=lambda r: json.dumps(r, default=str))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(documents, min_size=1, max_size=4))
def test_any_history_gives_what_its_last_state_gives_at_once(
    tmp_path_factory: Any, history: list[dict[int, tuple[int, int | None]]]
) -> None:
    curated = tmp_path_factory.mktemp("curated")
    before: dict[int, Any] = {}
    for number, after in enumerate(history):
        snapshot = step(curated, number, before, after)
        before = after
    at_once = step(tmp_path_factory.mktemp("at-once"), 0, {}, before)
    for dataset in DATASETS:
        assert rows_of(snapshot, dataset) == rows_of(at_once, dataset), dataset.name
    duplicates = {r["document_id"]: r["canonical_id"] for r in rows_of(snapshot, DATASETS[1])}
    assert duplicates == {f"id{n}": f"id{t}" for n in before if (t := canonical_of(before, n)) is not None}
    assert len(rows_of(snapshot, DOCUMENTS)) + len(duplicates) == len(before)


@pytest.mark.parametrize(("most", "at_once"), [(1000, 2), (10, 1)])
def test_large_parts_are_written_anew_one_at_a_time(monkeypatch: pytest.MonkeyPatch, most: int, at_once: int) -> None:
    monkeypatch.setattr(taking_out, "BESIDE_BYTES", most)
    monkeypatch.setattr(taking_out, "_REWRITERS", 2)
    items = [PlacedPart(Part("documents", "alpha", "2026-11-20", str(n), 1, 10, ""), Path()) for n in range(8)]
    both, lock, busy, seen = threading.Barrier(at_once), threading.Lock(), [0], []

    def work(item: PlacedPart) -> str:
        with lock:
            busy[0] += 1
        time.sleep(0.01)
        both.wait(10)  # so many are at work together, or the barrier breaks
        seen.append(busy[0])
        both.wait(10)
        with lock:
            busy[0] -= 1
        both.wait(10)
        return item.part.path

    assert list(taking_out._side_by_side(work, items)) == [item.part.path for item in items]
    assert set(seen) == {at_once}


def test_parts_that_lose_no_row_are_hard_links(tmp_path: Path) -> None:
    first = step(tmp_path, 0, {}, {0: (0, None), 1: (0, None)})
    second = step(tmp_path, 1, {0: (0, None), 1: (0, None)}, {0: (0, None), 1: (1, None)})
    kept = next(item.part.path for item in second.parts_of("documents") if item.part.source == "alpha")
    assert (first.root / kept).stat().st_ino == (second.root / kept).stat().st_ino


def test_a_dataset_without_rows_has_one_file_of_none_in_a_real_partition(tmp_path: Path) -> None:
    snapshot = step(tmp_path, 0, {}, {0: (0, None)})
    (path,) = (snapshot.root / "duplicates").rglob("*.parquet")
    assert path.parent.relative_to(snapshot.root).as_posix() == "duplicates/source=alpha/day=2026-11-19"
    assert pq.read_table(path, partitioning=None).num_rows == 0
    assert set(ASSIGNMENT) < set(pq.read_schema(path).names)
    assert not list((step(tmp_path, 1, {0: (0, None)}, {0: (0, None), 2: (0, 0)}).root).rglob(path.name))
