"""Stamps: what each raw file looked like from outside when it had the content that is known of it.

A cache beside the published ledger: without it everything is hashed again, and nothing else changes. It stays an Arrow
table all the way, since most of a large `raw/` is as it was, and of that nothing but the looks is ever asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

import pyarrow as pa
import pyarrow.compute as pc

from tasks.parts import write_whole

STAMPS_FILE = "stamps.arrow"
"""Its name in the work folder."""

STAMPS = pa.schema(
    [
        pa.field("raw_path", pa.string()),
        pa.field("bytes", pa.int64()),
        pa.field("modified_ns", pa.int64()),
        pa.field("changed_ns", pa.int64()),
        pa.field("sha256", pa.string()),
    ]
)

LOOKS = ("raw_path", "bytes", "modified_ns", "changed_ns")
"""The columns of `STAMPS` that tell what a file looks like: its size, and when content and inode were last changed."""

NO_LOOKS = STAMPS.empty_table().select(LOOKS)


class Stamp(NamedTuple):
    """What a file looked like, and the SHA-256 of its content in hexadecimal."""

    bytes: int
    modified_ns: int
    changed_ns: int
    sha256: str


def as_table(stamps: Mapping[str, Stamp]) -> pa.Table:
    """A table of stamps, which are given by raw path."""
    columns = [list(stamps), *zip(*stamps.values(), strict=True)] if stamps else [[] for _ in STAMPS]
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, STAMPS.types, strict=True)], STAMPS)


def by_path(stamps: pa.Table) -> dict[str, Stamp]:
    """The stamps by raw path."""
    paths, *parts = (column.to_pylist() for column in stamps.columns)
    return dict(zip(paths, map(Stamp._make, zip(*parts, strict=True)), strict=True))


def settled_looks(stamps: pa.Table, ledger: pa.Table | None, settings: Mapping[str, str]) -> pa.Table:
    """The `LOOKS` of the files with which nothing is to be done while they look so.

    Their stamp has the content that stands in the `ledger` (the columns of `schema.INPUTS`), nothing of them is held,
    and they were cleaned with these `settings`: the fingerprint of each source's.
    """
    if ledger is None:
        return NO_LOOKS
    held = ledger.filter(pc.equal(ledger["status"], "held"))["raw_path"].combine_chunks()
    source = pc.index_in(ledger["source"], value_set=pa.array(settings.keys(), pa.string()))
    is_current = pc.equal(ledger["settings"], pa.array(settings.values(), pa.string()).take(source.combine_chunks()))
    is_settled = pc.and_not(is_current, pc.is_in(ledger["raw_path"], value_set=held))
    rows = ledger.select(["raw_path", "bytes", "sha256"]).filter(is_settled).combine_chunks()
    place = pc.index_in(stamps["raw_path"], value_set=rows["raw_path"].combine_chunks()).combine_chunks()
    bytes_known, sha256_known = (rows[name].combine_chunks().take(place) for name in ("bytes", "sha256"))
    is_known = pc.and_(pc.equal(stamps["bytes"], bytes_known), pc.equal(stamps["sha256"], sha256_known))
    return stamps.select(LOOKS).filter(is_known)


def have_looks(files: pa.Table, looks: pa.Table) -> pa.Array:
    """Whether each of these files looks as `looks` has it; both have the columns of `LOOKS`."""
    place = pc.index_in(files["raw_path"], value_set=looks["raw_path"].combine_chunks()).combine_chunks()
    are_same = place.is_valid()
    for name in LOOKS[1:]:
        are_same = pc.and_(are_same, pc.equal(files[name].combine_chunks(), looks[name].combine_chunks().take(place)))
    return are_same.fill_null(fill_value=False)


def dump_stamps(stamps: pa.Table) -> bytes:
    """Write stamps as an Arrow stream: as JSON it took longer than listing the files."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, STAMPS) as stream:
        stream.write_table(stamps)
    return cast("bytes", sink.getvalue().to_pybytes())


def keep_stamps(work: Path, stamps: pa.Table) -> str:
    """Write the cache into the work folder; what to tell a person where that fails, else nothing."""
    path = work / STAMPS_FILE
    try:
        work.mkdir(parents=True, exist_ok=True)
        write_whole(path, dump_stamps(stamps))
    except OSError as error:
        return f"{path}: {error.strerror or error}: the next run reads all files again"
    return ""


def load_stamps(data: bytes) -> pa.Table:
    """Read what `dump_stamps` wrote; anything else is an empty cache."""
    try:
        table = pa.ipc.open_stream(data).read_all()
    except (pa.ArrowInvalid, OSError):
        return STAMPS.empty_table()
    return table if table.schema == STAMPS else STAMPS.empty_table()
