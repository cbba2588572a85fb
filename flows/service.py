"""Everything that a small installation needs, in one go: a Prefect server, the schedules, and what carries runs out.

The server and the runner are processes of their own, each with a session of its own, so that Ctrl-C reaches us alone
and they end in the right order: first the run at work, which still has to tell how it ended, then the server.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from flows.server import QUIET, await_port, check_api, find_home, launch, stop
from tasks.errors import StorageError, UsageError

GRACE_SECONDS = 4.9
"""From a signal to the end of us, and with us of everything."""

RUNNER_SECONDS = 4.2
"""Of these for the run at work to end and to tell Prefect so; 1.5-3 s were seen."""

START_SECONDS = 120.0
"""How long the runner may take to make the deployments known: 5 s were seen, more on a busy machine."""

GLANCE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class ServiceOrder:
    """What is to be served: the name of the deployments, when each flow runs (None: by hand), and its parameters."""

    name: str
    schedules: dict[str, str | None]
    timezone: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Served:
    """What is up: the address of the UI, where the server's log goes if the server is ours, and the deployments."""

    url: str
    log: Path | None
    deployments: list[dict[str, Any]]


def serve(
    order: ServiceOrder, host: str, port: int, say: Callable[[str], None], announce: Callable[[Served], None]
) -> None:
    """Serve until a signal comes; `StorageError` where the server or the runner ended by itself.

    `say` is told of waits, `announce` of what is up once it is. With a Prefect API configured it is used as it is, and
    `host` and `port` do not matter.
    """
    from prefect.settings import PREFECT_API_URL

    configured = PREFECT_API_URL.value()
    with ExitStack() as stack:
        stack.enter_context(_only_one(order.name))
        parts: dict[str, subprocess.Popen[bytes]] = {}
        log = None
        if configured is None:
            log = find_home() / "winnow-server.log"
            parts["server"] = stack.enter_context(_server(host, port, log, say))
        else:
            check_api(configured)
        api = configured or f"{_url(host, port)}/api"
        parts["runner"] = stack.enter_context(_runner(api))
        deployments = _tell_runner(parts["runner"], order)
        announce(Served(api.removesuffix("/api"), log, deployments))
        while all(part.poll() is None for part in parts.values()):
            time.sleep(GLANCE_SECONDS)
        name = next(name for name, part in parts.items() if part.poll() is not None)
        raise StorageError(
            problem=f"the {name} ended by itself, with exit status {parts[name].poll()}",
            hint=f"look at {log}, then serve again" if log and name == "server" else "serve again",
        )


@contextmanager
def _only_one(name: str) -> Iterator[None]:
    """Hold the name of the deployments; two that serve the same ones would carry each run out twice."""
    path = find_home() / f"winnow-serve-{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise UsageError(
                problem=f"winnow serve is at work already, as process {file.read().strip()}",
                hint="end that one first; for another curated/ choose another --name and another PREFECT_HOME",
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def _server(host: str, port: int, log_path: Path, say: Callable[[str], None]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UsageError(
            problem=f"{host}:{port} cannot be listened at: {error.strerror or error}",
            hint="choose another --port; if a Prefect server answers there, name it with PREFECT_API_URL",
        ) from error
    say("starting the Prefect server, which takes some seconds")
    url = _url(host, port)
    addresses = {"PREFECT_SERVER_API_HOST": host, "PREFECT_SERVER_API_PORT": str(port), "PREFECT_API_URL": f"{url}/api"}
    with log_path.open("w+b") as log:
        with listener:
            process = launch(log, listener, **addresses)
        try:
            await_port(process, log)
            yield process
        finally:
            stop(process, 0.5)


@contextmanager
def _runner(api: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.serve_runner"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, **QUIET, "PREFECT_HOME": str(find_home()), "PREFECT_API_URL": api},
    )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(RUNNER_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it, or what it left
        process.wait()
        for pipe in (process.stdin, process.stdout):
            _close(pipe)


def _tell_runner(process: subprocess.Popen[bytes], order: ServiceOrder) -> list[dict[str, Any]]:
    """Hand the order over, and wait for the deployments that come of it. The pipe stays open for as long as we live."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else b""
    if not line:
        raise StorageError(
            problem="the deployments could not be made known to Prefect",
            hint="look at the messages above; PREFECT_API_URL, where it is set, must be that of a server, with /api",
        )
    deployments: list[dict[str, Any]] = json.loads(line)
    return deployments


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with suppress(OSError):
            pipe.close()


def _url(host: str, port: int) -> str:
    """Where a browser finds what listens there."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
