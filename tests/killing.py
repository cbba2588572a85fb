"""Kills a process at a moment, at any of its changes to a folder, or at a named point, to see what that leaves.

Nothing of it is in what is killed: the changes are seen by an audit hook of Python, calls by wrappers, both set in the
process that is to be killed and in no other.
"""

import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.crash_points import Call, Change, Point

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"}
_GIVES_BACK = {"os.remove", "os.rmdir"}
"""What a full disk still allows."""

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.warm"])

Work = Callable[..., Any]


def killed_at(count: int, folder: Path, work: Work, *arguments: Any) -> bool:
    """Do the work in a process that is killed right before its change number `count` to the folder.

    False where it makes fewer changes than that and ends by itself.
    """
    return _run(partial(_watch_changes, str(folder), count), work, arguments)


def killed_at_point(point: Point, work: Work, *arguments: Any) -> bool:
    """Do the work in a process that is killed at the point; False where it does not come by."""
    return _run(partial(_watch_point, point), work, arguments)


def killed_after(seconds: float, work: Work, *arguments: Any) -> bool:
    """Do the work in a process that is killed after so many seconds; False where it has ended by then."""
    return _run(_watch_nothing, work, arguments, seconds)


def fail_at(count: int, folder: Path, number: int) -> None:
    """Let change number `count` of this process to the folder fail, and every later one, as on a full disk."""
    seen = 0

    def look(event: str, details: tuple[Any, ...]) -> None:
        nonlocal seen
        if _is_change(str(folder), event, details):
            seen += 1
            if seen >= count and event not in _GIVES_BACK:
                raise OSError(number, os.strerror(number), str(details[0]))

    sys.addaudithook(look)


def answer_of(work: Work, *arguments: Any) -> Any:
    """What the work gives back when a process of its own does it: whatever it changes of itself goes with it."""
    ear, mouth = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_answer, args=(mouth, work, arguments))
    process.start()
    mouth.close()
    with ear:
        answer = ear.recv()
    process.join()
    return answer


def _answer(mouth: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    mouth.send(work(*arguments))


def measured(folder: Path, work: Work, *arguments: Any) -> tuple[int, float]:
    """The changes to the folder that the work makes in such a process, and the seconds that it takes."""
    return answer_of(_measure, str(folder), work, arguments)


def _run(watch: Work, work: Work, arguments: tuple[Any, ...], seconds: float | None = None) -> bool:
    ear, mouth = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_work, args=(mouth, watch, work, arguments))
    process.start()
    mouth.close()
    with ear:
        ear.recv()
    if seconds is not None:
        time.sleep(seconds)
        process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def _work(mouth: Connection, watch: Work, work: Work, arguments: tuple[Any, ...]) -> None:
    watch()
    mouth.send("it starts")
    work(*arguments)


def _measure(folder: str, work: Work, arguments: tuple[Any, ...]) -> tuple[int, float]:
    changes = 0

    def count(event: str, details: tuple[Any, ...]) -> None:
        nonlocal changes
        changes += _is_change(folder, event, details)

    sys.addaudithook(count)
    start = time.monotonic()
    work(*arguments)
    return changes, time.monotonic() - start


def _watch_nothing() -> None:
    pass


def _watch_changes(folder: str, count: int) -> None:
    seen = 0

    def look(event: str, details: tuple[Any, ...]) -> None:
        nonlocal seen
        if _is_change(folder, event, details):
            seen += 1
            if seen == count:
                _die()

    sys.addaudithook(look)


def _watch_point(point: Point) -> None:
    at = point.at
    if isinstance(at, Change):
        sys.addaudithook(_Look(at, point.number, is_after=point.is_after).look)
    else:
        _wrap(at, point.number, is_after=point.is_after)


@dataclass
class _Look:
    """Waits for the change number `number` of its kind; "after" it is right before whatever Python is told of next."""

    change: Change
    number: int
    is_after: bool
    seen: int = 0

    def look(self, event: str, details: tuple[Any, ...]) -> None:
        if self.seen >= self.number and event != "os.kill":
            _die()
        if event == self.change.event:
            is_open = event == "open"
            names = " ".join(os.fsdecode(each) for each in details[: 1 if is_open else None] if _is_path(each))
            if (_writes(details) or not is_open) and self.change.names.search(names):
                self.seen += 1
                if self.seen == self.number and not self.is_after:
                    _die()


def _wrap(call: Call, number: int, *, is_after: bool) -> None:
    *owners, name = call.name.split(".")
    owner = importlib.import_module(call.module)
    for each in owners:
        owner = getattr(owner, each)
    real, seen = getattr(owner, name), 0

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number and not is_after:
            _die()
        answer = real(*args, **kwargs)
        if seen == number:
            _die()
        return answer

    setattr(owner, name, wrapped)


def _is_change(folder: str, event: str, details: tuple[Any, ...]) -> bool:
    if event not in _CHANGES and not (event == "open" and _writes(details)):
        return False
    return any(folder in os.fsdecode(each) for each in details if _is_path(each))


def _writes(details: tuple[Any, ...]) -> bool:
    return isinstance(details[1], str) and bool(set(details[1]) & set("wax+"))


def _is_path(value: Any) -> bool:
    return isinstance(value, str | bytes | os.PathLike)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
