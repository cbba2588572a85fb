"""What a worker on another host must agree on with the process that leads, and how the two find out.

This is what workers import: neither Prefect nor Dask.
"""

from __future__ import annotations

import hashlib
import platform
import socket
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

import tasks
from tasks.errors import ClusterError
from tasks.place import place_at
from tasks.version import cleaned_with

T = TypeVar("T")

PROBE = "probe"
"""The file that the leader writes, and that every worker reads."""

_ONE_SHARD = threading.Lock()
"""Also a worker with several threads makes one shard at a time: memory is reckoned by the process."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What the leader of a run tells its workers of itself.

    `folder` is where the probe lies, whose content is `token`; a worker leaves its own mark beside it. `raw` has the
    folders `sources`. `code` is what the leader says of its code.
    """

    token: str
    folder: str
    raw: str
    sources: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a worker does not fit, and the way out."""

    problem: str
    hint: str


@cache
def describe_code() -> str:
    """The code that a process runs, in words: versions, and a digest of all files of `tasks` and of this package.

    The version goes up only with the rows; a checkout that was changed by hand, or is of another day, has another
    digest.
    """
    digest = hashlib.blake2b(digest_size=6)
    for root in (Path(tasks.__file__).parent, Path(__file__).parent):
        for path in sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    python = ".".join(platform.python_version_tuple()[:2])
    return f"{cleaned_with()}, Python {python}, files {digest.hexdigest()}"


@lru_cache(maxsize=8)
def find_fault(charge: Charge) -> Fault | None:
    """Why this process cannot work for the run; None where it can, and then its mark lies beside the probe.

    Found out once a run and process.
    """
    host = socket.gethostname()
    if (own := describe_code()) != charge.code:
        return Fault(
            f"the worker on {host} runs other code than this run: {_differences(own, charge.code)}",
            "bring its checkout and environment to the same state (`make run` after the update), and start it again",
        )
    folder = Path(charge.folder)
    hint = "give all hosts the same shared folder at the same path, for curated/ and for raw/"
    try:
        if (folder / PROBE).read_text() != charge.token:
            return Fault(f"the worker on {host} sees another folder at {folder}", hint)
    except OSError as error:
        return Fault(f"the worker on {host} does not see {folder}: {error.strerror}", hint)
    try:
        (folder / f"{host}.{uuid.uuid4().hex}").write_text(charge.token)
    except OSError as error:
        return Fault(
            f"the worker on {host} cannot write to {folder}: {error.strerror}",
            "mount curated/ there to be written to, and start the worker as a user who may",
        )
    try:
        missing = [source for source in charge.sources if not (place_at(charge.raw) / source).is_dir()]
    except OSError as error:
        return Fault(
            f"the worker on {host} cannot read {charge.raw}: {error.strerror}",
            "let it read there; where that is object storage, its environment needs the endpoint and credentials too",
        )
    if missing:
        return Fault(f"the worker on {host} does not see the source {missing[0]} in {charge.raw}", hint)
    return None


def carry_out(charge: Charge, work: Callable[..., T], *arguments: object) -> T:
    """Do the work, in a worker that fits; `ClusterError` in one that does not."""
    with _ONE_SHARD:
        fault = find_fault(charge)
        if fault is not None:
            raise ClusterError(fault.problem, fault.hint)
        return work(*arguments)


def _differences(own: str, leaders: str) -> str:
    """The parts in which two descriptions of code differ."""
    pairs = zip(own.split(", "), leaders.split(", "), strict=False)
    return ", ".join(f"{one} there, {other} here" for one, other in pairs if one != other)
