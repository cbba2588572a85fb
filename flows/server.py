"""A Prefect API for one run, where none is configured: started by us, and stopped by us.

Prefect would start its own, but in our process group: Ctrl-C would reach the server first, and the client would go on
trying to reach it for a minute. Ours has a session of its own and ends when its standard input does, that is with us,
however we end.
"""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tasks.errors import StorageError

if TYPE_CHECKING:
    import uvicorn

START_SECONDS = 120.0
"""How long the server may take: 6-20 s were seen on two cores, more while they are busy."""

STOP_SECONDS = 2.0

_CAUSE = re.compile(r"(?:\w+\.)*\w+(?:Error|Exception)\b")
"""How the line of a log begins that says what was raised."""


@contextmanager
def prefect_api(say: Callable[[str], None]) -> Iterator[str]:
    """The address of the Prefect API that the run reports to: the configured one, else a server for this run.

    `say` is told of the wait. `StorageError` where the configured one does not answer, or the server does not come up,
    with the end of its log.
    """
    from prefect.settings import PREFECT_API_URL, temporary_settings

    configured = PREFECT_API_URL.value()
    if configured:
        check_api(configured)
        yield configured
        return
    say("starting a Prefect server for this run, which takes some seconds")
    say("(PREFECT_API_URL names one that runs already, --direct does without)")
    start = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = launch(log)
        try:
            url = f"http://127.0.0.1:{await_port(process, log)}/api"
            say(f"the server is up after {time.monotonic() - start:.0f} s")
            with temporary_settings({PREFECT_API_URL: url}):
                try:
                    yield url
                finally:
                    _flush_logs()
        finally:
            stop(process)


def check_api(url: str) -> None:
    """`StorageError` where no Prefect API answers at the configured address: found out before anything is begun."""
    from prefect.client.orchestration import get_client

    problem = get_client(sync_client=True).api_healthcheck()
    if problem is not None:
        raise StorageError(
            problem=f"no Prefect server answers at {url}: {problem}",
            hint="start it, set PREFECT_API_URL to one that runs (it ends in /api), or unset it; --direct needs none",
        )


QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


def launch(log: IO[bytes], listener: socket.socket | None = None, **environment: str) -> subprocess.Popen[bytes]:
    """Start a server that ends with us: for one run, or one that answers at the `listener`, with schedules and UI."""
    handed = [] if listener is None else [listener.fileno()]
    return subprocess.Popen(  # noqa: S603 - the number of a descriptor
        [sys.executable, "-m", "flows.server", *map(str, handed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
        pass_fds=handed,
        env={**os.environ, **QUIET, "PREFECT_HOME": str(find_home()), **environment},
    )


def stop(process: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    """End the server: ask by closing its input, then insist."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _flush_logs() -> None:
    """Send what Prefect's log still holds while the server is there to take it."""
    from prefect.logging.handlers import APILogHandler

    APILogHandler().flush()


def find_home() -> Path:
    """Prefect's home if it can be written to, else a folder that lasts as long as the machine is up."""
    home = Path(os.environ.get("PREFECT_HOME") or Path("~/.prefect").expanduser())
    try:
        home.mkdir(parents=True, exist_ok=True)
        writable = os.access(home, os.W_OK)
    except OSError:
        writable = False
    return home if writable else Path(tempfile.gettempdir()) / f"winnow-prefect-{os.getuid()}"


def await_port(process: subprocess.Popen[bytes], log: IO[bytes]) -> int:
    """The port that the server answers at, once it does; `StorageError` with what its log says where not."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else b""
    if line.strip().isdigit():
        return int(line)
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
    causes = [line for line in lines if _CAUSE.match(line)]
    raise StorageError(
        problem=f"the Prefect server did not start: {(causes or lines)[-1]}",
        hint="set PREFECT_API_URL to one that runs; a run with --direct needs none",
    )


def _serve(descriptor: int | None) -> None:
    """Serve Prefect's API, print the port, and end when standard input does.

    On a free port of the loopback; on the listening socket of the `descriptor` where one is given, then also the UI and
    the services that schedule runs.
    """
    servers: list[uvicorn.Server] = []

    def watch() -> None:
        while os.read(0, 1024):  # not by `sys.stdin`: Python aborts where a thread still reads there at its end
            pass
        for server in servers:
            server.force_exit = server.should_exit = True
        time.sleep(STOP_SECONDS if servers else 0)
        os._exit(0)  # what still hangs has nobody left to serve

    threading.Thread(target=watch, daemon=True).start()  # first of all: the imports take seconds, and we may be gone

    import uvicorn
    from prefect.server.api.server import create_app

    is_for_one_run = descriptor is None
    listener = socket.create_server(("127.0.0.1", 0)) if descriptor is None else socket.socket(fileno=descriptor)
    app = create_app(ephemeral=is_for_one_run)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error" if is_for_one_run else "warning", lifespan="on"))
    servers.append(server)

    def announce() -> None:
        while not server.started and not server.should_exit:
            time.sleep(0.05)
        if server.started:
            print(listener.getsockname()[1], flush=True)  # noqa: T201 - the parent reads it

    threading.Thread(target=announce, daemon=True).start()
    server.run(sockets=[listener])


if __name__ == "__main__":
    _serve(int(sys.argv[1]) if len(sys.argv) > 1 else None)
