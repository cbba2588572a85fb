"""Whether the scheduler and the workers of a cluster fit a run, found out before its first shard."""

from __future__ import annotations

import time
from pathlib import Path

from distributed import Client

from flows.cluster.charge import Charge, Fault, describe_code, find_fault
from tasks.errors import ClusterError
from tasks.patience import APPEAR_SECONDS


def examine(client: Client, charge: Charge, workers: dict[str, int]) -> None:
    """See that the scheduler has the project, and that all workers fit; `ClusterError` names the first that does not.

    Those that come later find out by themselves, before their first shard.
    """
    try:
        client.run_on_scheduler(describe_code)
    except Exception as error:  # Dask makes a plain one of whatever fails while it unpickles
        raise _cannot_say("scheduler", error) from error
    fit = []
    for worker, answer in client.run(find_fault, charge, workers=list(workers), on_error="return").items():
        if isinstance(answer, OSError):  # it left meanwhile, and costs nothing yet
            continue
        if isinstance(answer, BaseException):
            raise _cannot_say(f"worker {worker}", answer) from answer
        if isinstance(answer, Fault):
            raise ClusterError(answer.problem, answer.hint)
        fit.append(worker)
    for worker in fit:
        if (threads := workers[worker]) != 1:
            raise ClusterError(
                problem=f"the worker {worker} has {threads} threads, and a shard wants a process of its own",
                hint="start `dask worker` with --nthreads 1, and as many --nworkers as the host has cores",
            )
    _await_marks(Path(charge.folder), len(fit))


def _await_marks(folder: Path, count: int) -> None:
    """See that what workers write is seen here too; what another host wrote may take its time."""
    deadline = time.monotonic() + APPEAR_SECONDS
    while len(list(folder.iterdir())) < count + 1:  # and the probe
        if time.monotonic() > deadline:
            raise ClusterError(
                problem=f"what workers write is not to be seen here, in {folder}",
                hint="give all hosts the same shared folder at the same path, for curated/ and for raw/",
            )
        time.sleep(0.2)


def _cannot_say(who: str, error: BaseException) -> ClusterError:
    return ClusterError(
        problem=f"the {who} cannot say whether it fits, since it has not got this Winnow: {error}",
        hint="start it with the `dask` of an environment that has Winnow, the same on all hosts",
    )
