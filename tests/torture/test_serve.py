"""`winnow serve` for real: schedules that fire, and every way in which it may end."""

import os
import shutil
import signal
import time

import pytest

from tasks.publish.runs import read_records
from tests.much import write_much
from tests.torture.prefect_site import SERVE_SECONDS, Api, Site, await_work, engine_of, free_port, serve

pytestmark = [pytest.mark.torture, pytest.mark.xdist_group("processes")]

MINUTELY = ("--ingest-cron", "* * * * *")


@pytest.fixture
def much(house):
    write_much(house.raw, 24)
    return house


def api_of(port: int) -> Api:
    return Api(f"http://127.0.0.1:{port}/api")


def statuses(house) -> list[str]:
    return [record.status for record in reversed(read_records(house.curated))]


def await_status(house, tree, *wanted: str, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while statuses(house)[-len(wanted) :] != list(wanted):
        assert time.monotonic() < deadline, (statuses(house), tree.told())
        time.sleep(0.1)


def end_in_time(service, tree, number: signal.Signals) -> None:
    start = time.monotonic()
    service.send_signal(number)
    assert service.wait(SERVE_SECONDS) == 0, tree.told()
    assert tree.await_end(SERVE_SECONDS - (time.monotonic() - start)) == []


def test_schedules_fire_and_a_restart_doubles_none(samples, make_house, tree) -> None:
    house, port = make_house(), free_port()
    shutil.copytree(samples.raw, house.raw)
    service = serve(tree, house, port, *MINUTELY)
    await_status(house, tree, "published", "nothing_new")
    assert house.tables() == samples.tables()
    end_in_time(service, tree, signal.SIGINT)
    service = serve(tree, house, port, "--ingest-cron", "*/2 * * * *")
    deployment = api_of(port).deployment("ingest", "winnow")
    assert [one["schedule"]["cron"] for one in deployment["schedules"]] == ["*/2 * * * *"]
    times = [run["expected_start_time"] for run in api_of(port).runs_of("ingest", "winnow")]
    assert len(times) == len(set(times))
    end_in_time(service, tree, signal.SIGTERM)
    service = serve(tree, house, port, "--ingest-cron", "-")
    assert api_of(port).deployment("ingest", "winnow")["schedules"] == []
    end_in_time(service, tree, signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_run_at_work_is_cancelled_and_the_next_service_goes_on(much, tree, number: signal.Signals) -> None:
    port = free_port()
    service = serve(tree, much, port, "--ingest-cron", "-")
    run = api_of(port).start("ingest", "winnow")
    await_work(much.curated)
    end_in_time(service, tree, number)
    assert statuses(much) == ["interrupted"]
    service = serve(tree, much, port, "--ingest-cron", "-")
    state = api_of(port).state(run)
    assert (state["type"], state["message"]) == ("CANCELLED", "winnow serve was stopped"), tree.told()
    again = api_of(port).start("ingest", "winnow")
    assert api_of(port).await_state(again)["type"] == "COMPLETED", tree.told()
    assert statuses(much) == ["interrupted", "published"]
    end_in_time(service, tree, number)


@pytest.mark.parametrize("victim", ["serve", "serve_runner", "flows.server", "prefect.engine"])
def test_after_a_kill_nothing_is_left_and_the_next_service_goes_on(much, tree, victim: str) -> None:
    port = free_port()
    service = serve(tree, much, port, "--ingest-cron", "-")
    run = api_of(port).start("ingest", "winnow")
    await_work(much.curated)
    if victim == "prefect.engine":
        os.kill(engine_of(tree), signal.SIGKILL)
        assert api_of(port).await_state(run)["type"] == "CRASHED", tree.told()
    else:
        killed = service.pid if victim == "serve" else tree.find(victim)
        os.kill(killed, signal.SIGKILL)
        assert service.wait(2 * SERVE_SECONDS) == (-signal.SIGKILL if victim == "serve" else 1)
        assert tree.await_end(2 * SERVE_SECONDS) == []
        if victim != "serve":
            assert "ended by itself" in tree.told()
        service = serve(tree, much, port, "--ingest-cron", "-")
        assert api_of(port).state(run)["type"] in ("CRASHED", "CANCELLED"), tree.told()
    assert statuses(much)[0] in ("interrupted", "running")
    again = api_of(port).start("ingest", "winnow")
    assert api_of(port).await_state(again)["type"] == "COMPLETED", tree.told()
    assert statuses(much) in (["interrupted", "published"], ["killed", "published"])
    end_in_time(service, tree, signal.SIGTERM)


def test_a_server_that_is_there_already_is_used(samples, make_house, tree, tmp_path) -> None:
    site = Site(tmp_path / "site")
    house = make_house()
    shutil.copytree(samples.raw, house.raw)
    try:
        site.start_server()
        tree.environment["PREFECT_API_URL"] = site.api.url
        service = serve(tree, house, free_port(), *MINUTELY)
        assert f"Prefect is up: {site.api.url.removesuffix('/api')}" in tree.told()
        await_status(house, tree, "published")
        end_in_time(service, tree, signal.SIGTERM)
        assert site.api.is_up()
        site.server.kill()
        site.server.wait()
        run = tree.start(service.args[0], "serve", "--raw", house.raw, "--curated", house.curated)
        assert run.wait(240) == 1
        assert "the deployments could not be made known to Prefect" in tree.told()
    finally:
        site.tree.end()
