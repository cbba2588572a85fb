"""The ledger after a run: a row for every raw file that was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from tasks.acquire.ledger import Difference, HashedFile
from tasks.acquire.survey import Partition, input_day
from tasks.schema import INPUTS
from tasks.tally import FileTally

LEDGER = INPUTS.schema.append(pa.field("source", pa.string())).append(pa.field("day", pa.string()))
"""The ledger in memory: the columns of `inputs`, then those of its path."""


def next_ledger(
    ledger: pa.Table | None,
    difference: Difference,
    files: Iterable[HashedFile],
    tallies: Mapping[str, FileTally],
    fingerprints: Mapping[str, str],
    held: frozenset[str],
    withdrawn: Mapping[str, int],
    cleaned_with: str,
) -> tuple[pa.Table, frozenset[Partition]]:
    """The rows of the next ledger, and the partitions that are not as they were.

    `tallies` says what became of the `files` that were read, by `raw_path`; files without one were left for the next
    run. A file of a held source keeps its published row, if it has one, and gets a held row beside it. Files that are
    gone leave, unless their source is held. `withdrawn` counts, by raw path, the published documents that are taken out
    of files that stay as they are: they are rejected from now on. `cleaned_with` is the version that read the files.
    """
    old = ledger.to_pylist() if ledger is not None else []
    read = {item.file.raw_path: item for item in files if item.file.raw_path in tallies}
    gone = set(difference.gone)
    rows: list[dict[str, Any]] = []
    touched: set[Partition] = set()
    for row in old:
        is_read, is_held = row["raw_path"] in read, row["source"] in held
        leaves = (is_read and (not is_held or row["status"] == "held")) or (row["raw_path"] in gone and not is_held)
        if leaves:
            touched.add((row["source"], row["day"]))
            continue
        count = withdrawn.get(row["raw_path"], 0) if row["status"] == "published" else 0
        if count:
            touched.add((row["source"], row["day"]))
        rows.append({**row, "documents": row["documents"] - count, "rejected": row["rejected"] + count})
    for path, item in read.items():
        tally, source, day = tallies[path], item.file.source, input_day(item)
        touched.add((source, day))
        rows.append(
            {
                "raw_path": path,
                "bytes": item.file.bytes,
                "sha256": item.sha256,
                "settings": fingerprints[source],
                "days": [tallied.day for tallied in tally.days],
                "records": tally.records,
                "documents": tally.cleaned,
                "rejected": tally.rejected,
                "status": "held" if source in held else "published",
                "cleaned_with": cleaned_with,
                "source": source,
                "day": day,
            }
        )
    return pa.Table.from_pylist(rows, schema=LEDGER), frozenset(touched)
