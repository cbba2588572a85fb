"""The explorer at a port of this machine, until it is interrupted."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from flows.explorer.app import make_app, open_explorer
from tasks.errors import UsageError
from tasks.settings import Settings

ADDRESS = "127.0.0.1"


@contextmanager
def served(settings: Settings, port: int) -> Iterator[str]:
    """Serve from threads of their own; gives the address, and ends with the block.

    `UsageError` where nothing is published or the port is taken.
    """
    explorer = open_explorer(settings)
    with _listen(port) as ear:
        taken = ear.getsockname()[1]
        config = uvicorn.Config(
            make_app(explorer, taken), log_level="warning", lifespan="off", server_header=False, access_log=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [ear]}, name="explorer", daemon=True)
        thread.start()
        try:
            yield f"http://{ADDRESS}:{taken}/"
        finally:
            server.should_exit = True
            thread.join(3)
            explorer.lister.stop()
            explorer.database.close()


def serve_pages(settings: Settings, port: int, announce: Callable[[str], None]) -> None:
    """Serve until a signal ends the main thread's wait."""
    with served(settings, port) as address:
        announce(address)
        threading.Event().wait()


def _listen(port: int) -> socket.socket:
    ear = socket.socket()
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        ear.bind((ADDRESS, port))
        ear.listen(128)  # from here on a request waits for its answer, also while the server starts
    except OSError as error:
        ear.close()
        raise UsageError(
            problem=f"port {port} of {ADDRESS} cannot be taken: {error.strerror}",
            hint="is an explorer running there already? --port 0 takes a free one",
        ) from error
    return ear
