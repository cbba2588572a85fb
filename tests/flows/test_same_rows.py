"""The same raw files give the same rows, however they were brought: the promise of order, cut, workers and history."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.dedupe import resolve
from tasks.dedupe.index import Index, TooMuchAtOnceError

FILES = (  # at least one of each: version of a URL, exact, near, contained, comments, rejected, cut, several records
    "garden-blog/2026-11-14/no-turning.txt",
    "garden-blog/2026-11-18/no-turning.txt",
    "harbour-news/2026-11-15/ferry-winter-timetable.txt",
    "harbour-news/2026-11-15/warm-wall-bakery.txt",
    "harbour-news/2026-11-17/warm-wall-bakery.txt",
    "harbour-news/2026-11-17/tramvai-zarechinsk.txt",
    "harbour-news/2026-11-18/empty.txt",
    "harbour-news/2026-11-18/section-index.txt",
    "harbour-news/2026-11-19/over-the-hill.txt",
    "valley-press/2026-11-17/last-boat.html",
    "web-crawl/2026-11-16/crawl-00001.warc.gz",
    "web-crawl/2026-11-19/crawl-00002.warc",
    "wire-feed/2026-11-14/feed.jsonl",
    "wire-feed/2026-11-16/feed.jsonl.gz",
    "wire-feed/2026-11-16/guide.jsonl",
    "wire-feed/2026-11-18/feed.jsonl.gz",
    "wire-feed/2026-11-19/feed.jsonl",
)
RUNS = 3
SHARD_MB = st.sampled_from([0.001, 0.008, 16.0])
WORKERS = st.sampled_from([1, 2])


@pytest.fixture(scope="module")
def at_once(tmp_path_factory, pool, samples):
    """The files in one run, in one shard a source."""
    house = type(samples)(tmp_path_factory.mktemp("at-once"), pool)
    for name in FILES:
        bring(house, samples, name, name)
    house.ingest()
    tables = house.tables()
    assert {row["relation"] for row in tables["duplicates"]} == {"exact", "near", "contained"}
    assert all(tables.values())
    return tables


def bring(house, samples, name: str, content_of: str) -> None:
    target: Path = house.raw / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(samples.raw / content_of, target)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    run_of=st.lists(st.integers(0, RUNS - 1), min_size=len(FILES), max_size=len(FILES)),
    detours=st.dictionaries(st.sampled_from(FILES), st.sampled_from(FILES), max_size=3),
    passing=st.dictionaries(st.sampled_from(["aside/a", "harbour-news/2026-11-14/b"]), st.sampled_from(FILES)),
    shards=st.lists(SHARD_MB, min_size=RUNS, max_size=RUNS),
    workers=st.lists(WORKERS, min_size=RUNS, max_size=RUNS),
    forgets=st.lists(st.booleans(), min_size=RUNS, max_size=RUNS),
)
def test_the_rows_do_not_depend_on_the_way_the_files_came(
    make_house, samples, at_once, run_of, detours, passing, shards, workers, forgets
) -> None:
    """Files come in any of three runs; some with another file's content first; some only for a while.

    Between runs the caches may get lost.
    """
    house = make_house()
    for number in range(RUNS):
        is_last = number == RUNS - 1
        for name, run in zip(FILES, run_of, strict=True):
            if run == number:
                bring(house, samples, name, name)
        for name, other in detours.items():
            bring(house, samples, name, name if is_last else other)
        for name, other in passing.items():
            if is_last:
                (house.raw / name).unlink()
            else:
                bring(house, samples, name, other)
        if forgets[number]:
            shutil.rmtree(house.curated / ".work", ignore_errors=True)
        if house.raw.exists():
            house.ingest(workers=workers[number], shard_mb=shards[number])
    assert house.tables() == at_once


@pytest.mark.parametrize(("workers", "shard_mb"), [(1, 0.001), (2, 0.001), (1, 16.0)])
def test_all_samples_are_the_same_with_other_workers_and_shards(make_house, samples, workers, shard_mb) -> None:
    house = make_house()
    shutil.copytree(samples.raw, house.raw)
    house.ingest(workers=workers, shard_mb=shard_mb)
    assert house.tables() == samples.tables()


@pytest.mark.parametrize("packed", [False, True])
def test_a_large_file_gives_the_same_in_pieces(make_house, packed) -> None:
    """Herons of six kinds, so that there are duplicates across pieces; a line in fifty is broken."""
    weirs = [" ".join(f"Weir {number * 7 + word} of the {word}th river." for word in range(60)) for number in range(6)]
    lines = [
        b"{broken" if number % 50 == 7 else json.dumps({"text": f"Heron {number}\n\n{weirs[number % 6]}"}).encode()
        for number in range(1_200)
    ]
    content = b"\n".join(lines)
    houses = make_house(), make_house()
    for house, workers in zip(houses, (1, 3), strict=True):
        house.put("notes/2026-11-20/herons.jsonl", gzip.compress(content, mtime=0) if packed else content)
        record = house.ingest(workers=workers, shard_mb=0.002)
        assert (record.records["read"], record.records["rejected"]) == (1_200, 24)
    assert houses[0].tables() == houses[1].tables()
    assert len(list(houses[1].rows("inputs"))) == 1


def test_file_by_file_gives_what_all_at_once_gives(make_house, samples, at_once) -> None:
    house = make_house()
    for name in reversed(FILES):
        bring(house, samples, name, name)
        house.ingest(workers=1)
    assert house.tables() == at_once


@pytest.mark.parametrize("why", ["there is much that is new", "it does not fit in memory"])
def test_an_index_that_is_built_anew_for_the_run_gives_the_same(make_house, samples, at_once, monkeypatch, why) -> None:
    """The second run brings other content for a file that stands, and more files than stand."""
    house = make_house()
    for name in FILES[:6]:
        bring(house, samples, name, FILES[7] if name == FILES[0] else name)
    house.ingest()
    for name in FILES:
        bring(house, samples, name, name)
    tried = []
    if why == "there is much that is new":
        monkeypatch.setattr(resolve, "MANY_ROWS", 0)
    else:
        update = Index.update

        def fail_in_the_open_index(index: Index, removed, added):  # the one that is being built has another name
            if index._path.suffix == ".new":
                return update(index, removed, added)
            tried.append(index)
            raise TooMuchAtOnceError("the index needs more memory", path=str(index._path))

        monkeypatch.setattr(Index, "update", fail_in_the_open_index)
    built = []
    carry_out = resolve._update
    monkeypatch.setattr(
        resolve, "_update", lambda *given, anew=False: built.extend([1] * anew) or carry_out(*given, anew=anew)
    )
    house.ingest()
    assert (len(built), len(tried)) == (1, int(why == "it does not fit in memory"))
    assert house.tables() == at_once
    monkeypatch.undo()
    assert house.ingest().status == "nothing_new"
    bring(house, samples, "aside/a", FILES[2])
    house.ingest()  # by the index that was built: it belongs to the snapshot
    (house.raw / "aside/a").unlink()
    (house.raw / "aside").rmdir()
    house.ingest()
    assert house.tables() == at_once
