"""The engine: one `Executor` of Prefect-free worker processes.

Prefect's own process pool starts an ephemeral server in every worker (50 empty tasks took 17-65 s). So flows run their
tasks on threads, and each hands its shard to this pool.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from types import ModuleType
from typing import Any, Protocol, TypeVar

from flows.start import prepare_process
from tasks.errors import StorageError
from tasks.settings import Settings

Order = TypeVar("Order")


class Awaited(Protocol):
    """A future, of Prefect or of the library."""

    def add_done_callback(self, fn: Callable[[Any], None]) -> None:
        """Have `fn` called with the future once it is done."""
        ...


Handed = TypeVar("Handed", bound=Awaited)


@dataclass(frozen=True, slots=True)
class Engine:
    """Where shards are worked on: an executor, and how many it works on at a time as things stand.

    `ranges`: into how many the index of duplicates is cut if it is not, so that it can be worked on there as well.
    """

    executor: Executor
    lanes: Callable[[], int]
    ranges: int = 1


@contextmanager
def start_engine(settings: Settings, say: Callable[[str], None]) -> Iterator[Engine]:
    """Worker processes here, or those of a cluster where the settings name one. `say` is told of waits."""
    if settings.dask is None:
        with worker_pool(settings.workers) as pool:
            yield Engine(pool, lambda: settings.workers)
        return
    from flows.cluster.address import check_scheduler

    check_scheduler(settings.dask)
    from flows.cluster.executor import cluster  # Dask takes a second to import, and only this needs it

    with cluster(settings, settings.dask, say) as executor:
        yield Engine(executor, executor.lanes, choose_ranges(executor.lanes()))


def choose_ranges(workers: int) -> int:
    """Say into how many ranges to cut an index for so many workers.

    Four each and a power of two: whoever comes later has work too, and one that is slow has less of it to be waited
    for. More than 256 would cost more to hand out than to work on.
    """
    return int(min(max(8, 2 ** (4 * workers - 1).bit_length()), 256))


def hand_out(
    orders: Sequence[Order], submit: Callable[[Order, int], Handed], lanes: Callable[[], int]
) -> Iterator[tuple[Handed, Order]]:
    """Submit each order, with its number from 1 on, and give its future once it is done, in any order.

    One more is submitted than there are lanes: whoever ends the run need not wait for thousands to be given up, and
    neither Prefect nor a scheduler holds all of them.
    """
    finished: SimpleQueue[tuple[Handed, Order]] = SimpleQueue()
    submitted = 0
    for taken in range(len(orders)):
        while submitted < min(len(orders), taken + lanes() + 1):
            order = orders[submitted]
            submitted += 1
            submit(order, submitted).add_done_callback(partial(_put, finished, order))
        yield finished.get()


def _put(finished: SimpleQueue[tuple[Any, Order]], order: Order, future: Any) -> None:
    finished.put((future, order))


class _Worker(SpawnProcess):
    """A process that does not load the parent's main module: under `prefect` that would import Prefect."""

    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Any:  # noqa: N802 - the name that multiprocessing calls
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return SpawnProcess._Popen(process_obj)  # noqa: SLF001 - see the name above
        finally:
            sys.modules["__main__"] = main


class _WorkerContext(SpawnContext):
    Process = _Worker


def worker_was_killed() -> StorageError:
    """What a broken pool means to people."""
    return StorageError(
        problem="a worker process was killed, most likely because memory ran out",
        hint="run again, with fewer --workers or a smaller --shard-mb: finished shards are not made again",
    )


@contextmanager
def worker_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of `workers` processes that ignore Ctrl-C and leave when their parent does.

    On any exception the workers are killed and nothing waits for them: what they had finished is on disk.
    `StorageError` where a worker was killed by someone else.
    """
    pool = ProcessPoolExecutor(workers, mp_context=_WorkerContext(), initializer=_become_worker)
    try:
        yield pool
    except BrokenProcessPool as error:
        kill_workers(pool)
        raise worker_was_killed() from error
    except BaseException:
        kill_workers(pool)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def kill_workers(pool: ProcessPoolExecutor) -> None:
    """End the processes of the pool now; their futures fail with `BrokenProcessPool`."""
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - the public kill_workers is Python 3.14's
        process.kill()


def _become_worker() -> None:
    """Prepare a worker: Ctrl-C is the parent's business, and so is the end of the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    prepare_process()
    threading.Thread(target=_leave_with_parent, name="parent-sentinel", daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
