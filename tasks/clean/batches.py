"""The records of a shard's files, or of its piece of one, in batches that go through the stages together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tasks.acquire import read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.shards import Piece, Shard
from tasks.document import Record, Rejected

BATCH_BYTES = 2 * 1024 * 1024
"""Content that goes through the stages together: enough to share what a batch shares, small beside a shard."""

BLOCK_BYTES = 256 * 1024
"""Content of one file that goes to one of its pieces before it is the next one's turn: all get about as much."""

ITEM_BYTES = 1024
"""What any record or rejected one counts as beside its content: a million of a few bytes each are many as well."""


class FileChanged(Exception):
    """A raw file is not what the ledger saw: it was written to, or went, in the meantime."""

    def __init__(self, file: RawFile) -> None:
        super().__init__(file.raw_path)
        self.file = file


def read_files(files: Iterable[RawFile], shard: Shard, read: Counter[str]) -> Iterator[Record | Rejected]:
    """The records of all the files; `read` counts those of each: small files go through the stages together.

    Of a file in pieces all is read, by the same rules whoever reads it, and the records of the piece are given.
    """
    for file in files:
        items = _read_unchanged(file, shard)
        for item in items if shard.piece.of == 1 else _take_piece(items, shard.piece):
            read[file.raw_path] += 1
            yield item


def _take_piece(items: Iterator[Record | Rejected], piece: Piece) -> Iterator[Record | Rejected]:
    turn = size = 0
    for item in items:
        if turn == piece.number:
            yield item
        size += _size_of(item)
        if size >= BLOCK_BYTES:
            turn, size = (turn + 1) % piece.of, 0


def _size_of(item: Record | Rejected) -> int:
    return ITEM_BYTES + (len(item.content) if isinstance(item, Record) else len(item.sample))


def _read_unchanged(file: RawFile, shard: Shard) -> Iterator[Record | Rejected]:
    """The records of a file that is still what the ledger saw; `FileChanged` where it is not."""
    try:
        yield from read_file(file, shard.sha256[file.raw_path], shard.settings)
        if file.trouble is not None:
            return  # there is nothing to open
        state = file.look()
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
        size += _size_of(item)
        if size >= BATCH_BYTES:
            yield batch, size
            batch, size = [], 0
    if batch:
        yield batch, size
