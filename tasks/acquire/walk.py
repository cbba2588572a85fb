"""The way through a source's folder: every file once, nothing opened, and nothing followed in circles."""

from __future__ import annotations

import errno
import os
import stat
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tasks.acquire.paths import escape_name, escape_names, find_day
from tasks.acquire.raw_file import RawFile, Trouble, is_left_out
from tasks.acquire.stamps import LOOKS

_MAX_LINKS = 2
"""Links to folders on one path. One leads to the data, two happen; a web of links would have paths without end."""

_LONGEST_FOLDER = 4095 - 256
"""Bytes of a folder's path below which every file in it can be opened, as far as the length of its path goes."""


_LATEST_NS = 2**63 - 1
"""The last time that a column of 64-bit numbers can hold, in the year 2262: what claims to be later is looked at."""


class _Folder(NamedTuple):
    """A folder on the way. `first` is the row of its first regular file.

    `day` is the one that its path carries: it comes before whatever the file's name carries. As `paths.day_of` has it;
    here a folder is asked once for all of its files.
    """

    first: int
    location: str
    raw_path: str
    day: str | None


class Seen(NamedTuple):
    """The regular files of a source, a row each: a million of them are a few columns, and no million objects."""

    names: list[str]
    raw_paths: list[str]
    bytes: array[int]
    modified_ns: array[int]
    changed_ns: array[int]

    def looks(self) -> pa.Table:
        """By `stamps.LOOKS`."""
        numbers = (pa.array(np.frombuffer(column, np.int64)) for column in self[2:])
        return pa.table([pa.array(self.raw_paths, pa.string()), *numbers], names=LOOKS)


class Walk:
    """A way through a source's folder, gone when it is made. `OSError` where a folder cannot be listed.

    `seen` are the regular files, and `others` whatever else is no folder, and files that could not be seen at once.
    """

    def __init__(self, source: str, root: Path) -> None:
        self.source = source
        self.seen = Seen([], [], array("q"), array("q"), array("q"))
        self._folders: list[_Folder] = []
        self.others = list(self._go(root))

    def raw_files(self, rows: Iterable[int]) -> Iterator[RawFile]:
        """The regular files of these rows, but for those that are left out by their names."""
        names, _, bytes_, modified_ns, changed_ns = self.seen
        for row in rows:
            folder = self._folders[bisect_right(self._folders, row, key=lambda folder: folder.first) - 1]
            if not self._is_left_out(folder, names[row]):
                yield self._raw_file(folder, names[row], bytes_[row], modified_ns[row], changed_ns[row])

    def _go(self, root: Path) -> Iterator[RawFile]:
        top = root.stat()
        waiting: list[tuple[str, str, tuple[tuple[int, int], ...], int]] = [
            (str(root), self.source, ((top.st_dev, top.st_ino),), 0)
        ]
        while waiting:
            location, raw_path, above, links = waiting.pop()
            folder = _Folder(len(self.seen.names), location, raw_path, find_day(raw_path.partition("/")[2] + "/"))
            self._folders.append(folder)
            for name in self._look_through(folder):
                path = Path(location, name)
                found = _look_at(path)
                if found is None:
                    continue
                if isinstance(found, Trouble):
                    yield self._raw_file(folder, name, 0, 0, 0, found)
                elif stat.S_ISREG(found.st_mode):
                    yield self._raw_file(folder, name, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
                elif stat.S_ISDIR(found.st_mode):
                    here = (found.st_dev, found.st_ino)
                    count = links + path.is_symlink()
                    if here in above or count > _MAX_LINKS:
                        is_above = "it leads to a folder above it"
                        detail = is_above if here in above else f"more than {_MAX_LINKS} on the way"
                        yield self._raw_file(folder, name, 0, 0, 0, Trouble("link_loop", detail))
                    else:
                        waiting.append((str(path), f"{raw_path}/{escape_name(name)}", (*above, here), count))
                else:
                    yield self._raw_file(folder, name, 0, 0, 0, is_no_file(found.st_mode))

    def _look_through(self, folder: _Folder) -> list[str]:
        """See the regular files in a folder; gives the names of all else that is not left out.

        The folder is asked by its descriptor: with a path, the system would go down it once for every file.
        """
        is_deep = len(os.fsencode(folder.location)) > _LONGEST_FOLDER
        names: list[str] = []
        others: list[str] = []
        looks: tuple[list[int], list[int], list[int]] = ([], [], [])
        bytes_, modified_ns, changed_ns = looks
        descriptor = os.open(folder.location, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    try:
                        found = None if is_deep else entry.stat()
                    except OSError:
                        found = None
                    if found is not None and stat.S_ISREG(found.st_mode):
                        names.append(entry.name)
                        bytes_.append(found.st_size)
                        modified_ns.append(found.st_mtime_ns)
                        changed_ns.append(found.st_ctime_ns)
                    else:
                        others.append(entry.name)
        finally:
            os.close(descriptor)
        if max(max(times, default=0) for times in (modified_ns, changed_ns)) > _LATEST_NS:
            names, others, looks = [], names + others, ([], [], [])
        self.seen.names.extend(names)
        self.seen.raw_paths.extend([f"{folder.raw_path}/{name}" for name in escape_names(names)])
        for column, values in zip(self.seen[2:], looks, strict=True):
            column.extend(values)
        return [name for name in others if not self._is_left_out(folder, name)]

    def _is_left_out(self, folder: _Folder, name: str) -> bool:
        return is_left_out(name, is_top=folder.raw_path == self.source)

    def _raw_file(
        self, folder: _Folder, name: str, size: int, modified_ns: int, changed_ns: int, trouble: Trouble | None = None
    ) -> RawFile:
        raw_path, location = f"{folder.raw_path}/{escape_name(name)}", f"{folder.location}/{name}"
        day = folder.day or find_day(raw_path.partition("/")[2])
        return RawFile(self.source, raw_path, location, day, size, modified_ns, changed_ns, trouble)


def is_no_file(mode: int) -> Trouble:
    """What is wrong with something of this mode, neither a file nor a folder: it is never opened, a pipe might wait."""
    kind = {"p": "a pipe", "s": "a socket", "c": "a device", "b": "a device"}.get(stat.filemode(mode)[0], "no file")
    return Trouble("not_a_file", f"it is {kind}")


def _look_at(path: Path) -> os.stat_result | Trouble | None:
    """The state of what a path leads to, links followed.

    `Trouble` where it is a link that leads nowhere, None where the file went away since the folder was listed.
    """
    try:
        return path.stat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return Trouble("not_a_file", "its path is too long to be opened")
        if not path.is_symlink():
            if isinstance(error, FileNotFoundError):
                return None
            raise
        if error.errno == errno.ELOOP:
            return Trouble("link_loop", "it leads back to itself")
        return Trouble("dangling_link", f"what it leads to cannot be opened: {error.strerror}")
