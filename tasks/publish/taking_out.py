"""Rows are taken out of parts: those that lose any are written anew, side by side, all others stay as they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from tasks.cores import usable_cores
from tasks.parts import PlacedPart, read_part, split_rows, with_partition, write_part
from tasks.schema import Dataset

BESIDE_BYTES = 16 * 1024 * 1024
"""Bytes of the parts that are written anew side by side: each is in memory as a whole, and a larger one is alone."""

_REWRITERS = min(2, usable_cores())

_Made = TypeVar("_Made")


def take_out(
    parts: Iterable[PlacedPart],
    keys: Mapping[tuple[str, str], pa.Array],
    dataset: Dataset,
    staging: Path,
    take: Callable[[pa.Table], None] = lambda _: None,
) -> list[PlacedPart]:
    """Take the rows with these keys out: the parts without them. `take` gets the rows, with `source` and `day`."""
    kept: list[PlacedPart] = []
    for out, rest in _side_by_side(partial(_part_without, keys, dataset, staging), parts):
        if out is not None:
            take(out)
        if rest is not None:
            kept.append(rest)
    return kept


def _part_without(
    keys: Mapping[tuple[str, str], pa.Array], dataset: Dataset, staging: Path, item: PlacedPart
) -> tuple[pa.Table | None, PlacedPart | None]:
    """The rows of a part that have these keys, with `source` and `day`, and the part without them, if any is left."""
    wanted = keys.get(item.part.partition)
    keys_only = read_part(item.root, item.part, [dataset.key]) if wanted is not None else None
    if keys_only is None or not len(split_rows(keys_only, dataset.key, wanted)[0]):
        return None, item
    out, rest = split_rows(read_part(item.root, item.part), dataset.key, wanted)
    left = PlacedPart(write_part(staging, dataset, *item.part.partition, rest), staging) if len(rest) else None
    return with_partition(out, *item.part.partition), left


def _side_by_side(work: Callable[[PlacedPart], _Made], parts: Iterable[PlacedPart]) -> Iterator[_Made]:
    """What the work makes of each part, in their order; so many are worked on ahead of who takes it as fit beside."""
    waiting: deque[tuple[int, Future[_Made]]] = deque()
    ahead = 0
    with ThreadPoolExecutor(_REWRITERS) as threads:
        for item in parts:
            while waiting and ahead + item.part.bytes > BESIDE_BYTES:
                size, made = waiting.popleft()
                ahead -= size
                yield made.result()
            waiting.append((item.part.bytes, threads.submit(work, item)))
            ahead += item.part.bytes
        for _, made in waiting:
            yield made.result()
