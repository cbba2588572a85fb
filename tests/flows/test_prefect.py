"""The main job as a Prefect flow, with its own server and a Prefect home that was empty before."""

import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

from flows.server import await_port, launch, stop
from tasks.errors import StorageError
from tasks.publish.runs import read_records

WINNOW = Path(sys.executable).with_name("winnow")

pytestmark = pytest.mark.xdist_group("processes")


def ask(url: str, what: str, **body) -> list[dict]:
    request = urllib.request.Request(
        f"{url}/{what}/filter", json.dumps({"limit": 200, **body}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.fixture
def serve(tree, tmp_path):
    """Starts a Prefect server, to which further runs of the tree report, and gives its address."""
    servers = []

    def start() -> str:
        tree.environment["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
        with (tmp_path / "server.log").open("wb") as log:
            command = (sys.executable, "-m", "flows.server")
            server = tree.start(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        servers.append(server)
        tree.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{int(server.stdout.readline())}/api"
        return tree.environment["PREFECT_API_URL"]

    yield start
    for server in servers:
        server.stdin.close()
        server.stdout.close()
        assert server.wait(5) is not None
    assert tree.await_end(5) == []


def test_the_flow_publishes_leaves_its_traces_in_prefect_and_no_process(house, samples, tree, serve) -> None:
    shutil.copytree(samples.raw, house.raw)
    command = (WINNOW, "ingest", "--workers", "2", "--raw", house.raw, "--curated", house.curated)
    run = tree.start(*command, "--shard-mb", "0.03")
    assert run.wait(120) == 0, tree.told()
    assert tree.await_end(5) == []
    assert "the server is up" in tree.told()
    assert f"{samples.snapshot.totals['read']} records read = " in tree.told()
    assert house.tables() == samples.tables()

    url = serve()
    snapshot = house.snapshot.id
    assert tree.start(*command).wait(120) == 0, tree.told()
    assert "nothing new in raw/" in tree.told()
    assert house.snapshot.id == snapshot
    assert [record.status for record in read_records(house.curated)] == ["nothing_new", "published"]

    house.put("notes/2026-11-20/blank.txt", "")
    house.put("notes/source.toml", "[expect]\nrejected = 0.5\n")
    assert tree.start(*command).wait(120) == 1
    assert "held: notes 2026-11-20" in tree.told()
    assert "Traceback" not in tree.told()

    flow_runs = sorted(ask(url, "flow_runs"), key=lambda run: run["start_time"])
    assert [(run["state"]["type"], run["state"]["message"].split(":")[0]) for run in flow_runs] == [
        ("COMPLETED", "published"),
        ("COMPLETED", "nothing_new"),
        ("FAILED", "held"),
    ]
    first = {"flow_runs": {"id": {"any_": [flow_runs[0]["id"]]}}}
    task_runs = ask(url, "task_runs", **first)
    assert {run["state"]["type"] for run in task_runs} == {"COMPLETED"}
    names = [run["name"].split(" ")[0].split("-")[0] for run in task_runs]
    shards = sorted(run["name"].split(" ")[2] for run in task_runs if run["name"].startswith("clean "))
    assert shards == sorted(f"{number}/{len(shards)}" for number in range(1, len(shards) + 1))
    assert len(shards) > len({row["source"] for row in house.rows("inputs")})
    assert {name for name in names if names.count(name) == 1} == {"acquire", "dedupe", "gate", "publish"}
    artifacts = {artifact["key"]: artifact for artifact in ask(url, "artifacts", **first)}
    assert artifacts.keys() == {
        f"winnow-ingest{part}" for part in ("", "-summary", "-report", "-findings", "-progress")
    }
    assert json.loads(artifacts["winnow-ingest-findings"]["data"]) == []
    assert float(artifacts["winnow-ingest-progress"]["data"]) == 100
    table = json.loads(artifacts["winnow-ingest"]["data"])
    totals = samples.snapshot.totals
    assert table[-1] == {"source": "all"} | {
        name: totals.get(name, 0) for name in ("read", "documents", "duplicates", "rejected", "held")
    }
    assert len(table) == 1 + len({row["source"] for row in samples.rows("inputs")})
    last = {"flow_runs": {"id": {"any_": [flow_runs[2]["id"]]}}}
    (found,) = (artifact for artifact in ask(url, "artifacts", **last) if artifact["key"] == "winnow-ingest-findings")
    (row,) = json.loads(found["data"])
    assert (row["consequence"], row["source"], row["check"], row["value"]) == ("held", "notes", "shares", 1.0)
    assert "1 breach for which 1 source is held" in flow_runs[2]["state"]["message"]


def test_upkeep_is_a_flow_with_a_task_run_for_each_step(house, tree, serve) -> None:
    for number in range(2):
        house.put(f"notes/2026-11-20/{number}.txt", f"A note\n\nOn day {number} the beans of row {number} were late.\n")
        house.ingest(workers=1)
    rows, url = house.tables(), serve()
    command = (WINNOW, "maintain", "--merge-parts", "2", "--keep-days", "0", "--keep-least", "0")
    assert tree.start(*command, "--spare-minutes", "0", "--curated", house.curated).wait(120) == 0, tree.told()
    assert "Traceback" not in tree.told()
    assert "1 snapshot deleted" in tree.told()
    assert house.tables() == rows
    (record, *_) = read_records(house.curated)
    assert (record.flow, record.status, record.snapshot) == ("maintain", "published", house.snapshot.id)

    (run,) = ask(url, "flow_runs")
    assert (run["state"]["type"], run["state"]["message"].split(":")[0]) == ("COMPLETED", "published")
    assert {task["name"].split("-")[0] for task in ask(url, "task_runs")} == {"expire", "merge", "index"}
    artifacts = {artifact["key"]: artifact for artifact in ask(url, "artifacts")}
    assert {"what": "merged parts", "value": str(record.upkeep["merged_parts"])} in json.loads(
        artifacts["winnow-maintain"]["data"]
    )


def test_a_server_that_cannot_start_says_why(tmp_path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/prefect.db"
    with tempfile.TemporaryFile() as log:
        home = {"PREFECT_HOME": str(tmp_path), "PREFECT_API_DATABASE_CONNECTION_URL": database}
        process = launch(log, **home)
        try:
            with pytest.raises(StorageError, match=r"did not start: .*unable to open database file"):
                await_port(process, log)
            assert process.wait(30) > 0  # by itself, and not by a signal
        finally:
            stop(process)
