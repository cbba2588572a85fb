"""The one entrance to a raw file: through whatever it is packed in, to its records."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.acquire.compression import COMPRESSIONS
from tasks.acquire.inventory import RawFile
from tasks.acquire.reader import HEAD_BYTES, Context, Reader
from tasks.acquire.readers import READERS
from tasks.acquire.source import SourceSettings
from tasks.acquire.stream import Chunks, Damage, Stream, read_chunks
from tasks.document import Record, Rejected


def read_file(file: RawFile, sha256: str, settings: SourceSettings) -> Iterator[Record | Rejected]:
    """Give everything in a raw file, one by one: what was read is what was yielded.

    A function of the file's content, its `raw_path` and the settings. Never holds more than one record and a
    few chunks, and writes nothing. `OSError` where the disk fails or the file is gone.
    """
    context = Context(file.source, file.raw_path, sha256, file.day, settings)
    if file.trouble is not None:
        yield context.reject(file.trouble.reason, file.trouble.detail)
        return
    stream = Stream(read_chunks(file.path), file.path)
    yield from _read_stream(stream, context, _Budget(settings), 0)


class _Budget:
    """What one raw file may still expand to, over all layers and members."""

    def __init__(self, settings: SourceSettings) -> None:
        self.left = settings.limits.expanded_bytes


def _read_stream(stream: Stream, context: Context, budget: _Budget, depth: int) -> Iterator[Record | Rejected]:
    """Unpack as long as something is packed, then read."""
    head = stream.peek(HEAD_BYTES)
    compression = next((c for c in COMPRESSIONS if head.startswith(c.magic)), None)
    if compression is not None and depth < context.settings.limits.depth:
        inner = Stream(_metered(compression.expand(stream), budget))
        yield from _read_stream(inner, context, budget, depth + 1)
    elif compression is not None:
        detail = f"{compression.name} inside {depth} others, limits.depth allows no more"
        yield context.reject("too_deep", detail, byte_offset=stream.offset)
        return
    else:
        yield from choose_reader(head, context).read(stream, context)
    for damage in stream.damages:
        yield context.reject(
            damage.reason, damage.detail, raw_record=f"offset:{damage.offset}", byte_offset=damage.offset
        )


def choose_reader(head: bytes, context: Context) -> Reader:
    """The reader that the source names, else the first that knows the head."""
    forced = context.settings.reader
    name = context.raw_path.rpartition("/")[2].rpartition("!")[2]
    return next(reader for reader in READERS if forced == reader.NAME or (not forced and reader.sniff(head, name)))


def _metered(chunks: Chunks, budget: _Budget) -> Chunks:
    for piece in chunks:
        if isinstance(piece, bytes):
            budget.left -= len(piece)
            if budget.left < 0:
                yield Damage("expansion", "the file expands beyond limits.expanded_bytes")
                return
        yield piece
