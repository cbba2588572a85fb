"""How many cores this process may use: those that it is bound to, and as much of them as its container is given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def usable_cores(
    process: Path = Path("/proc/self/cgroup"), groups: Path = Path("/sys/fs/cgroup"), *, bound: int | None = None
) -> int:
    """The cores of the machine, or fewer: at least one.

    Many a container sees 64 cores and is given two of them, in shares of time: a worker for each it sees would take
    32 times the memory it has. `bound` are the cores that the process is bound to; the system tells where None. The
    quota is that of the control groups of Linux, version 2: the least of the process's own and of those above it.
    """
    cores = bound or _bound_cores()
    with suppress(OSError):  # another system, or an older one
        for line in process.read_text("utf-8").splitlines():
            if line.startswith("0::/"):
                quotas = [_read_quota(folder / "cpu.max") for folder in _up(groups / line[3:].strip("/"), groups)]
                cores = min([cores, *(-int(-quota // 1) for quota in quotas if quota is not None)])
    return max(1, cores)


def _up(folder: Path, top: Path) -> Iterator[Path]:
    """The folder and those above it, to the top."""
    yield folder
    while folder != top:
        folder = folder.parent
        yield folder


def _bound_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_quota(path: Path) -> float | None:
    """The cores that a group may use: its microseconds in each period. None where nothing limits it."""
    try:
        quota, period = path.read_text("utf-8").split()
        return int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):  # the quota may be `max`
        return None
