"""Places of raw files: on a disk, where a `Path` is one, or in object storage.

Whoever reads raw files asks of a place only what stands in `Place`, and need not know which it is.
"""

from __future__ import annotations

import hashlib
import io
import stat
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, cast

from pyarrow import fs

from tasks.objects import Address, connect, explained, is_address, parse_address

BUFFER_BYTES = 1024 * 1024
"""What one request asks of an object, and what is held of it: a page of Parquet is about as large."""

NO_MARK = 0
"""The `st_ctime_ns` of a place of which nothing but its name is known."""


class State(Protocol):
    """What is known of a file without opening it; of an object, `st_ctime_ns` is a number made of its ETag."""

    @property
    def st_mode(self) -> int:
        """Whether it is a file or a folder."""

    @property
    def st_size(self) -> int:
        """Its bytes."""

    @property
    def st_mtime_ns(self) -> int:
        """When its content was written, in nanoseconds since 1970."""

    @property
    def st_ctime_ns(self) -> int:
        """What else tells one content from another."""

    @property
    def st_ino(self) -> int:
        """What tells it from another file of its name."""


class Place(Protocol):
    """A file or a folder. Everything that fails is an `OSError` with a number, as `Path` has it."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """The last part of it."""

    def __truediv__(self, name: str) -> Place:
        """What is called so below it."""

    def exists(self) -> bool:
        """Whether anything is there."""

    def is_file(self) -> bool:
        """Whether it is a file."""

    def is_dir(self) -> bool:
        """Whether it is a folder."""

    def is_symlink(self) -> bool:
        """Whether it is a link."""

    def stat(self) -> State:
        """What is known of it."""

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Its content, to be read and sought in."""

    def read_bytes(self) -> bytes:
        """All of its content: for files that are known to be small."""


@dataclass(frozen=True, slots=True)
class ObjectState:
    """What the server says of an object."""

    st_size: int
    st_mtime_ns: int
    st_ctime_ns: int
    st_mode: int = stat.S_IFREG | 0o444
    st_ino: int = 0


class ObjectPlace:
    """An object, or whatever lies below an address.

    No dataclass, so that `asdict` of the settings leaves it whole.
    """

    __slots__ = ("address",)

    def __init__(self, address: Address) -> None:
        self.address = address

    def __str__(self) -> str:
        return str(self.address)

    def __repr__(self) -> str:
        return f"ObjectPlace({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectPlace) and self.address == other.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __truediv__(self, name: str) -> ObjectPlace:
        return ObjectPlace(self.address / name)

    @property
    def name(self) -> str:
        """The last part of the key; of a bucket, its name."""
        return self.address.path.rpartition("/")[2]

    def exists(self) -> bool:
        """Whether there is an object, or one below it."""
        return self._is(fs.FileType.File, fs.FileType.Directory)

    def is_file(self) -> bool:
        """Whether it is an object."""
        return self._is(fs.FileType.File)

    def is_dir(self) -> bool:
        """Whether there are objects below it."""
        return self._is(fs.FileType.Directory)

    def is_symlink(self) -> bool:
        """There are no links."""
        return False

    def stat(self) -> ObjectState:
        """What the server says of the object; it costs one request."""
        with ObjectReader(self.address) as reader:
            return reader.state

    def open(self, mode: Literal["rb"] = "rb") -> BinaryIO:  # noqa: ARG002 - as `Path.open` has it
        """The content: `BUFFER_BYTES` at a time are asked for and held."""
        return cast("BinaryIO", io.BufferedReader(ObjectReader(self.address), BUFFER_BYTES))

    def read_bytes(self) -> bytes:
        """All of the content."""
        with self.open() as content:
            return content.read()

    def _is(self, *kinds: fs.FileType) -> bool:
        with explained(self.address):
            return connect().get_file_info(self.address.path).type in kinds


class ObjectReader(io.RawIOBase):
    """The content of an object, without a buffer: each read is a request. `OSError` as of a disk where that fails."""

    def __init__(self, address: Address) -> None:
        super().__init__()
        self._address = address
        self._at = 0
        with explained(address):
            self._file = connect().open_input_file(address.path)
            said = {name: value.decode("latin-1") for name, value in self._file.metadata().items()}
            size = self._file.size()
        written = said.get("Last-Modified", "")
        mark = said.get("ETag") or written
        number = int.from_bytes(hashlib.blake2b(mark.encode(), digest_size=8).digest()) >> 1 if mark else NO_MARK
        self.state = ObjectState(size, _nanoseconds(written), number)

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def seekable(self) -> bool:
        """Any part of an object can be asked for."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on reading elsewhere; nothing is asked for yet."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.state.st_size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as there is content."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self.state.st_size - self._at)
        if wanted <= 0:
            return 0
        with explained(self._address):
            piece = self._file.read_at(wanted, self._at)
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def readall(self) -> bytes:
        """Read to the end, `BUFFER_BYTES` at a time: of itself it would be a page at a time."""
        pieces = []
        while piece := self.read(BUFFER_BYTES):
            pieces.append(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Let go of it."""
        if not self.closed and hasattr(self, "_file"):
            self._file.close()
        super().close()


def parse_place(text: str) -> Place:
    """The place that a text means: `s3://bucket/prefix`, or a path. `UsageError` where an address is none."""
    return ObjectPlace(parse_address(text)) if is_address(text) else Path(text)


def absolute(place: Place) -> Place:
    """The same place for a process that works in another folder."""
    return place.absolute() if isinstance(place, Path) else place


def place_at(location: str) -> Place:
    """The place of a raw file, of which the location is known to be right."""
    if not location.startswith("s3://"):
        return Path(location)
    bucket, _, key = location[5:].partition("/")
    return ObjectPlace(Address(bucket, key))


def _nanoseconds(written: str) -> int:
    """A time as HTTP or ISO 8601 has it."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return int(read(written).timestamp()) * 1_000_000_000
        except ValueError:
            continue
    return 0
