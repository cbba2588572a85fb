"""Kills a process at any of its changes to a folder, to see what that leaves."""

import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"}

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["flows.upkeep", "flows.direct"])


def killed_at(count: int, folder: Path, work: Callable[..., Any], *arguments: Any) -> bool:
    """Do the work in a process that is killed right before its change number `count` to the folder.

    False where it makes fewer changes than that and ends by itself.
    """
    process = _CONTEXT.Process(target=_work, args=(count, str(folder), work, arguments))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def _work(count: int, folder: str, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    seen = 0

    def look(event: str, details: tuple[Any, ...]) -> None:
        nonlocal seen
        writes = event == "open" and isinstance(details[1], str) and set(details[1]) & set("wax+")
        if (event in _CHANGES or writes) and any(folder in os.fsdecode(each) for each in details if _is_path(each)):
            seen += 1
            if seen == count:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)
    work(*arguments)


def _is_path(value: Any) -> bool:
    return isinstance(value, str | bytes | os.PathLike)
