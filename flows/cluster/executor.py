"""The executor on a Dask cluster: the one interface of the engine, and the troubles of a network told as what they are.

A worker that is lost costs its shards only: Dask gives them to others. What ends a run are a scheduler that is gone,
a cluster that stays without workers, a shard that several workers died of, and a worker that does not fit.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from distributed import Client, KilledWorker

from flows.cluster.address import no_scheduler
from flows.cluster.charge import PROBE, Charge, carry_out, describe_code
from flows.cluster.examine import examine
from tasks.acquire.inventory import list_sources
from tasks.errors import ClusterError, StorageError
from tasks.place import absolute
from tasks.settings import Settings

CONNECT_SECONDS = 10.0
"""For a scheduler to answer, and for all workers to be asked whether they fit."""

WORKERS_SECONDS = 60.0
"""How long a cluster may be without workers: at the start, while they come up, and later, while they are replaced."""

CLOSE_SECONDS = 1.5
"""For the scheduler to hear that we go. It sees that by itself too; then it forgets whatever we asked for."""

_GLANCE_SECONDS = 2.0


@contextmanager
def cluster(settings: Settings, address: str, say: Callable[[str], None]) -> Iterator[ClusterExecutor]:
    """The workers of the scheduler at an address, once all of them have shown that they fit.

    `say` is told of waits. `ClusterError` where there is no scheduler or no worker, where a worker does not fit, or
    where the scheduler goes away meanwhile; `StorageError` where one shard killed several workers in turn. At the end,
    however it comes, what is left of our work on the cluster is given up, but for shards that workers are at.
    """
    client = _connect(address)
    settings = settings.for_all_hosts()
    folder = settings.work / "shards" / f".cluster.{uuid.uuid4().hex}.part"
    executor: ClusterExecutor | None = None
    try:
        charge = Charge(
            token=uuid.uuid4().hex,
            folder=str(folder),
            raw=str(absolute(settings.raw)),
            sources=list_sources(settings.raw),
            code=describe_code(),
        )
        folder.mkdir(parents=True)
        (folder / PROBE).write_text(charge.token)
        workers = _await_workers(client, address, say)
        examine(client, charge, workers)
        executor = ClusterExecutor(client, address, charge, len(workers))
        yield executor
    except KilledWorker as error:
        raise StorageError(
            problem="several workers were killed by one shard in turn, or one range of the join, most likely because "
            "memory ran out",
            hint="run again, with more memory a worker or a smaller --shard-mb: finished shards are not made again",
        ) from error
    finally:
        if executor is not None:
            executor.shutdown(wait=False)
        with suppress(Exception):  # it may be gone, and then it need not be told
            client.close(timeout=CLOSE_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


class ClusterExecutor(Executor):
    """`Client.get_executor()`, with futures that end in any case, and with an error that says what happened."""

    def __init__(self, client: Client, address: str, charge: Charge, workers: int) -> None:
        self._client, self._address, self._charge = client, address, charge
        self._inner = client.get_executor(pure=False)
        self._workers = workers
        self._open: set[Future[Any]] = set()
        self._end: ClusterError | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()
        threading.Thread(target=self._watch, name="cluster", daemon=True).start()

    def lanes(self) -> int:
        """How many shards the cluster works on at a time, as of the last seconds."""
        return max(1, self._workers)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand the work to any worker. Its function and arguments are pickled, by way of the scheduler."""
        outer: Future[Any] = Future()
        outer.set_running_or_notify_cancel()
        with self._lock:
            if self._end is not None:
                outer.set_exception(self._end)
                return outer
            self._open.add(outer)
        inner = self._inner.submit(carry_out, self._charge, partial(fn, **kwargs) if kwargs else fn, *args)
        inner.add_done_callback(partial(self._settle, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Give up what is not done; the signature is that of `Executor`."""
        self._closing.set()
        self._fail(ClusterError("the run has ended"))

    def _settle(self, outer: Future[Any], inner: Future[Any]) -> None:
        if inner.cancelled():  # nobody cancels but the client, and it does when it has lost the scheduler
            self._fail(_gone(self._address))
            return
        with self._lock:
            if outer not in self._open:
                return
            self._open.discard(outer)
        if (error := inner.exception()) is not None:
            outer.set_exception(error)
        else:
            outer.set_result(inner.result())

    def _fail(self, error: ClusterError) -> None:
        """End all that is not done, and all that will be asked for, with this error."""
        with self._lock:
            self._end = self._end or error
            left, self._open = self._open, set()
        for future in left:
            future.set_exception(self._end)

    def _watch(self) -> None:
        """Look after the workers: a cluster of which none works would keep us waiting for ever.

        One with little memory left is paused: it ends what it is at, and takes nothing new.
        """
        since = time.monotonic()
        while not self._closing.wait(_GLANCE_SECONDS):
            try:
                workers = self._client.scheduler_info()["workers"].values()
            except Exception:  # noqa: BLE001 - the scheduler is out of reach; the client finds out whether for good
                since = time.monotonic()
                continue
            self._workers = sum(one["status"] == "running" or _is_at_work(one) for one in workers)
            if self._workers:
                since = time.monotonic()
            elif time.monotonic() - since > WORKERS_SECONDS:
                self._fail(_no_worker(self._address))


def _connect(address: str) -> Client:
    """A client of the scheduler, which tells what happens by its futures and not on standard error."""
    for name in [*logging.root.manager.loggerDict, "tornado.application"]:
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of versions that differ: whether workers fit is found out below
        try:
            return Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="winnow")
        except (OSError, TimeoutError) as error:
            raise no_scheduler(address, error) from error
        except (RuntimeError, ValueError, TypeError) as error:
            raise ClusterError(
                problem=f"what answers at {address} cannot be worked with: {str(error).splitlines()[0]}",
                hint="start the scheduler from the same environment; its dashboard has another port",
            ) from error


def _await_workers(client: Client, address: str, say: Callable[[str], None]) -> dict[str, int]:
    """The threads of each worker, once there is one."""
    deadline = time.monotonic() + WORKERS_SECONDS
    is_told = False
    while not (threads := dict(client.nthreads())):
        if time.monotonic() > deadline:
            raise _no_worker(address)
        if not is_told:
            say(f"waiting for a worker of the cluster at {address}")
            is_told = True
        time.sleep(0.2)
    return threads


def _gone(address: str) -> ClusterError:
    return ClusterError(
        problem=f"the Dask scheduler at {address} went away",
        hint="the snapshot is as it was; start it again, then run again: finished shards are not made again",
    )


def _is_at_work(worker: Mapping[str, Any]) -> bool:
    return bool(worker["metrics"]["task_counts"].get("executing"))


def _no_worker(address: str) -> ClusterError:
    return ClusterError(
        problem=f"the cluster at {address} has had no worker that takes work for {WORKERS_SECONDS:.0f} s",
        hint="start some with `dask worker`, or with more memory, since near their --memory-limit they take no more; "
        "then run again: finished shards are not made again",
    )
