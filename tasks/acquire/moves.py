"""Moved files: what is gone under one name and there under another is not lost."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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
    gone: Sequence[str],
    known: Mapping[str, Content],
    new: Sequence[tuple[RawFile, str]],
    staying: Collection[str] = frozenset(),
) -> tuple[tuple[str, str], ...]:
    """Pair files that are gone with new ones of the same content, in the order of the old paths.

    `known` is the content of those that are gone, `new` each new file and its SHA-256. One that was compressed where it
    lay, `feed.jsonl` to `feed.jsonl.gz`, is paired as well: it is decompressed to see that it holds the same. Those of
    the old paths that are `staying` unless they moved have moved only within their source and day: elsewhere the same
    content may have come once more.
    """
    if not gone:
        return ()
    targets: dict[tuple[Content, str | None], list[str]] = defaultdict(list)
    for file, sha256 in reversed(new):
        if file.bytes:  # all empty files are alike
            content, path = Content(file.bytes, sha256), file.raw_path
            targets[content, None].append(path)
            targets[content, _folder_of(path)].append(path)
    files = {file.raw_path: file for file, _ in new if file.trouble is None}
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for old in sorted(gone, key=lambda path: path not in staying):  # what may go nowhere else comes first
        candidates = targets.get((known[old], _folder_of(old) if old in staying else None), [])
        while candidates and candidates[-1] in taken:
            candidates.pop()
        found = candidates.pop() if candidates else _find_compressed(old, known[old], files)
        if found is not None:
            pairs[old] = found
            taken.add(found)
    return tuple((old, pairs[old]) for old in gone if old in pairs)


def _find_compressed(old: str, content: Content, files: Mapping[str, RawFile]) -> str | None:
    for compression in COMPRESSIONS:
        packed = files.get(old + compression.suffix)
        if packed is not None and _holds(packed.path, compression, content):
            return packed.raw_path
    return None


def _folder_of(raw_path: str) -> str:
    """The source, and its folder of a day if the file is in one."""
    return "/".join(raw_path.split("/")[:-1][:2])


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
