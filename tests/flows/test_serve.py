"""`winnow serve`: what it refuses at once, and one start and end of all of it."""

import re
import signal
import socket
import time

import pytest

from tests.torture.prefect_site import SERVE_SECONDS, Api, free_port, serve
from tests.trees import WINNOW

pytestmark = pytest.mark.xdist_group("processes")


def test_a_port_that_is_taken_is_named(house, tree) -> None:
    house.put("notes/2026-11-20/heron.txt", "A note on a heron.\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        run = tree.start(WINNOW, "serve", "--port", port, "--raw", house.raw, "--curated", house.curated)
        assert run.wait(60) == 2
    assert f"127.0.0.1:{port} cannot be listened at: Address already in use" in tree.told()
    assert "--port" in tree.told()
    assert "Traceback" not in tree.told()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ingest-cron", "every hour"), "'every hour' is no schedule of cron"),
        (("--timezone", "Atlantis"), "there is no time zone 'Atlantis'"),
        (("--raw", "nowhere"), "nowhere"),
    ],
)
def test_wrong_use_is_told_before_anything_starts(house, tree, options, words: str) -> None:
    house.put("notes/2026-11-20/heron.txt", "A note on a heron.\n")
    run = tree.start(WINNOW, "serve", "--raw", house.raw, "--curated", house.curated, *options)
    assert run.wait(60) in (1, 2)
    assert words in tree.told()
    assert "starting" not in tree.told()
    assert "Traceback" not in tree.told()


def test_it_starts_says_what_is_up_and_leaves_nothing(house, tree) -> None:
    house.put("notes/2026-11-20/heron.txt", "A note on a heron that stood in the river all morning.\n")
    port = free_port()
    service = serve(tree, house, port, "--ingest-cron", "13 5 * * *", "--timezone", "Europe/Paris")
    told = tree.told()
    assert f"Prefect is up: http://127.0.0.1:{port}\n" in told
    assert re.search(r"ingest +13 5 \* \* \* \(Europe/Paris\) +http://", told)
    assert re.search(r"maintain +37 3 \* \* \* \(Europe/Paris\) +http://", told)
    assert re.search(r"backfill +by hand +http://", told)
    assert "winnow-server.log" in told
    api = Api(f"http://127.0.0.1:{port}/api")
    assert api.deployment("backfill", "winnow")["parameters"]["raw"] == str(house.raw)

    other = tree.start(WINNOW, "serve", "--port", free_port(), "--raw", house.raw, "--curated", house.curated)
    assert other.wait(60) == 2
    assert f"winnow serve is at work already, as process {service.pid}" in tree.told()

    start = time.monotonic()
    service.send_signal(signal.SIGTERM)
    assert service.wait(SERVE_SECONDS) == 0
    assert tree.await_end(SERVE_SECONDS - (time.monotonic() - start)) == []
    assert "stopped" in tree.told()
    assert "Traceback" not in tree.told()
