"""Shards: whole raw files in batches of about equal size, the same for the same files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter

from tasks.acquire.inventory import RawFile
from tasks.acquire.ledger import HashedFile
from tasks.acquire.source import SourceSettings

MAX_FILES = 5_000
"""A shard of very many very small files would be work that nobody sees moving."""

MANY_SHARDS = 16
"""Into so many at least a run is cut, where that leaves `LEAST_BYTES` in each: all workers shall have some of it."""

LEAST_BYTES = 1024 * 1024
"""Smaller shards than this are not made for the workers' sake, but for the last ones."""

LEAST_LAST_BYTES = 128 * 1024
"""Nor are smaller ones made of the last: what writing a shard takes is a fifth of what cleaning so much does."""

MANY_PIECES = 8
"""Into no more pieces is a file cut: each of them reads all of it, which is a twentieth of what is to be done."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the pieces of a file, counted from 0: of the records in turn, `BLOCK_BYTES` at a time (see `batches`)."""

    number: int = 0
    of: int = 1


WHOLE = Piece()


@dataclass(frozen=True, slots=True)
class Shard:
    """The unit of work: files of one source, in the order of their paths, and how to read them.

    `sha256` is the hash of each file by its `raw_path`. `key` names the work: the same files, content, settings and
    code have the same key, whatever else lies in `raw/`. A large file may be cut into pieces that are a shard each.
    """

    source: str
    files: tuple[RawFile, ...]
    sha256: Mapping[str, str]
    settings: SourceSettings
    key: str
    piece: Piece = WHOLE

    @property
    def bytes(self) -> int:
        """The size of its files on disk, or of its piece of one."""
        return sum(file.bytes for file in self.files) // self.piece.of


def plan_shards(
    files: Iterable[HashedFile],
    settings: Mapping[str, SourceSettings],
    shard_bytes: int,
    code_version: str,
    workers: int = 1,
) -> list[Shard]:
    """Cut files into shards of at most `shard_bytes` each, by source and in the order of their paths.

    A larger file is a shard of its own, or as many as there are `workers` to share it: whoever reads it does so record
    by record. Where little is to be done, shards are smaller, and so are the last ones, of which each worker gets some:
    these two are cut otherwise for another number of workers. `settings` has those of every source. `code_version` goes
    into the keys, so that finished work is not taken over from another version.
    """
    shards: list[Shard] = []
    ordered = sorted(files, key=lambda item: (item.file.source, item.file.raw_path))
    whole = sum(item.file.bytes for item in ordered)
    shard_bytes = _fitting(whole, shard_bytes)
    share = max(shard_bytes, whole // (4 * workers))  # where there are many large files, each worker has its own
    groups = groupby(ordered, key=lambda item: item.file.source)
    batches = [batch for _, group in groups for batch in _batch(group, shard_bytes)]
    fingerprints = {source: settings[source].fingerprint() for source in {batch[0].file.source for batch in batches}}
    for batch in _share_out_last(batches, workers):
        source = batch[0].file.source
        digest = hashlib.blake2b(digest_size=16)
        said = (p for item in batch for p in (item.file.raw_path, item.sha256))
        for part in (code_version, fingerprints[source], *said):
            digest.update(part.encode() + b"\0")
        shards.extend(
            Shard(
                source=source,
                files=tuple(item.file for item in batch),
                sha256={item.file.raw_path: item.sha256 for item in batch},
                settings=settings[source],
                key=_name(digest.hexdigest(), piece),
                piece=piece,
            )
            for piece in _pieces(batch, share, workers)
        )
    return shards


def _share_out_last(batches: list[list[HashedFile]], workers: int) -> list[list[HashedFile]]:
    """The batches, the last of them cut so that each worker has some of them, where half of them or more would wait."""
    last = len(batches) % workers
    if not last:
        return batches
    shared = [part for batch in batches[-last:] for part in _cut_evenly(batch, workers // last)]
    return [*batches[:-last], *shared]


def _cut_evenly(batch: list[HashedFile], parts: int) -> list[list[HashedFile]]:
    """Parts of about equal size, fewer where they would be smaller than `LEAST_LAST_BYTES`."""
    whole = sum(item.file.bytes for item in batch)
    parts = min(parts, whole // LEAST_LAST_BYTES)
    if parts < 2:
        return [batch]
    begins = accumulate((item.file.bytes for item in batch[:-1]), initial=0)
    numbered = zip((begin * parts // whole for begin in begins), batch, strict=True)
    return [[item for _, item in part] for _, part in groupby(numbered, key=itemgetter(0))]


def _pieces(batch: Sequence[HashedFile], share: int, workers: int) -> list[Piece]:
    """The pieces of a single file that is several shares, no more than there are workers."""
    pieces = min(workers, MANY_PIECES, batch[0].file.bytes // share) if len(batch) == 1 else 1
    return [Piece(number, pieces) for number in range(pieces)] if pieces > 1 else [WHOLE]


def _name(key: str, piece: Piece) -> str:
    return key if piece == WHOLE else f"{key}-{piece.number + 1}-of-{piece.of}"


def _fitting(whole: int, most: int) -> int:
    """The size of shards for so many bytes in all, at most so large.

    It goes up by doubling: a killed run that is run again with a few files more is cut alike, as a rule.
    """
    return min(most, LEAST_BYTES << max(0, (whole // (MANY_SHARDS * LEAST_BYTES)).bit_length() - 1))


def _batch(files: Iterable[HashedFile], shard_bytes: int) -> Iterator[list[HashedFile]]:
    batch: list[HashedFile] = []
    size = 0
    for item in files:
        if batch and (size + item.file.bytes > shard_bytes or len(batch) == MAX_FILES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item.file.bytes
    if batch:
        yield batch
