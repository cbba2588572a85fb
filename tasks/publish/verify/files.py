"""Is every file there, and does it hold what was written? The folder against the manifest, and each part."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.parts import Part, partition_folder
from tasks.publish.snapshot import MANIFEST, Snapshot
from tasks.publish.verify.finding import Finding, Remedy
from tasks.schema import DATASETS, INPUTS, Dataset

_BY_NAME = {dataset.name: dataset for dataset in DATASETS}


def check_folder(snapshot: Snapshot) -> list[Finding]:
    """The files of the folder against those that the manifest names. Whether these are whole is for `check_part`."""
    paths = Counter(part.path for part in snapshot.parts)
    lying = set(_list_files(snapshot.root))
    findings = [
        Finding("folder", _place(snapshot, path), "the manifest does not name this file, but readers read it", "remove")
        if path.endswith(".parquet")
        else Finding("folder", _place(snapshot, path), "the manifest does not name this file", "remove")
        for path in sorted(lying - paths.keys() - {MANIFEST})
    ]
    findings += [
        Finding("manifest", _place(snapshot, path), f"the manifest names this file {count} times", "restore")
        for path, count in sorted(paths.items())
        if count > 1
    ]
    for part in snapshot.parts:
        folder = partition_folder(part.dataset, part.source, part.day)
        if part.dataset not in _BY_NAME or part.path.rpartition("/")[0] != folder:
            problem = f"the manifest places this file in {folder}, in no folder of that dataset and partition"
            findings.append(Finding("manifest", _place(snapshot, part.path), problem, "restore"))
    for name in _BY_NAME:
        if name not in {part.dataset for part in snapshot.parts}:
            problem = "the dataset has no file at all: readers cannot open it"
            findings.append(Finding("manifest", _place(snapshot, name), problem, "restore"))
    if snapshot.id != snapshot.root.name:
        problem = f"the manifest is that of {snapshot.id}"
        findings.append(Finding("manifest", _place(snapshot, MANIFEST), problem, "restore"))
    return findings


def check_part(snapshot: Snapshot, part: Part) -> Finding | None:
    """Hold one file against the manifest and the schema; None where it is as it was written."""
    path = snapshot.root / part.path
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return _finding(snapshot, part, f"cannot be read: {error.strerror}")
    if size != part.bytes:
        return _finding(snapshot, part, f"has {size} bytes, not the {part.bytes} that were written")
    if digest != part.sha256:
        return _finding(snapshot, part, "has other bytes than were written: its SHA-256 is not that of the manifest")
    try:
        with pq.ParquetFile(path) as parquet:
            rows, schema = parquet.metadata.num_rows, parquet.schema_arrow
    except (OSError, pa.ArrowException) as error:
        return _finding(snapshot, part, f"is no Parquet file: {str(error).splitlines()[0]}")
    if rows != part.rows:
        return _finding(snapshot, part, f"has {rows} rows, the manifest says {part.rows}")
    wrong = _compare(schema, _BY_NAME[part.dataset], snapshot.schema_version) if part.dataset in _BY_NAME else ""
    return _finding(snapshot, part, f"has another schema than the contract: {wrong}") if wrong else None


def _compare(schema: pa.Schema, dataset: Dataset, version: int) -> str:
    """How a file's columns differ from those of the dataset in this schema version; empty where they do not."""
    expected = [(c.name, c.type, c.nullable) for c in dataset.columns if c.since <= version]
    found = [(field.name, field.type, field.nullable) for field in schema]
    wrong = [f"{name} is missing" for name, *_ in expected if name not in schema.names]
    wrong += [f"{name} is unknown" for name in schema.names if name not in {name for name, *_ in expected}]
    wrong += [f"{column[0]} is {column[1]}" for column in found if column not in expected]
    if not wrong and found != expected:
        wrong = ["its columns have another order"]
    return ", ".join(dict.fromkeys(wrong))


def _finding(snapshot: Snapshot, part: Part, problem: str) -> Finding:
    remedy: Remedy = "restore" if part.dataset == INPUTS.name else "backfill"
    return Finding("part", _place(snapshot, part.path), problem, remedy, part.partition)


def _place(snapshot: Snapshot, path: str) -> str:
    return f"{snapshot.root.parent.name}/{snapshot.root.name}/{path}"


def _list_files(root: Path) -> Iterator[str]:
    """The names of all files of a snapshot, and of links to folders, relative to it."""
    for folder, folders, names in os.walk(root):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        yield from (Path(folder, name).relative_to(root).as_posix() for name in (*names, *links))
