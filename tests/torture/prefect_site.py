"""A Prefect server with its deployments, and process workers for it, as someone would run them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.trees import Tree

REPOSITORY = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
START_SECONDS = 180
BUSY_SECONDS = 60
"""So long a server may say that it is busy (503), as it does with a database that was just found again."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Api:
    """Prefect's REST API."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, path: str, body: object = None):
        data = None if method == "GET" else json.dumps({} if body is None else body).encode()
        request = urllib.request.Request(
            f"{self.url}/{path}", data, {"Content-Type": "application/json"}, method=method
        )
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    text = answer.read()
                return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                if error.code != 503 or time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def is_up(self) -> bool:
        try:
            return self.ask("GET", "health") is True
        except (OSError, urllib.error.URLError):
            return False

    def await_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_up():
            assert time.monotonic() < deadline, f"no server at {self.url}"
            time.sleep(0.2)

    def deployment(self, flow: str, name: str | None = None) -> dict:
        return self.ask("GET", f"deployments/name/{flow}/{name or flow}")

    def start(self, flow: str, name: str | None = None, **parameters: object) -> str:
        """Start a run as the UI does, and give its id."""
        body = {"parameters": {key: str(v) if isinstance(v, Path) else v for key, v in parameters.items()}}
        return self.ask("POST", f"deployments/{self.deployment(flow, name)['id']}/create_flow_run", body)["id"]

    def state(self, run: str) -> dict:
        return self.ask("GET", f"flow_runs/{run}")["state"]

    def await_state(self, run: str, *types: str, seconds: float = 240) -> dict:
        deadline = time.monotonic() + seconds
        while (state := self.state(run))["type"] not in (types or FINAL):
            assert time.monotonic() < deadline, f"{run} is {state}"
            time.sleep(0.1)
        return state

    def cancel(self, run: str) -> None:
        """Cancel a run as the UI does."""
        self.ask("POST", f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}})

    def of_run(self, what: str, run: str) -> list[dict]:
        return self.ask("POST", f"{what}/filter", {"flow_runs": {"id": {"any_": [run]}}, "limit": 200})

    def runs_of(self, flow: str, name: str | None = None) -> list[dict]:
        found = {"deployments": {"id": {"any_": [self.deployment(flow, name)["id"]]}}, "limit": 200}
        return self.ask("POST", "flow_runs/filter", found | {"sort": "EXPECTED_START_TIME_ASC"})


class Site:
    """A server, the work pool and the deployments of prefect.yaml."""

    def __init__(self, folder: Path, **environment: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.tree = Tree(folder)
        self.tree.environment |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", **environment}
        self.port = free_port()
        self.api = Api(f"http://127.0.0.1:{self.port}/api")

    def start_server(self) -> None:
        command = (BIN / "prefect", "server", "start", "--host", "127.0.0.1", "--port", self.port)
        self.server = self.tree.start(*command)
        self.api.await_up()

    def deploy(self) -> None:
        self.tree.environment |= {"PREFECT_API_URL": self.api.url, "WINNOW_HOME": str(REPOSITORY)}
        for command in (
            ("prefect", "work-pool", "create", "winnow", "--type", "process"),
            ("prefect", "--no-prompt", "deploy", "--all"),
        ):
            run = self.tree.start(BIN / command[0], *command[1:], cwd=REPOSITORY)
            assert run.wait(START_SECONDS) == 0, self.tree.told()

    def stop(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(60)

    def tree_for(self, folder: Path, **environment: object) -> Tree:
        """A tree of its own for a worker, with the settings of this site."""
        folder.mkdir(parents=True, exist_ok=True)
        tree = Tree(folder)
        mark = tree.mark.partition("=")
        tree.environment = self.tree.environment | {mark[0]: mark[2]} | {k: str(v) for k, v in environment.items()}
        return tree


def start_worker(tree: Tree, limit: int = 1) -> subprocess.Popen:
    """A worker as a service manager starts it: what a shell puts in the background would not heed SIGINT."""
    worker = (BIN / "prefect", "worker", "start", "--pool", "winnow", "--limit", limit)
    return tree.start("env", "--default-signal=INT", *worker)


def engine_of(tree: Tree) -> int:
    """The process of the flow run in a tree."""
    return tree.find("prefect.engine")


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2]


def await_gone(process: int, seconds: float) -> float:
    """How long it took to be gone; fails if it takes longer."""
    start = time.monotonic()
    while is_there(process):
        assert time.monotonic() < start + seconds, f"{process} is still there"
        time.sleep(0.02)
    return time.monotonic() - start


def await_work(curated: Path, seconds: float = 300) -> None:
    """Wait until a shard is finished and others are at work."""
    deadline = time.monotonic() + seconds
    shards = curated / ".work" / "shards"
    while not (list(shards.glob("*/*/shard.json")) and list(shards.glob("*/.*.part"))):
        assert time.monotonic() < deadline, "no shard is at work"
        time.sleep(0.02)


SERVE_SECONDS = 5.0
"""Within which `winnow serve` ends with everything."""


def serve(tree: Tree, house, port: int, *options: object) -> subprocess.Popen:
    """`winnow serve`, once it is up."""
    said = tree.told().count("Ctrl-C ends all of it") if tree.log.exists() else 0
    where = ("--raw", house.raw, "--curated", house.curated, "--workers", 2, "--shard-mb", 0.5)
    service = tree.start(BIN / "winnow", "serve", "--port", port, *where, *options)
    deadline = time.monotonic() + START_SECONDS
    while tree.told().count("Ctrl-C ends all of it") == said:
        assert service.poll() is None, tree.told()
        assert time.monotonic() < deadline, tree.told()
        time.sleep(0.1)
    return service
