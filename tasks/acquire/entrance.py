"""The one entrance to a raw file: through whatever it is packed in, to its records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tasks.acquire.archives import ARCHIVES
from tasks.acquire.archives.member import Archive, Member, is_left_out, is_unsafe, tidy_name
from tasks.acquire.compression import COMPRESSIONS, Compression
from tasks.acquire.inventory import RawFile, Trouble
from tasks.acquire.paths import escape_name, find_day
from tasks.acquire.reader import HEAD_BYTES, Context, Reader
from tasks.acquire.readers import READERS
from tasks.acquire.source import Limits, SourceSettings
from tasks.acquire.stream import Chunks, Damage, Stream, read_chunks
from tasks.document import Record, Rejected
from tasks.errors import StorageError, WinnowError

_ALLOWANCE = 64 * 1024 * 1024
"""What any file may expand to: below it no ratio is a danger, and small files of one repeated line have large ones."""

_SUFFIXES = tuple(compression.suffix for compression in COMPRESSIONS)
_MAGIC = tuple(magic for compression in COMPRESSIONS for magic in compression.magic)

_ITEM_BYTES = 128
"""What any record or rejected one counts as: a billion empty rows are a bomb as well."""


def read_file(file: RawFile, sha256: str, settings: SourceSettings) -> Iterator[Record | Rejected]:
    """Give everything in a raw file, one by one: what was read is what was yielded.

    A function of the file's content, its `raw_path` and the settings. Never holds more than one record and a few
    chunks, and writes nothing. `FileNotFoundError` where the file is gone, `StorageError` where the disk fails.
    """
    context = Context(file.source, file.raw_path, sha256, file.day, settings)
    if file.trouble is not None:
        yield context.reject(file.trouble.reason, file.trouble.detail)
        return
    try:
        stream = Stream(read_chunks(file.to_open), file.to_open)
        work = _Work(stream, settings.limits)
        given = 0
        for item in work.read(stream, context, _name_of(context), 0):
            yield item
            given += max(len(item.content), _ITEM_BYTES) if isinstance(item, Record) else _ITEM_BYTES
            if given > max(_ALLOWANCE, settings.limits.expansion_ratio * file.bytes):
                detail = f"{file.bytes} bytes gave more than limits.expansion_ratio = {settings.limits.expansion_ratio}"
                yield context.reject("expansion", f"{detail} times as many", byte_offset=stream.offset)
                return
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageError(f"cannot be read: {error.strerror or error}", "try again", str(file.path)) from error


class _Work:
    """One raw file on its way through all of its layers: what it has used up of its limits."""

    def __init__(self, stream: Stream, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._expanded = 0
        self._members = 0
        self._is_spent = False

    def read(self, stream: Stream, context: Context, name: str, depth: int) -> Iterator[Record | Rejected]:
        """Unpack as long as something is packed, then read; then tell of the damage that no record told of.

        `name` is that of the file without the suffixes of the compressions that are undone.
        """
        head = stream.peek(HEAD_BYTES)
        is_packed = head.startswith(_MAGIC)
        compression = next(each for each in COMPRESSIONS if each.sniff(head)) if is_packed else None
        archive = next((each for each in ARCHIVES if each.sniff(head)), None) if compression is None else None
        if compression is None and archive is None and name.endswith(_SUFFIXES):
            compression = _find_damaged(head, name)
        if compression is None and archive is None:
            yield from _guard(choose_reader(head, name, context), stream, context)
        elif depth >= self._limits.depth:
            what = compression.name if compression is not None else archive.NAME if archive is not None else ""
            detail = f"{what} inside {depth} other layers, limits.depth allows no more"
            yield context.reject("too_deep", detail, byte_offset=stream.offset)
            return
        elif compression is not None:
            content = Stream(self._meter(compression.expand(stream)))
            yield from self.read(content, context, name.removesuffix(compression.suffix), depth + 1)
        elif archive is not None:
            yield from self._read_archive(archive, stream, context, depth + 1)
        yield from context.reject_damages(stream)

    def _read_archive(
        self, archive: Archive, stream: Stream, context: Context, depth: int
    ) -> Iterator[Record | Rejected]:
        seen: dict[bytes, int] = {}
        is_empty = True
        for member in archive.read_members(stream, self._meter):
            if isinstance(member, Damage):
                yield context.reject_damage(member)
                is_empty = False
                continue
            if self._is_spent:
                return
            self._members += 1
            if self._members > self._limits.members:
                detail = f"more than limits.members = {self._limits.members}"
                yield context.reject(
                    "too_many_members", detail, raw_record=f"offset:{member.offset}", byte_offset=member.offset
                )
                self._is_spent = True
                return
            for item in self._read_member(member, context, seen, depth):
                yield item
                is_empty = False
        if is_empty:
            yield context.reject(
                "empty", "the archive has no members, dotfiles and unfinished ones aside", byte_offset=0
            )

    def _read_member(
        self, member: Member, context: Context, seen: dict[bytes, int], depth: int
    ) -> Iterator[Record | Rejected]:
        if is_unsafe(member.name):
            detail = f"a member is called {escape_name(member.name[:1000])}"
            yield context.reject("unsafe_name", detail, raw_record=f"offset:{member.offset}", byte_offset=member.offset)
            return
        name = tidy_name(member.name)
        if is_left_out(name):
            return
        here = _member_context(context, name, seen)
        if isinstance(member.content, Trouble):
            yield here.reject(member.content.reason, member.content.detail, byte_offset=member.offset)
        else:
            yield from self.read(member.content, here, _name_of(here), depth)

    def _meter(self, chunks: Chunks) -> Chunks:
        """Count what decompression gives; end it, and everything after it in the same file, where it is too much."""
        limits = self._limits
        for piece in chunks:
            if isinstance(piece, bytes):
                self._expanded += len(piece)
                if self._expanded > limits.expanded_bytes:
                    self._is_spent = True
                    yield Damage("expansion", f"it expands beyond limits.expanded_bytes = {limits.expanded_bytes}")
                    return
                if self._expanded > max(_ALLOWANCE, limits.expansion_ratio * self._stream.offset):
                    self._is_spent = True
                    yield Damage(
                        "expansion",
                        f"{self._stream.offset} bytes gave more than limits.expansion_ratio = {limits.expansion_ratio}"
                        " times as many",
                    )
                    return
            yield piece


def _member_context(context: Context, name: bytes, seen: dict[bytes, int]) -> Context:
    """The context of a member. One of a name that was there before is numbered, so that no two documents are one."""
    digest = hashlib.blake2b(name, digest_size=16).digest()  # names can be long, and there can be a million
    count = seen[digest] = seen.get(digest, 0) + 1
    escaped = escape_name(name) if count == 1 else f"{escape_name(name)}\\{count}"
    raw_path = f"{context.raw_path}!{escaped}"
    return context._replace(raw_path=raw_path, day=context.day or find_day(escaped))


def _name_of(context: Context) -> str:
    """The name of a file or a member, in lower case, without folders."""
    return context.raw_path.rpartition("/")[2].rpartition("!")[2].lower()


def _find_damaged(head: bytes, name: str) -> Compression | None:
    """The compression that the name says, where the start is damaged and a member starts behind it."""
    return next((each for each in COMPRESSIONS if name.endswith(each.suffix) and each.starts_within(head)), None)


def choose_reader(head: bytes, name: str, context: Context) -> Reader:
    """The reader that the source names, else the first that knows the head."""
    forced = context.settings.reader
    if forced is not None:
        return next(reader for reader in READERS if forced == reader.NAME)
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return next(reader for reader in READERS if reader.sniff(head, name))


def _guard(reader: Reader, stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Read a stream; whatever a reader did not foresee costs the rest of this stream only."""
    try:
        yield from reader.read(stream, context)
    except (OSError, WinnowError, MemoryError, ImportError):
        raise
    except Exception as error:  # noqa: BLE001 - a mistake of ours must not cost the other files of the source
        detail = f"the reader {reader.NAME} failed: {type(error).__name__}: {error}"[:500]
        yield context.reject("unreadable", detail, raw_record=f"offset:{stream.offset}", byte_offset=stream.offset)
