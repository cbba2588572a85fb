"""Moved files: what is gone under one name and there under another is not lost."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tasks.acquire.compression import COMPRESSIONS, Compression
from tasks.acquire.inventory import RawFile
from tasks.acquire.stream import Damage, Stream, read_chunks
from tasks.place import Place


class Content(NamedTuple):
    """What a file is known by."""

    bytes: int
    sha256: str


def find_moves(
    gone: Sequence[str], known: Mapping[str, Content], new: Sequence[tuple[RawFile, str]]
) -> tuple[tuple[str, str], ...]:
    """Pair files that are gone with new ones of the same content, in the order of the old paths.

    `known` is the content of those that are gone, `new` each new file and its SHA-256. One that was compressed where it
    lay, `feed.jsonl` to `feed.jsonl.gz`, is paired as well: it is decompressed to see that it holds the same.
    """
    if not gone:
        return ()
    targets: dict[Content, list[str]] = defaultdict(list)
    for file, sha256 in reversed(new):
        if file.bytes:  # all empty files are alike
            targets[Content(file.bytes, sha256)].append(file.raw_path)
    files = {file.raw_path: file for file, _ in new if file.trouble is None}
    pairs = []
    for old in gone:
        candidates = targets.get(known[old])
        if candidates:
            pairs.append((old, candidates.pop()))
            continue
        for compression in COMPRESSIONS:
            packed = files.get(old + compression.suffix)
            if packed is not None and _holds(packed.path, compression, known[old]):
                pairs.append((old, old + compression.suffix))
                break
    return tuple(pairs)


def _holds(path: Place, compression: Compression, content: Content) -> bool:
    """Whether a file is just this content, compressed."""
    digest, size = hashlib.sha256(), 0
    try:
        for piece in compression.expand(Stream(read_chunks(path))):
            if isinstance(piece, Damage):
                return False
            size += len(piece)
            if size > content.bytes:
                return False
            digest.update(piece)
    except OSError:
        return False
    return Content(size, digest.hexdigest()) == content
