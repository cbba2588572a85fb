"""The address of a scheduler: understood, and tried, before anything that takes long has started."""

from __future__ import annotations

import importlib.util
import re
import socket

from tasks.errors import ClusterError, UsageError

CONNECT_SECONDS = 5.0

_ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?(?:\[(?P<six>[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^\s:/\[\]]+)):(?P<port>\d{1,5})")


def check_scheduler(address: str) -> None:
    """See that something listens at the address, without importing Dask.

    `UsageError` where it is no address, or Dask is not installed; `ClusterError` where nothing listens.
    """
    understood = _ADDRESS.fullmatch(address)
    if understood is None or not 0 < int(understood["port"]) < 65536:
        raise UsageError(
            problem=f"{address!r} is no address of a Dask scheduler",
            hint="one looks like tcp://HOST:8786 or tls://HOST:8786",
        )
    if importlib.util.find_spec("distributed") is None:
        raise UsageError(
            problem="a cluster needs the package distributed, which is not installed",
            hint="`make run` brings it; elsewhere install winnow[dask]",
        )
    try:
        socket.create_connection(
            ((understood["six"] or understood["host"]), int(understood["port"])), CONNECT_SECONDS
        ).close()
    except OSError as error:
        raise no_scheduler(address, error) from error


def no_scheduler(address: str, error: BaseException) -> ClusterError:
    """What to raise where no scheduler answers."""
    why = getattr(error, "strerror", None) or "it does not answer"
    return ClusterError(
        problem=f"there is no Dask scheduler at {address}: {why}",
        hint="is it running, and reached from here? `dask scheduler` prints its address. Nothing was changed",
    )
