"""`winnow explore` as a process, and its word lists made in the background."""

import re
import signal
import time

import httpx
import pytest

from flows.explorer.app import open_explorer
from flows.explorer.lister import listed_parts
from tests.trees import WINNOW


@pytest.mark.xdist_group("processes")
def test_it_serves_until_it_is_interrupted(tree, samples) -> None:
    process = tree.start(WINNOW, "explore", "--port", "0", "--raw", samples.raw, "--curated", samples.curated)
    deadline = time.monotonic() + 200
    while not (found := re.search(r"http://\S+/", tree.told())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found, tree.told()
    assert httpx.get(found[0], trust_env=False, timeout=60).status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert tree.told().endswith("stopped\n")
    assert tree.await_end(5) == []


@pytest.mark.xdist_group("processes")
def test_without_a_snapshot_it_says_what_to_do(tree, tmp_path) -> None:
    assert tree.start(WINNOW, "explore", "--curated", tmp_path).wait(200) == 2
    assert "winnow ingest" in tree.told()


def test_lists_follow_the_current_snapshot(house) -> None:
    house.put("notes/2026-01-02/a.txt", "A tale of the mill and of the river. " * 9)
    house.ingest()
    explorer = open_explorer(house.settings())
    for text in ("Another tale, of a kettle. ", "A third one, of a lantern. "):
        snapshot = explorer.catalog.current()
        explorer.lister.look(snapshot)
        explorer.lister.wait()
        assert explorer.lists.missing(item.part for item in listed_parts(snapshot)) == []
        house.put("notes/2026-01-02/a.txt", text * 9)
        house.ingest()
    kept = {path.stem for path in explorer.lists.folder.iterdir()}
    known = {item.part.sha256 for each in explorer.catalog.loaded() for item in listed_parts(each)}
    assert kept == known
    explorer.database.close()


def test_where_lists_cannot_be_made_the_page_says_that_it_is_slow(house, serve) -> None:
    house.put("notes/2026-01-02/a.txt", "A tale of the mill and of the river. " * 9)
    house.ingest()
    folder = open_explorer(house.settings()).lists.folder
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    client = serve(house)
    deadline = time.monotonic() + 100
    while "word lists cannot be made" not in (page := client.get("/?text=river").text) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "word lists cannot be made" in page
    assert "1 found" in page
