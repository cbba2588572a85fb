"""Commands carried out in a process of their own, workers and all, once something was done to that process."""

import ctypes
import io
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import flows.commands.running
from flows.cli import main
from flows.engine import Engine
from tests.enduring import SHARD_MB, Here
from tests.killing import answer_of

_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2


@contextmanager
def here(*_: object) -> Iterator[Engine]:
    """In the place of worker processes: this process does their work."""
    yield Engine(Here(), lambda: 1)


def nothing() -> None:
    """Leave the process as it is."""


def give_up_rights() -> None:
    """Give up what lets root read and write whatever the mode of a file says."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # the version of the interface, and this thread
        rights = (ctypes.c_uint32 * 6)()
        ok = libc.capget(header, rights) == 0
        for place in (0, 1):  # in effect, permitted
            rights[place] &= ~(1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH)
        assert ok, os.strerror(ctypes.get_errno())
        assert libc.capset(header, rights) == 0, os.strerror(ctypes.get_errno())


def command(words: list[str], prepare: Callable[[], None] = nothing) -> tuple[int, str]:
    """The exit status of a command, and what it told."""
    return answer_of(_command, words, prepare)


def _command(words: list[str], prepare: Callable[[], None]) -> tuple[int, str]:
    flows.commands.running.start_engine = here
    with io.StringIO() as told, redirect_stderr(told), redirect_stdout(told):
        prepare()
        try:
            main(words)
        except SystemExit as end:
            return int(end.code or 0), told.getvalue()
        except Exception:  # noqa: BLE001 - nothing of the kind should come out of it
            return 1, traceback.format_exc()
        return 0, told.getvalue()


def ingest(raw: Path, curated: Path, prepare: Callable[[], None] = nothing, *more: str) -> tuple[int, str]:
    """Take in what is new."""
    folders = ["--raw", str(raw), "--curated", str(curated)]
    return command(["ingest", "--direct", "--workers", "1", "--shard-mb", str(SHARD_MB), *folders, *more], prepare)


def assert_told(status: int, told: str, *words: str) -> None:
    """The command says that it failed, where, and what to do; no traceback."""
    assert status == 1, told
    assert "Traceback" not in told, told
    assert "error: " in told, told
    assert "what to do: " in told, told
    for word in words:
        assert word in told, told
