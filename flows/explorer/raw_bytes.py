"""The bytes of a record as they lie in `raw/`, if the file there is still the one that was read."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tasks.acquire.archives import ARCHIVES
from tasks.acquire.compression import COMPRESSIONS
from tasks.acquire.entrance import read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.paths import file_of, find_day, unescape_name
from tasks.acquire.reader import HEAD_BYTES
from tasks.acquire.source import SourceSettings, load_source
from tasks.document import Record
from tasks.errors import RecordError, SourceError, StorageError
from tasks.place import Place
from tasks.publish.storage import follow

MOST_BYTES = 512_000_000
"""Larger files are not read for a page: to hash this many bytes takes about half a second."""

BUDGET_SECONDS = 2.0
"""How long a record is looked for in its file."""

MOST_LINE_BYTES = 16 * 1024 * 1024
"""As much as a source's limits let a record have, unless it says otherwise."""

_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawRecord:
    """The bytes of a record, or why there are none.

    `offset` is where they start in the (decompressed) file, and `kind` says what they are: `record`, or `field` where
    the file holds them in another form and this is the text of the record's field, as UTF-8.
    """

    content: bytes | None
    problem: str = ""
    offset: int = 0
    kind: str = "record"


def read_raw(raw: Place, row: dict[str, Any], clock: Callable[[], float] = time.monotonic) -> RawRecord:
    """The raw bytes of a published document, given its row with `source`."""
    try:
        path = confine(raw, row["source"], row["raw_path"])
        if path is None:
            return RawRecord(None, f"the path leads out of {raw}: it is not opened")
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            return RawRecord(None, "it is no file any more")
        if state.st_size > MOST_BYTES:
            return RawRecord(None, f"the file has {state.st_size:,} bytes: too many to be read for a page")
        if _hash(path, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino) != row["raw_sha256"]:
            return RawRecord(None, "the file has changed since it was read: its SHA-256 is another one")
        day = find_day(row["raw_path"])
        file = RawFile(row["source"], file_of(row["raw_path"]), str(path), day, state.st_size, 0, 0)
        return _find(file, row, _settings(raw, row["source"]), clock)
    except FileNotFoundError:
        return RawRecord(None, "the file is not there any more")
    except (OSError, StorageError, RecordError) as error:
        return RawRecord(None, f"the file cannot be read: {error}")


def confine(raw: Place, source: str, raw_path: str) -> Place | None:
    """The raw file of a path, or None where that is not below the folder of its source.

    That folder may itself be a link, to another disk say; what lies in it may not lead out of where that is.
    """
    name = os.fsdecode(unescape_name(file_of(raw_path)))
    parts = name.split("/")
    if parts[0] != source or any(part in ("", ".", "..") for part in parts) or "\0" in name:
        return None
    if not isinstance(raw, Path):
        return raw / name
    top = (raw / source).resolve()
    found = follow(raw / name)
    return found if found.is_relative_to(top) or found.is_relative_to(raw.resolve() / source) else None


@lru_cache(maxsize=256)
def _hash(path: Place, _size: int, _modified_ns: int, _changed_ns: int, _inode: int) -> str:
    """The SHA-256 of a file; asked for again only where its state is another one."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(_CHUNK_BYTES):
            digest.update(piece)
        return digest.hexdigest()


def _settings(raw: Place, source: str) -> SourceSettings:
    try:
        return load_source(raw, source)
    except SourceError:  # broken by now, and no reason to show nothing
        return SourceSettings()


def _find(file: RawFile, row: dict[str, Any], settings: SourceSettings, clock: Callable[[], float]) -> RawRecord:
    line = _find_line(file.path, row)
    if line is not None:
        return line
    started = clock()
    for item in read_file(file, row["raw_sha256"], settings):
        if (item.raw_path, item.raw_record) == (row["raw_path"], row["raw_record"]) and isinstance(item, Record):
            if isinstance(item.content, bytes):
                return RawRecord(item.content, offset=item.byte_offset)
            return RawRecord(item.content.encode("utf-8", "surrogatepass"), offset=item.byte_offset, kind="field")
        if clock() - started > BUDGET_SECONDS:
            return RawRecord(None, f"it lies deep in its file: {BUDGET_SECONDS:g} s were not enough to reach it")
    return RawRecord(None, "the file no longer gives this record: its settings may have changed")


def _find_line(path: Place, row: dict[str, Any]) -> RawRecord | None:
    """The line of a JSON Lines file that lies there unpacked, without reading those before it as JSON.

    None where the record is something else, packed, or in an encoding in which a line is no JSON as it lies there.
    """
    if not row["raw_record"].startswith("line:") or "!" in row["raw_path"]:
        return None
    wanted, number, offset = int(row["raw_record"].removeprefix("line:")), 1, 0
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if any(each.sniff(head) for each in COMPRESSIONS) or any(each.sniff(head) for each in ARCHIVES):
            return None
        file.seek(0)
        while number < wanted and (chunk := file.read(_CHUNK_BYTES)):
            ends = chunk.count(b"\n")
            if number + ends < wanted:
                number, offset = number + ends, offset + len(chunk)
                continue
            at = 0
            for _ in range(wanted - number):
                at = chunk.index(b"\n", at) + 1
            number, offset = wanted, offset + at
        file.seek(offset)
        line = file.readline(MOST_LINE_BYTES)
    try:
        json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return RawRecord(line, offset=offset)


@dataclass(frozen=True, slots=True)
class HexLine:
    """Sixteen bytes: where they start, as numbers, and as characters of ASCII."""

    offset: int
    numbers: str
    characters: str


WINDOW = 2048
"""Bytes that a page shows at a time: 128 lines."""


def dump_hex(content: bytes, start: int) -> list[HexLine]:
    """A window of the content, from a multiple of 16 on."""
    start = max(0, min(start, len(content)) // 16 * 16)
    window = content[start : start + WINDOW]
    return [
        HexLine(
            start + at,
            window[at : at + 16].hex(" "),
            "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in window[at : at + 16]),
        )
        for at in range(0, len(window), 16)
    ]
