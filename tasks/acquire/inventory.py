"""What lies in `raw/`: every raw file, found in a fixed order, with nothing opened and nothing followed in circles."""

from __future__ import annotations

import errno
import math
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from tasks.acquire.object_inventory import list_object_sources, list_objects
from tasks.acquire.paths import escape_name, find_day
from tasks.acquire.raw_file import WITHDRAWN_FILE, Finding, Inventory, RawFile, Trouble, is_left_out
from tasks.acquire.source import SOURCE_NAME
from tasks.acquire.stamps import Looks
from tasks.errors import SourceError
from tasks.place import ObjectPlace, Place

_MAX_LINKS = 2
"""Links to folders on one path. One leads to the data, two happen; a web of links would have paths without end."""


def list_sources(raw: Place) -> tuple[str, ...]:
    """The names of all sources of `raw/`, in order. `SourceError` where `raw/` is missing or empty."""
    if isinstance(raw, ObjectPlace):
        return list_object_sources(raw)
    assert isinstance(raw, Path)
    return tuple(name for name in _list_top(raw) if SOURCE_NAME.fullmatch(name) and (raw / name).is_dir())


def list_files(
    raw: Place, settle_seconds: Mapping[str, float] | None = None, now_ns: int = 0, looks: Looks | None = None
) -> Inventory:
    """List every raw file of every source. What has the `looks` that it should have is `untouched`.

    Left out: dotfiles, `.part`, `.tmp`, at the top of a source `source.toml`, `profile.json` and `README*`, at
    the top of `raw/` all files. A source's files that changed in the `settle_seconds` before `now_ns` (nanoseconds
    since 1970) are `waiting`. `SourceError` where `raw/` is missing or holds nothing at all: a disk that is not
    mounted looks like that, and must not withdraw everything.
    """
    if isinstance(raw, ObjectPlace):
        return list_objects(raw, settle_seconds or {}, now_ns, looks or {})
    assert isinstance(raw, Path)
    files: list[RawFile] = []
    untouched: list[str] = []
    waiting: list[RawFile] = []
    findings: list[Finding] = []
    stopped: dict[str, SourceError] = {}
    is_empty = True
    for name in _list_top(raw):
        path = raw / name
        if name == WITHDRAWN_FILE or name.startswith(("README", ".")):
            continue
        if SOURCE_NAME.fullmatch(name) and path.is_symlink() and not path.exists():
            stopped[name] = SourceError("this link leads nowhere", "is the disk mounted that it leads to?", str(path))
            continue
        if not SOURCE_NAME.fullmatch(name) or not path.is_dir():
            what = "a source is a folder, named [a-z][a-z0-9_-]*" if path.is_dir() else "it is in no source's folder"
            findings.append(Finding(escape_name(name), f"left out: {what}"))
            continue
        settle = (settle_seconds or {}).get(name, 0.0)
        try:
            is_empty = is_empty and not any(path.iterdir())
            walk = _Walk(name, path, looks or {}, now_ns - settle * 1e9 if settle else math.inf)
            for file in walk.files():
                (files if file.modified_ns <= walk.latest_ns else waiting).append(file)
            untouched += walk.untouched
        except OSError as error:
            place = str(error.filename or path)
            stopped[name] = SourceError(f"cannot be listed: {error.strerror}", "check its permissions", place)
    if is_empty and not stopped:
        raise SourceError("there is no source in it", "is the disk mounted? Put files into raw/<source>/", str(raw))
    listed, unsettled = (
        tuple(sorted((file for file in part if file.source not in stopped), key=lambda file: file.raw_path))
        for part in (files, waiting)
    )
    return Inventory(listed, tuple(untouched), unsettled, tuple(findings), stopped)


def _list_top(raw: Path) -> list[str]:
    hint = "choose another folder with --raw or WINNOW_RAW"
    try:
        return sorted(entry.name for entry in raw.iterdir())
    except FileNotFoundError:
        raise SourceError("there is no such folder", hint, str(raw)) from None
    except NotADirectoryError:
        raise SourceError("this is no folder", hint, str(raw)) from None
    except OSError as error:
        raise SourceError(f"cannot be listed: {error.strerror}", "check its permissions", str(raw)) from error


class _Walk:
    """A way through a source's folder; `files` goes it. `OSError` where a folder cannot be listed.

    `untouched` gets the raw paths of what has the looks that it should have and did not change after `latest_ns`.
    """

    def __init__(self, source: str, root: Path, looks: Looks, latest_ns: float) -> None:
        self.source = source
        self.root = root
        self.looks = looks
        self.latest_ns = latest_ns
        self.untouched: list[str] = []

    def files(self) -> Iterator[RawFile]:
        """Every other file."""
        top = self.root.stat()
        waiting: list[tuple[str, str, tuple[tuple[int, int], ...], int]] = [
            (str(self.root), self.source, ((top.st_dev, top.st_ino),), 0)
        ]
        while waiting:
            folder, raw_path, above, links = waiting.pop()
            day = find_day(raw_path.partition("/")[2] + "/")
            for name in self._pass_over(folder, raw_path):
                path, place = f"{folder}/{name}", f"{raw_path}/{escape_name(name)}"
                found = _look_at(Path(path))
                if found is None:
                    continue
                if isinstance(found, Trouble):
                    yield self._raw_file(place, path, day, None, found)
                elif stat.S_ISREG(found.st_mode):
                    yield self._raw_file(place, path, day, found, None)
                elif stat.S_ISDIR(found.st_mode):
                    here = (found.st_dev, found.st_ino)
                    count = links + Path(path).is_symlink()
                    if here in above or count > _MAX_LINKS:
                        is_above = "it leads to a folder above it"
                        detail = is_above if here in above else f"more than {_MAX_LINKS} on the way"
                        yield self._raw_file(place, path, day, None, Trouble("link_loop", detail))
                    else:
                        waiting.append((path, place, (*above, here), count))
                else:
                    kind = stat.filemode(found.st_mode)[0]
                    what = {"p": "a pipe", "s": "a socket", "c": "a device", "b": "a device"}.get(kind, "no file")
                    yield self._raw_file(place, path, day, None, Trouble("not_a_file", f"it is {what}"))

    def _pass_over(self, folder: str, raw_path: str) -> list[str]:
        """Note what is untouched in a folder; the names of all else, in order.

        The folder is asked by its descriptor: with a path, the system would go down it once for every file.
        """
        names = []
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    place = f"{raw_path}/{entry.name}"  # as it stands, unless the name has to be written otherwise
                    looks = self.looks.get(place)
                    if looks and looks[1] <= self.latest_ns and "\\" not in entry.name and _has_looks(entry, looks):
                        self.untouched.append(place)
                    else:
                        names.append(entry.name)
        finally:
            os.close(descriptor)
        is_top = raw_path == self.source
        return sorted(name for name in names if not is_left_out(name, is_top=is_top))

    def _raw_file(
        self, raw_path: str, location: str, day: str | None, state: os.stat_result | None, trouble: Trouble | None
    ) -> RawFile:
        """`day` is that of the folder, if its path carries one: it comes before whatever the file's name carries.

        As `day_of` has it; here a folder is asked once for all of its files.
        """
        day = day or find_day(raw_path.partition("/")[2])
        if state is None:
            return RawFile(self.source, raw_path, location, day, 0, 0, 0, trouble)
        size, modified_ns, changed_ns = state.st_size, state.st_mtime_ns, state.st_ctime_ns
        return RawFile(self.source, raw_path, location, day, size, modified_ns, changed_ns)


def _has_looks(entry: os.DirEntry[str], looks: tuple[int, int, int]) -> bool:
    try:
        found = entry.stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns) == looks and stat.S_ISREG(found.st_mode)


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


__all__ = [
    "WITHDRAWN_FILE",
    "Finding",
    "Inventory",
    "RawFile",
    "Trouble",
    "list_files",
    "list_sources",
]
