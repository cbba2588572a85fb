"""What the file system must do for us: links, syncs, and one atomic rename."""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path


def sync_filesystem(folder: Path) -> None:
    """Bring everything written to the file system of `folder` to disk.

    One `syncfs` took 0.1 s where fsync of 5,000 small files took 9 s; systems without it get a `sync` of everything.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Bring the names in this one folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link_or_copy(source: Path, target: Path) -> None:
    """Make the same immutable file appear under a second name: a hard link, or a copy where links do not reach."""
    try:
        _link_or_copy(source, target)
    except FileNotFoundError:  # for want of the folder; or of the source: then it fails again
        target.parent.mkdir(parents=True, exist_ok=True)
        _link_or_copy(source, target)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        return  # the name is the hash of the content
    except FileNotFoundError:
        raise
    except OSError:  # another device, too many links, or a file system without them
        shutil.copyfile(source, target)


def follow(path: Path) -> Path:
    """The absolute path without links; with them where they lead in a circle, as Python has it from 3.13 on."""
    try:
        return path.resolve()
    except RuntimeError:
        return path.absolute()


def point_link(link: Path, target: str) -> None:
    """Make the symbolic link `link` point to `target` in one atomic step, and bring that to disk."""
    draft = link.with_name(f".{link.name}.{os.getpid()}.part")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)
    sync_folder(link.parent)
