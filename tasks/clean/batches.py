"""The records of a shard's files, in batches that go through the stages together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tasks.acquire import read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.shards import Shard
from tasks.document import Record, Rejected

BATCH_BYTES = 2 * 1024 * 1024
"""Content that goes through the stages together: enough to share what a batch shares, small beside a shard."""

ITEM_BYTES = 1024
"""What any record or rejected one counts as beside its content: a million of a few bytes each are many as well."""


class FileChanged(Exception):
    """A raw file is not what the ledger saw: it was written to, or went, in the meantime."""

    def __init__(self, file: RawFile) -> None:
        super().__init__(file.raw_path)
        self.file = file


def read_files(files: Iterable[RawFile], shard: Shard, read: Counter[str]) -> Iterator[Record | Rejected]:
    """The records of all the files; `read` counts those of each: small files go through the stages together."""
    for file in files:
        for item in _read_unchanged(file, shard):
            read[file.raw_path] += 1
            yield item


def _read_unchanged(file: RawFile, shard: Shard) -> Iterator[Record | Rejected]:
    """The records of a file that is still what the ledger saw; `FileChanged` where it is not."""
    try:
        yield from read_file(file, shard.sha256[file.raw_path], shard.settings)
        if file.trouble is not None:
            return  # there is nothing to open
        state = file.path.stat()
    except FileNotFoundError:
        raise FileChanged(file) from None
    if not file.is_still(state):
        raise FileChanged(file)


def in_batches(items: Iterable[Record | Rejected]) -> Iterator[tuple[list[Record | Rejected], int]]:
    """Items in batches of about `BATCH_BYTES`, and the size of each batch."""
    batch: list[Record | Rejected] = []
    size = 0
    for item in items:
        batch.append(item)
        size += ITEM_BYTES + (len(item.content) if isinstance(item, Record) else len(item.sample))
        if size >= BATCH_BYTES:
            yield batch, size
            batch, size = [], 0
    if batch:
        yield batch, size
