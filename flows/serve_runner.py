"""The runner of `winnow serve`: makes the deployments known to Prefect, and carries their runs out one at a time.

python -m flows.serve_runner        takes its order from the first line of standard input, and ends when that ends
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.states import Cancelled, Cancelling, Crashed
from prefect.types.entrypoint import EntrypointType

STOP_SECONDS = 3.5
"""For a run at work to end in order, and for Prefect to be told; `service.RUNNER_SECONDS` is the end of it."""

POLL_SECONDS = 5.0
"""Between two looks for runs that are due."""

_AT_WORK = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


async def _main(order: dict[str, Any]) -> None:
    runner = Runner(name=order["name"], pause_on_shutdown=False, limit=1, query_seconds=POLL_SECONDS)
    stopping, is_orphan = asyncio.Event(), threading.Event()
    deployments = [await _deployment(order, flow, cron) for flow, cron in order["schedules"].items()]
    ids = [await runner.aadd_deployment(deployment) for deployment in deployments]
    async with get_client() as client:
        for run in await _runs_at_work(client, ids):
            lost = "winnow serve ended without a word while this run was at work"
            await client.set_flow_run_state(run.id, Crashed(message=lost), force=True)
        _report([await _describe(client, one) for one in ids])
        serving = asyncio.create_task(runner.start())
        await asyncio.sleep(0)  # in which it takes SIGTERM for itself
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stopping.set)
        threading.Thread(target=_watch_parent, args=(loop, stopping, is_orphan), daemon=True).start()
        await asyncio.wait({serving, asyncio.create_task(stopping.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if not stopping.is_set():
            await serving  # raises what ended it
            return
        runner.stopping = True
        if not is_orphan.is_set():
            with suppress(Exception):  # the server may be gone too; what is left is ended below
                await asyncio.wait_for(_cancel_runs(client, ids), STOP_SECONDS)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    with suppress(TimeoutError):
        await asyncio.wait_for(_runs_end(), STOP_SECONDS)
    os.killpg(0, signal.SIGKILL)  # what still hangs, and us: Prefect's way out takes seconds


async def _deployment(order: dict[str, Any], name: str, cron: str | None) -> RunnerDeployment:
    flow = getattr(importlib.import_module(f"flows.{name}"), name)
    known = flow.parameters.properties
    deployment: RunnerDeployment = await flow.ato_deployment(
        order["name"],
        schedules=[Cron(cron, timezone=order["timezone"])] if cron else [],
        parameters={key: value for key, value in order["parameters"].items() if key in known},
        description=(flow.description or "").partition("\n\n")[0],
        tags=["winnow"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return deployment


async def _describe(client: PrefectClient, deployment_id: UUID) -> dict[str, Any]:
    found = await client.read_deployment(deployment_id)
    flow = await client.read_flow(found.flow_id)
    return {
        "flow": flow.name,
        "id": str(deployment_id),
        "is_paused": found.paused,
        "schedules": [str(getattr(one.schedule, "cron", one.schedule)) for one in found.schedules if one.active],
    }


async def _runs_at_work(client: PrefectClient, deployments: list[UUID]) -> list[FlowRun]:
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=deployments),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_AT_WORK)),
        )
    )


async def _cancel_runs(client: PrefectClient, deployments: list[UUID]) -> None:
    """Have the run at work end in order: the runner sees what it is to become, and tells its process."""
    runs = await _runs_at_work(client, deployments)
    for run in runs:
        await client.set_flow_run_state(run.id, Cancelling(message="winnow serve is stopping"), force=True)
    await _runs_end()
    for run in runs:
        await client.set_flow_run_state(run.id, Cancelled(message="winnow serve was stopped"), force=True)


async def _runs_end() -> None:
    """Wait until there is no process of our group but us."""
    while _has_company():  # noqa: ASYNC110 - nothing tells when a grandchild ends
        await asyncio.sleep(0.05)


def _has_company() -> bool:
    """Whether our group has another process that has not ended; where there is no /proc to tell, it may."""
    if not Path("/proc/self/stat").exists():
        return True
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it went while we looked
            state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(group) == os.getpgid(0) and state != "Z" and int(folder.name) != os.getpid():
                return True
    return False


def _watch_parent(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event, is_orphan: threading.Event) -> None:
    while os.read(0, 1024):  # not by `sys.stdin`: Python aborts where a thread still reads there at its end
        pass
    is_orphan.set()
    loop.call_soon_threadsafe(stopping.set)


def _report(deployments: list[dict[str, Any]]) -> None:
    """Tell what is up on standard output, and give that up: what runs print goes where messages go."""
    print(json.dumps(deployments), flush=True)  # noqa: T201 - the parent reads it
    os.dup2(2, 1)


if __name__ == "__main__":
    asyncio.run(_main(json.loads(sys.stdin.buffer.readline())))
