"""Runs as process trees: started with a mark in their environment, by which every process of the tree is found."""

import os
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

WINNOW = Path(sys.executable).with_name("winnow")
MARK = "WINNOW_TEST_MARK"


class Tree:
    """A process and whatever it starts."""

    def __init__(self, folder: Path) -> None:
        self.mark = f"{MARK}={uuid.uuid4()}"
        self.log = folder / "log"
        unwanted = ("PREFECT_", "WINNOW_", "PYTEST_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        name, _, value = self.mark.partition("=")
        self.environment = kept | {name: value, "PREFECT_HOME": str(folder / "prefect"), "HOME": str(folder)}

    def start(self, *command: object, **options) -> subprocess.Popen:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(part) for part in command],
                env=self.environment,
                stdin=options.pop("stdin", subprocess.DEVNULL),
                stdout=options.pop("stdout", log),
                stderr=options.pop("stderr", log),
                start_new_session=True,
                **options,
            )

    def told(self) -> str:
        return self.log.read_text()

    def processes(self) -> dict[int, str]:
        """The command lines of the processes of the tree that run, by their numbers."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[int(folder.name)] = line
            except OSError:  # it went while we looked
                continue
        return found

    def alive(self) -> list[str]:
        """The command lines of the processes of the tree that run."""
        return list(self.processes().values())

    def find(self, words: str) -> int:
        """The process of the tree that has these words in its command line."""
        (found,) = [number for number, line in self.processes().items() if words in line]
        return found

    def await_end(self, seconds: float) -> list[str]:
        """Those of its processes that are still there after so many seconds."""
        deadline = time.monotonic() + seconds
        while (left := self.alive()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return left

    def end(self) -> None:
        for number in self.processes():
            with suppress(ProcessLookupError):
                os.kill(number, 9)
