"""What lies in `raw/`: every raw file, found in a fixed order, with nothing opened and nothing followed in circles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from tasks.acquire.object_inventory import list_object_sources, list_objects
from tasks.acquire.paths import escape_name
from tasks.acquire.raw_file import WITHDRAWN_FILE, Finding, Inventory, RawFile, Trouble
from tasks.acquire.source import SOURCE_NAME
from tasks.acquire.stamps import NO_LOOKS, have_looks
from tasks.acquire.walk import Walk
from tasks.errors import SourceError
from tasks.place import ObjectPlace, Place


def list_sources(raw: Place) -> tuple[str, ...]:
    """The names of all sources of `raw/`, in order. `SourceError` where `raw/` is missing or empty."""
    if isinstance(raw, ObjectPlace):
        return list_object_sources(raw)
    assert isinstance(raw, Path)
    return tuple(name for name in _list_top(raw) if SOURCE_NAME.fullmatch(name) and (raw / name).is_dir())


def list_files(
    raw: Place, settle_seconds: Mapping[str, float] | None = None, now_ns: int = 0, looks: pa.Table = NO_LOOKS
) -> Inventory:
    """List every raw file of every source. What looks as `looks` (see `stamps.settled_looks`) has it is `untouched`.

    Left out: dotfiles, `.part`, `.tmp`, at the top of a source `source.toml`, `profile.json` and `README*`, at
    the top of `raw/` all files. A source's files that changed in the `settle_seconds` before `now_ns` (nanoseconds
    since 1970) are `waiting`. `SourceError` where `raw/` is missing or holds nothing at all: a disk that is not
    mounted looks like that, and must not withdraw everything.
    """
    if isinstance(raw, ObjectPlace):
        return list_objects(raw, settle_seconds or {}, now_ns, looks)
    assert isinstance(raw, Path)
    walks: list[Walk] = []
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
        try:
            is_empty = is_empty and not any(path.iterdir())
            walks.append(Walk(name, path))
        except OSError as error:
            place = str(error.filename or path)
            stopped[name] = SourceError(f"cannot be listed: {error.strerror}", "check its permissions", place)
    if is_empty and not stopped:
        raise SourceError("there is no source in it", "is the disk mounted? Put files into raw/<source>/", str(raw))
    settle_ns = {source: seconds * 1e9 for source, seconds in (settle_seconds or {}).items() if seconds}
    files, waiting, untouched = _sort_out(walks, looks, {name: now_ns - time for name, time in settle_ns.items()})
    return Inventory(files, untouched, waiting, tuple(findings), stopped)


def _sort_out(
    walks: list[Walk], looks: pa.Table, latest_ns: Mapping[str, float]
) -> tuple[tuple[RawFile, ...], tuple[RawFile, ...], pa.Array]:
    """The files to be read, and those that changed after the latest time of their source, in the order of their paths.

    And the raw paths of all others, which look as they should and are old enough.
    """
    seen = pa.concat_tables([NO_LOOKS, *(walk.seen.looks() for walk in walks)]).combine_chunks()
    counts = [len(walk.seen.names) for walk in walks]
    latest = np.repeat([latest_ns.get(walk.source, math.inf) for walk in walks], counts)
    passes = have_looks(seen, looks).to_numpy(zero_copy_only=False) & (seen["modified_ns"].to_numpy() <= latest)
    files: list[RawFile] = []
    waiting: list[RawFile] = []
    for walk, own in zip(walks, np.split(passes, np.cumsum(counts))[:-1], strict=True):
        until = latest_ns.get(walk.source, math.inf)
        for file in (*walk.others, *walk.raw_files(np.flatnonzero(~own).tolist())):
            (files if file.modified_ns <= until else waiting).append(file)
    in_order = (tuple(sorted(part, key=lambda file: file.raw_path)) for part in (files, waiting))
    return *in_order, seen["raw_path"].filter(pa.array(passes)).combine_chunks()


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


__all__ = [
    "WITHDRAWN_FILE",
    "Finding",
    "Inventory",
    "RawFile",
    "Trouble",
    "list_files",
    "list_sources",
]
