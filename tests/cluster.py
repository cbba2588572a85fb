"""A Dask cluster of real processes: a scheduler, and workers that are killed, cut off and started as a test likes."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from distributed import Client

from tests.trees import WINNOW, Tree

DASK = Path(sys.executable).with_name("dask")
START_SECONDS = 120


class Cluster:
    """Its processes belong to a tree, and go with it. `inside` is put before each command, to start it elsewhere."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", inside: tuple[str, ...] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.tree, self.host = folder, Tree(folder), host
        self.scheduler = None
        self.start_scheduler(inside)

    def start_scheduler(self, inside: tuple[str, ...] = (), port: int = 0) -> None:
        file = self.folder / "scheduler.json"
        file.unlink(missing_ok=True)
        self.scheduler = self._start(
            *(*inside, DASK, "scheduler", "--host", self.host, "--port", port),
            *("--no-dashboard", "--dashboard-address", f"{self.host}:0", "--scheduler-file", file),
        )
        self.await_(lambda: file.exists() and file.stat().st_size)  # it is there before anything is in it
        self.address = json.loads(file.read_text())["address"]

    def start_workers(
        self, count: int = 1, inside: tuple[str, ...] = (), threads: int = 1, memory: str = "auto"
    ) -> None:
        """Start some, each a process below a nanny that starts it again when it is killed; wait until they are in."""
        before = self.told().count("Register worker")
        self._start(
            *(*inside, DASK, "worker", self.address, "--nworkers", count, "--nthreads", threads, "--no-dashboard"),
            *("--local-directory", self.folder / "scratch", "--memory-limit", memory),
        )
        self.await_(lambda: self.told().count("Register worker") >= before + count)

    def workers(self) -> list[int]:
        """The processes that do the work: those that a nanny spawned."""
        return [number for number, line in self.tree.processes().items() if "spawn_main" in line]

    def told(self) -> str:
        return self.tree.told()

    def kill_scheduler(self) -> None:
        self.scheduler.kill()
        self.scheduler.wait()

    def kill_workers(self) -> None:
        """Kill nannies and workers."""
        for number in self.tree.processes():
            if number != self.scheduler.pid:
                os.kill(number, signal.SIGKILL)

    def tasks(self) -> int:
        """How many tasks the scheduler wants done, or keeps the results of."""
        with Client(self.address, set_as_default=False) as client:
            return sum(map(len, client.processing().values())) + len(client.who_has())

    def end(self) -> None:
        self.tree.end()

    def await_(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.02)

    def _start(self, *command: object):
        return self.tree.start(*command, cwd=self.folder)


def ingest(house, address: str, *more: object) -> list[object]:
    """The command that takes in what is new, on the cluster."""
    return [WINNOW, "ingest", "--direct", "--dask", address, "--raw", house.raw, "--curated", house.curated, *more]
