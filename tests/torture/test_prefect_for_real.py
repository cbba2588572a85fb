"""A Prefect server and a process worker: what is in Prefect and in `curated/` when runs start, end, and are ended."""

import json
import os
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tasks.publish.runs import read_records
from tests.much import write_much
from tests.torture.prefect_site import (
    BIN,
    Site,
    await_gone,
    await_work,
    engine_of,
    free_port,
    start_worker,
)

pytestmark = [pytest.mark.torture, pytest.mark.xdist_group("processes")]

SECONDS = 5.0
"""Within which a run ends that is told to."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    site.start_server()
    site.deploy()
    yield site
    site.stop()
    assert site.tree.await_end(SECONDS) == []
    site.tree.end()


@pytest.fixture
def tree(site, house, tmp_path):
    """A tree for a worker, whose runs go from `house.raw` into `house.curated` unless they are told otherwise."""
    tree = site.tree_for(
        tmp_path / "worker",
        WINNOW_RAW=house.raw,
        WINNOW_CURATED=house.curated,
        WINNOW_SHARD_MB=0.5,
        WINNOW_WORKERS=2,
    )
    yield tree
    tree.end()


@pytest.fixture
def much(house):
    write_much(house.raw, 24)
    return {"raw": house.raw, "curated": house.curated, "shard_mb": 0.5, "workers": 2}


@pytest.fixture
def few(own_samples):
    """The samples, ingested."""
    return {"raw": own_samples.raw, "curated": own_samples.curated, "workers": 2}


def end_worker(worker: subprocess.Popen, tree) -> None:
    """End an idle worker; nothing of its runs is left. Prefect's own way out was seen to take more than a minute."""
    deadline = time.monotonic() + 30
    while left := [line for line in tree.alive() if "prefect.engine" in line or "multiprocessing" in line]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    worker.kill()
    worker.wait()
    assert tree.await_end(SECONDS) == []


def statuses(house) -> list[str]:
    """Of all runs, in their order."""
    return [record.status for record in reversed(read_records(house.curated))]


def assert_goes_on(site, house, tree, parameters, before: list[str], make_house) -> None:
    """The next run publishes what the one before it did not, and all of it, from the finished shards of that one."""
    finished = len(list((house.curated / ".work" / "shards").glob("*/*/shard.json")))
    assert finished > 0
    assert not (house.curated / "current").exists()
    run = site.api.start("ingest", **parameters)
    assert site.api.await_state(run)["type"] == "COMPLETED", tree.told()
    assert statuses(house) == [*before, "published"]
    other = make_house()
    shutil.copytree(house.raw, other.raw)
    other.ingest()
    assert house.tables() == other.tables()


def test_a_schedule_fires_and_publishes_and_then_finds_nothing_new(site, own_samples, tmp_path) -> None:
    shutil.rmtree(own_samples.curated)
    tree = site.tree_for(tmp_path / "worker", WINNOW_RAW=own_samples.raw, WINNOW_CURATED=own_samples.curated)
    deployment = site.api.deployment("ingest")
    assert [one["schedule"]["cron"] for one in deployment["schedules"]] == ["7 * * * *"]
    soon = {"interval": 30, "anchor_date": datetime.now(UTC).isoformat()}
    (schedule,) = site.api.ask(
        "POST", f"deployments/{deployment['id']}/schedules", [{"schedule": soon, "active": True}]
    )
    worker = start_worker(tree)
    try:
        deadline = time.monotonic() + 240
        while statuses(own_samples)[:2] != ["published", "nothing_new"]:
            assert time.monotonic() < deadline, (statuses(own_samples), tree.told())
            time.sleep(0.5)
    finally:
        site.api.ask("DELETE", f"deployments/{deployment['id']}/schedules/{schedule['id']}")
    runs = [run for run in site.api.runs_of("ingest") if run["auto_scheduled"] and run["start_time"]]
    for run in runs:
        site.api.await_state(run["id"])
    messages = [site.api.state(run["id"])["message"].partition(":")[0] for run in runs]
    assert messages[:2] == ["published", "nothing_new"]
    end_worker(worker, tree)


def test_a_backfill_from_the_api_does_its_days_over(site, own_samples, few, tree) -> None:
    worker = start_worker(tree)
    before, snapshot = own_samples.tables(), own_samples.snapshot.id
    days = {"sources": ["harbour-news"], "since": "2026-11-15", "until": "2026-11-16"}
    run = site.api.start("backfill", **few, **days)
    state = site.api.await_state(run)
    assert state["type"] == "COMPLETED", tree.told()
    (record, *_) = read_records(own_samples.curated)
    assert (record.flow, record.status) == ("backfill", "published")
    assert {name: record.settings[name] for name in days} == days
    assert record.records["read"] == int(state["message"].split()[1]) > 0
    assert own_samples.snapshot.id == record.run_id != snapshot
    assert own_samples.tables() == before

    artifacts = {artifact["key"]: artifact["data"] for artifact in site.api.of_run("artifacts", run)}
    assert artifacts.keys() == {
        f"winnow-backfill{kind}" for kind in ("", "-progress", "-findings", "-summary", "-report")
    }
    assert float(artifacts["winnow-backfill-progress"]) == 100
    assert json.loads(artifacts["winnow-backfill"])[-1]["read"] == record.records["read"]
    assert record.run_id in artifacts["winnow-backfill-summary"]

    made = assets_of(site, own_samples)
    assert made["documents"]["payload"] == {
        "snapshot": record.run_id,
        "rows": len(own_samples.rows("documents")),
        "files": len(list((own_samples.curated / "current" / "documents").rglob("*.parquet"))),
        "bytes": made["documents"]["payload"]["bytes"],
    }
    sources = [one["prefect.resource.id"] for one in made["documents"]["related"]]
    assert f"file://{own_samples.raw}/harbour-news" in sources
    assert f"file://{own_samples.raw}/wire-feed" not in sources

    plan = site.api.start("backfill", **few, **days, plan=True)
    assert site.api.await_state(plan)["message"].startswith("a plan only: ")
    wrong = site.api.start("backfill", **few, since="2026-11-16", until="2026-11-15")
    assert "swap them" in site.api.await_state(wrong, "FAILED")["message"]
    assert own_samples.snapshot.id == record.run_id
    end_worker(worker, tree)


def assets_of(site, house, seconds: float = 60) -> dict[str, dict]:
    """The last event of each dataset that was made in a `curated/`. Events are written down some seconds later."""
    prefix = f"file://{house.curated}/current/"
    query = {"event": {"name": ["prefect.asset.materialization.succeeded"]}}
    deadline = time.monotonic() + seconds
    while True:
        events = site.api.ask("POST", "events/filter", {"filter": query, "limit": 50})["events"]
        found = {}
        for event in reversed(events):
            key = event["resource"]["prefect.resource.id"]
            if key.startswith(prefix):
                found[key.removeprefix(prefix)] = event
        if len(found) == 7:
            return found
        assert time.monotonic() < deadline, found.keys()
        time.sleep(0.5)


def test_a_cancelled_run_ends_in_order_and_counts_as_cancelled(site, house, much, tree, make_house) -> None:
    worker = start_worker(tree)
    run = site.api.start("ingest", **much)
    await_work(house.curated)
    engine = engine_of(tree)
    site.api.cancel(run)
    await_gone(engine, SECONDS)
    assert statuses(house) == ["interrupted"]
    assert len([line for line in tree.alive() if "spawn_main" in line]) == 0
    state = site.api.await_state(run)
    assert (state["type"], state["name"]) == ("CANCELLED", "Cancelled"), tree.told()
    assert_goes_on(site, house, tree, much, ["interrupted"], make_house)
    end_worker(worker, tree)


def test_a_run_whose_process_is_killed_counts_as_crashed(site, house, much, tree, make_house) -> None:
    worker = start_worker(tree)
    run = site.api.start("ingest", **much)
    await_work(house.curated)
    engine = engine_of(tree)
    os.kill(engine, signal.SIGKILL)
    await_gone(engine, SECONDS)
    deadline = time.monotonic() + SECONDS
    while any("spawn_main" in line for line in tree.alive()):
        assert time.monotonic() < deadline, tree.alive()
    state = site.api.await_state(run)
    assert state["type"] == "CRASHED", tree.told()
    assert statuses(house) == ["running"]  # nobody was left to write another word; the next run does
    assert_goes_on(site, house, tree, much, ["killed"], make_house)
    end_worker(worker, tree)


def test_a_run_whose_worker_is_killed_goes_on_to_its_end(site, house, much, tree) -> None:
    worker = start_worker(tree)
    run = site.api.start("ingest", **much)
    await_work(house.curated)
    engine = engine_of(tree)
    worker.kill()
    assert worker.wait() == -signal.SIGKILL
    assert site.api.await_state(run)["type"] == "COMPLETED", tree.told()
    assert statuses(house) == ["published"]
    await_gone(engine, 30)
    assert tree.await_end(SECONDS) == []
    worker = start_worker(tree)
    assert site.api.await_state(site.api.start("ingest", **much))["type"] == "COMPLETED"
    assert statuses(house) == ["published", "nothing_new"]
    end_worker(worker, tree)


def test_a_worker_that_is_told_to_end_kills_its_run_and_the_next_one_goes_on(
    site, house, much, tree, make_house
) -> None:
    worker = start_worker(tree)
    run = site.api.start("ingest", **much)
    await_work(house.curated)
    engine = engine_of(tree)
    worker.send_signal(signal.SIGTERM)
    await_gone(engine, SECONDS)
    worker.wait(30)
    assert tree.await_end(SECONDS) == []
    assert statuses(house) == ["running"]
    assert site.api.state(run)["type"] == "RUNNING"  # Prefect's worker tells nobody
    worker = start_worker(tree)
    assert_goes_on(site, house, tree, much, ["killed"], make_house)
    end_worker(worker, tree)


def test_two_runs_at_once_follow_one_another_and_nothing_is_lost(site, own_samples, few, tree, samples) -> None:
    shutil.rmtree(own_samples.curated)
    worker = start_worker(tree, limit=4)
    days = {"sources": ["harbour-news"], "since": "2026-11-15"}
    runs = [
        site.api.start("ingest", **few),
        site.api.start("ingest", **few),
        site.api.start("backfill", **few, **days),
    ]
    for run in runs:
        assert site.api.await_state(run, seconds=400)["type"] == "COMPLETED", tree.told()
    records = read_records(own_samples.curated)
    assert sorted(record.flow for record in records) == ["backfill", "ingest", "ingest"]
    times = sorted((record.started_at, record.ended_at) for record in records)
    assert all(first[1] <= second[0] for first, second in pairwise(times))
    assert own_samples.tables() == samples.tables()
    end_worker(worker, tree)


def test_beside_a_run_another_leaves_or_waits(site, house, much, tree) -> None:
    worker = start_worker(tree)
    run = site.api.start("ingest", **much)
    await_work(house.curated)
    beside = (BIN / "winnow", "ingest", "--direct", "--raw", house.raw, "--curated", house.curated)
    leaving = subprocess.run([*map(str, beside)], capture_output=True, text=True, check=False, env=tree.environment)
    assert leaving.returncode == 1
    assert "curated/ is being written by `winnow ingest`, process" in leaving.stderr
    waiting = tree.start(*beside, "--wait", 600)
    assert site.api.await_state(run)["type"] == "COMPLETED", tree.told()
    assert waiting.wait(120) == 0, tree.told()
    assert statuses(house) == ["published", "nothing_new"]
    end_worker(worker, tree)


@pytest.fixture
def own_site(tmp_path):
    """A server that may be ended, with a worker."""
    site = Site(tmp_path)
    site.start_server()
    site.deploy()
    yield site
    site.tree.end()


def test_what_was_lost_with_its_machine_holds_up_nobody(own_site, house, much, make_house) -> None:
    """Nobody can tell Prefect; the next run must not wait for the lost one."""
    site = own_site
    start_worker(site.tree)
    lost = site.api.start("ingest", **much)
    await_work(house.curated)
    site.tree.end()
    assert site.tree.await_end(SECONDS) == []
    site.start_server()
    assert site.api.state(lost)["type"] == "RUNNING"
    start_worker(site.tree)
    assert_goes_on(site, house, site.tree, much, ["killed"], make_house)


def test_a_run_publishes_without_its_server_and_tells_it_when_it_is_back(own_site, house, much) -> None:
    site = own_site
    worker = start_worker(site.tree)
    run = site.api.start("ingest", **much)
    await_work(house.curated)
    site.server.kill()
    site.server.wait()
    deadline = time.monotonic() + 120
    while statuses(house) != ["published"]:
        assert time.monotonic() < deadline, (statuses(house), site.tree.told())
        time.sleep(0.1)
    assert house.snapshot.totals["read"] > 0
    site.start_server()
    assert site.api.await_state(run)["type"] == "COMPLETED", site.tree.told()
    worker.kill()


def test_a_run_whose_server_stays_away_ends_all_the_same(own_site, house, much) -> None:
    site = own_site
    start_worker(site.tree)
    run = site.api.start("ingest", **much)
    await_work(house.curated)
    engine = engine_of(site.tree)
    site.server.kill()
    site.server.wait()
    await_gone(engine, 300 + 120)  # prefect_rooms.LINGER_SECONDS, after the work
    assert statuses(house) == ["published"]
    site.start_server()
    state = site.api.await_state(run, "COMPLETED", "CRASHED", "RUNNING")
    assert state["type"] in ("CRASHED", "RUNNING")  # as far as the worker could tell
    again = site.api.start("ingest", **much)
    assert site.api.await_state(again, seconds=600)["type"] == "COMPLETED", site.tree.told()
    assert statuses(house) == ["published", "nothing_new"]


def postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture
def database():
    """The address of a PostgreSQL server of our own, which runs as the user postgres where we are root."""
    programs = postgres_programs()
    if programs is None or (os.geteuid() == 0 and shutil.which("runuser") is None):
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path("/tmp") / f"winnow-postgres-{os.getpid()}"
    folder.mkdir()
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"

    def call(*command: object) -> None:
        subprocess.run([*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    port = free_port()
    call(programs / "initdb", "-D", data, "-U", "prefect", "--auth", "trust", "-E", "UTF8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
    call(programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
    try:
        call(programs / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "prefect", "prefect")
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/prefect"
    finally:
        call(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def test_a_server_on_postgresql_schedules_and_keeps_what_runs_tell(database, own_samples, tmp_path) -> None:
    shutil.rmtree(own_samples.curated)
    site = Site(tmp_path / "site", PREFECT_API_DATABASE_CONNECTION_URL=database)
    try:
        site.start_server()
        site.deploy()
        site.tree.environment |= {"WINNOW_RAW": str(own_samples.raw), "WINNOW_CURATED": str(own_samples.curated)}
        deployment = site.api.deployment("ingest")
        soon = {"interval": 30, "anchor_date": datetime.now(UTC).isoformat()}
        site.api.ask("POST", f"deployments/{deployment['id']}/schedules", [{"schedule": soon, "active": True}])
        start_worker(site.tree)
        deadline = time.monotonic() + 240
        while statuses(own_samples)[:2] != ["published", "nothing_new"]:
            assert time.monotonic() < deadline, site.tree.told()
            time.sleep(0.5)
        (first, *_) = [run for run in site.api.runs_of("ingest") if run["start_time"]]
        site.server.send_signal(signal.SIGTERM)
        site.server.wait(60)
        site.start_server()
        assert site.api.state(first["id"])["type"] == "COMPLETED"
        assert not list((tmp_path / "site" / "prefect").glob("prefect.db*"))
        assert len(assets_of(site, own_samples)) == 7
    finally:
        site.tree.end()
