"""What lies in `raw/` where that is object storage: one listing, and questions about what it does not tell.

A listing says how large an object is and when it was written, not its ETag. That is asked for, many at a time, only of
objects that are new, other than they were, or so young that they may have been written again since without showing it.
Of a large `raw/` in which nothing happened nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import pyarrow as pa

from tasks.acquire.paths import day_of, escape_name
from tasks.acquire.raw_file import WITHDRAWN_FILE, Finding, Inventory, RawFile, Trouble, is_left_out
from tasks.acquire.source import SOURCE_NAME
from tasks.acquire.stamps import LOOKS
from tasks.errors import SourceError, StorageError
from tasks.objects import Listed, failure, in_threads, list_below, list_names
from tasks.place import NO_MARK, ObjectPlace, ObjectState

_YOUNG_NS = 16 * 60 * 1_000_000_000
"""The times of a listing are the server's, and may be whole seconds: an object that was younger than this when its ETag
was asked for is asked again. Clocks may differ by 15 minutes: beyond that a server takes no signed request."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An object of a source: the name it goes by, and what the listing says of it."""

    source: str
    raw_path: str
    listed: Listed


def list_object_sources(raw: ObjectPlace) -> tuple[str, ...]:
    """The names of all sources, in order. `SourceError` where there is nothing, `StorageError` as the storage fails."""
    try:
        folders, objects = list_names(raw.address)
    except OSError as error:
        raise _cannot_list(raw, error) from error
    if not folders and not objects:
        raise _nothing(raw)
    return tuple(sorted(name for name in folders if SOURCE_NAME.fullmatch(name)))


def list_objects(raw: ObjectPlace, settle_seconds: Mapping[str, float], now_ns: int, looks: pa.Table) -> Inventory:
    """List every object of every source; left out is what is left out of a folder, see `inventory.list_files`.

    An object with the size and the time that it has in `looks` is untouched. `SourceError` where there is nothing at
    all, `StorageError` as the storage fails.
    """
    walk = _Walk(raw)
    paths, *known_looks = (looks[name].to_pylist() for name in LOOKS[:3])
    known = dict(zip(paths, zip(*known_looks, strict=True), strict=True))
    untouched: list[str] = []
    waiting: list[RawFile] = []
    asked: list[_Found] = []
    try:
        for found in walk.objects():
            size, modified_ns = found.listed.bytes, found.listed.modified_ns
            settle_ns = settle_seconds.get(found.source, 0.0) * 1e9
            if settle_ns and (written_ns := walk.written_ns(found)) + settle_ns > now_ns:
                waiting.append(walk.raw_file(found, ObjectState(size, written_ns, NO_MARK)))
            elif modified_ns and known.get(found.raw_path) == (size, modified_ns):
                untouched.append(found.raw_path)
            else:
                asked.append(found)
        files = [file for file in in_threads(lambda found: walk.ask(found, now_ns), asked) if file is not None]
    except OSError as error:
        raise _cannot_list(raw, error) from error
    if walk.is_empty:
        raise _nothing(raw)
    listed, unsettled = (tuple(sorted(part, key=lambda file: file.raw_path)) for part in (files, waiting))
    return Inventory(listed, pa.array(untouched, pa.string()), unsettled, tuple(walk.findings.values()))


class _Walk:
    """A way through a listing. `findings` are by what is left out; `is_empty` whether no source had an object."""

    def __init__(self, raw: ObjectPlace) -> None:
        self.raw = raw
        self.findings: dict[str, Finding] = {}
        self.is_empty = True

    def objects(self) -> Iterator[_Found]:
        """The objects of all sources."""
        for listed in list_below(self.raw.address):
            source, slash, rest = listed.name.partition("/")
            if not slash and (source == WITHDRAWN_FILE or source.startswith(("README", "."))):
                continue
            if not slash or not SOURCE_NAME.fullmatch(source):
                what = "a source is a folder, named [a-z][a-z0-9_-]*" if slash else "it is in no source's folder"
                if not source.startswith((".", "README")):
                    self.findings[source] = Finding(escape_name(source), f"left out: {what}")
                continue
            self.is_empty = False
            parts = rest.split("/")
            if not any(is_left_out(part, is_top=place == 0) for place, part in enumerate(parts)):
                yield _Found(source, "/".join((source, *map(escape_name, parts))), listed)

    def written_ns(self, found: _Found) -> int:
        """When an object was written; 0 where neither the listing says it nor the object."""
        if found.listed.modified_ns:
            return found.listed.modified_ns
        with suppress(OSError):  # whoever asks for its ETag meets the same
            return (self.raw / found.listed.name).stat().st_mtime_ns
        return 0

    def ask(self, found: _Found, now_ns: int) -> RawFile | None:
        """Ask for the ETag of an object; None where it went since the listing."""
        if not {"", ".", ".."}.isdisjoint(found.listed.name.split("/")):
            trouble = Trouble("not_a_file", "a part of its key is empty, or nothing but dots")
            return self.raw_file(found, ObjectState(0, 0, NO_MARK), trouble)
        modified_ns = found.listed.modified_ns
        try:
            state = (self.raw / found.listed.name).stat()
        except FileNotFoundError:
            return None
        except PermissionError:  # whoever wants to read it is told
            state = ObjectState(found.listed.bytes, modified_ns, NO_MARK)
        is_young = modified_ns + _YOUNG_NS > now_ns
        return self.raw_file(found, replace(state, st_mtime_ns=0 if is_young else modified_ns))

    def raw_file(self, found: _Found, state: ObjectState, trouble: Trouble | None = None) -> RawFile:
        """The raw file of an object in this state."""
        location = str(self.raw / found.listed.name)
        day = day_of(found.raw_path)
        size, modified_ns, mark = state.st_size, state.st_mtime_ns, state.st_ctime_ns
        return RawFile(found.source, found.raw_path, location, day, size, modified_ns, mark, trouble)


def _nothing(raw: ObjectPlace) -> SourceError:
    return SourceError("there is no source in it", "is the address right? Put objects below <source>/", str(raw))


def _cannot_list(raw: ObjectPlace, error: OSError) -> StorageError:
    told = failure(error, "raw/ cannot be listed")
    return StorageError(told.problem, told.hint, str(raw))
