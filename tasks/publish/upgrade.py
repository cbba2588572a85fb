"""A snapshot of an older schema version becomes one of today's: all files of a dataset have the same columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks.parts import PlacedPart, read_part, write_part
from tasks.publish.snapshot import Snapshot
from tasks.schema import DATASETS


def upgraded_parts(parent: Snapshot | None, staging: Path) -> Iterator[PlacedPart]:
    """The parts of the snapshot that have rows, with today's columns.

    Those that lack a column are written anew below `staging`, the column null: most readers of Parquet take the
    columns of all files from one of them, so a snapshot must not mix.
    """
    if parent is None:
        return
    for dataset in DATASETS:
        for item in parent.parts_of(dataset.name):
            if dataset.since <= parent.schema_version:
                yield item
            else:
                rows = read_part(item.root, item.part)
                yield PlacedPart(write_part(staging, dataset, *item.part.partition, rows), staging)
