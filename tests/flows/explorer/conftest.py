"""The explorer over the samples, and over a house of one's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from flows.explorer.app import open_explorer
from flows.explorer.serving import served
from flows.explorer.views import Explorer


@pytest.fixture(scope="session")
def explorer(samples) -> Iterator[Explorer]:
    """The explorer of the samples, its word lists made."""
    explorer = open_explorer(samples.settings())
    explorer.lister.look(samples.snapshot)
    explorer.lister.wait()
    assert not explorer.lister.problem
    yield explorer
    explorer.database.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., httpx.Client]]:
    """Serves a house as `winnow explore` does, and gives a client of it."""
    with ExitStack() as stack:

        def start(house) -> httpx.Client:
            address = stack.enter_context(served(house.settings(), 0))
            return stack.enter_context(httpx.Client(base_url=address, trust_env=False, timeout=60))

        yield start


@pytest.fixture(scope="session")
def client(samples) -> Iterator[httpx.Client]:
    """A client of the samples' explorer."""
    with (
        served(samples.settings(), 0) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        yield client
