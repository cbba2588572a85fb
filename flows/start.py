"""The command `winnow` begins here, as its workers do: without pandas, also where it is installed, with one heap."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import pyarrow as pa


class _Refusal:
    """A finder of modules that knows of no pandas."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> None:  # noqa: ARG004 - the interface of finders
        """Say of pandas that it is not there, and nothing of other modules."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def prepare_process() -> None:
    """Make the process ready for work; it is for processes that begin and end with Winnow."""
    leave_pandas_aside()
    share_the_heap()


def share_the_heap() -> None:
    """Let Arrow take its memory where Python does, unless `ARROW_DEFAULT_MEMORY_POOL` says otherwise.

    The pool that it would take (mimalloc) costs the process that leads a run of 20,000 documents a sixth of its time:
    the kernel clears what it sets aside.
    """
    if "ARROW_DEFAULT_MEMORY_POOL" not in os.environ:
        pa.set_memory_pool(pa.system_memory_pool())


def leave_pandas_aside() -> None:
    """Keep pyarrow from loading pandas, which takes a second of each process, at the first list it makes an array of.

    It asks for pandas once. Afterwards pyarrow gives no frames in this process, so it is for processes that begin and
    end with Winnow, and does nothing where pandas is loaded.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _Refusal)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(_Refusal)


def main() -> None:
    """Run the command line; what it imports would load pandas too."""
    prepare_process()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what the terminal has no sign for is shown by its number
            stream.reconfigure(errors="backslashreplace")
    from flows.cli import main as run

    run()
