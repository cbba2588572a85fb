import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dedupe.clusters import cluster
from tasks.dedupe.index import Crew, Resources, compare, open_index, ranges
from tasks.dedupe.options import DEFAULTS, Options
from tasks.errors import StorageError
from tests.dedupe.made_up import START, damage, sign, write_text

FRUGAL = Resources(threads=1, memory_megabytes=256)


def make_texts(seed):
    text = write_text(seed, 60)
    return [
        text,
        damage(text, 0.02, 1),
        damage(text, 0.02, 2),
        text + " " + write_text(seed + 1, 30),
        text.upper(),
        write_text(seed + 50, 40),
        " ".join(text.split()[: seed + 1]),
        "!?!",
        "",
    ]


TEXTS = [make_texts(seed) for seed in range(4)]
document = st.builds(
    lambda name, seed, kind, day, url, source: {
        "document_id": f"d{name:02}",
        "text": TEXTS[seed][kind],
        "seen_at": START + timedelta(days=day),
        "version_at": START + timedelta(days=(day * 3) % 4),
        "url": url,
        "source": source,
    },
    st.integers(0, 40),
    st.integers(0, len(TEXTS) - 1),
    st.integers(0, len(TEXTS[0]) - 1),
    st.integers(0, 5),
    st.sampled_from([None, None, "", "u", "v", "w"]),
    st.sampled_from(["news", "forum"]),
)
runs = st.lists(
    st.tuples(
        st.sets(st.integers(0, 40), max_size=12),
        st.lists(document, max_size=12, unique_by=lambda row: row["document_id"]),
    ),
    min_size=2,
    max_size=6,
)
options = st.builds(
    Options,
    canonical=st.sampled_from(["earliest", "newest", "longest"]),
    key_cap=st.sampled_from([2, 3, 50]),
    key_hubs=st.sampled_from([1, 2, 4]),
    has_url_versions=st.booleans(),
)


@pytest.mark.parametrize("cut_at", [None, 0, 2])
@settings(max_examples=5, deadline=None)
@given(runs, options)
def test_any_runs_give_the_clusters_of_what_lives(tmp_path_factory, cut_at, runs, options):
    path = tmp_path_factory.mktemp("index") / "index.duckdb"
    index = open_index(path, "", list, options, FRUGAL)
    live, told = {}, {}
    for number, (removed, added) in enumerate(runs):
        if number == cut_at:
            index.commit("uncut")
            index.close()
            index = open_index(path, "uncut", list, options, FRUGAL, crew=Crew(ranges=3))
        # Documents that are there already are replaced.
        leaving = {f"d{name:02}" for name in removed} | {row["document_id"] for row in added}
        leaving &= set(live)
        changes = index.update(sorted(leaving), sign(added))
        live = {name: row for name, row in live.items() if name not in leaving}
        live |= {row["document_id"]: row for row in added}
        expected = cluster(sign(list(live.values())), options)
        assert index.duplicates().equals(expected)
        told = {name: row for name, row in told.items() if name not in leaving}
        told |= {row["document_id"]: row for row in changes.duplicates.to_pylist()}
        told |= dict.fromkeys(changes.canonicals.to_pylist())
        assert set(told) == set(live)
        assert [told[name] for name in sorted(told) if told[name]] == expected.to_pylist()
    index.close()


NUMBERED = {
    "documents": "SELECT documents.* EXCLUDE (text), exact_hash FROM documents LEFT JOIN texts USING (text)",
    "texts": "SELECT * EXCLUDE (text) FROM texts",
    "standing": """
        SELECT standing.rank, "first", canonical, one.exact_hash, root.exact_hash AS of_root
        FROM standing JOIN texts AS one USING (text) LEFT JOIN texts AS root ON root.text = standing.root
    """,
    "postings": "SELECT key, exact_hash FROM postings JOIN texts USING (text)",
    "dormant": "SELECT key, exact_hash FROM dormant JOIN texts USING (text)",
    "common": "SELECT * FROM common",
    "common_hubs": 'SELECT key, rank, "first", exact_hash FROM common_hubs JOIN texts USING (text)',
    "edges": """
        SELECT least(one.exact_hash, other.exact_hash) AS one, greatest(one.exact_hash, other.exact_hash) AS other
        FROM edges JOIN texts AS one ON one.text = "left" JOIN texts AS other ON other.text = "right"
    """,
    "duplicates": "SELECT * FROM duplicates",
    "meta": "SELECT * FROM meta",
}
"""Every table of an index, with the hashes of texts instead of their numbers, which mean nothing."""


def read_all(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        assert {name for (name,) in connection.sql("SELECT table_name FROM duckdb_tables()").fetchall()} == {
            *NUMBERED,
            "range_files",
        }
        return {name: sorted(map(repr, connection.sql(query).fetchall())) for name, query in NUMBERED.items()}


@settings(max_examples=15, deadline=None)
@given(st.lists(document, max_size=25, unique_by=lambda row: row["document_id"]), options)
def test_an_empty_index_is_filled_with_what_an_update_step_by_step_would_leave(tmp_path_factory, rows, options):
    folder = tmp_path_factory.mktemp("index")
    told, left = [], []
    for name, step_by_step in (("filled", False), ("updated", True)):
        index = open_index(folder / name, "", list, options, FRUGAL)
        with pytest.MonkeyPatch.context() as patch:
            if step_by_step:
                patch.setattr(ranges.Whole, "are_whole", False)
            changes = index.update([], sign(rows))
        told.append((changes.duplicates.to_pylist(), changes.canonicals.to_pylist()))
        index.commit("one")
        index.close()
        left.append(read_all(folder / name))
    assert told[0] == told[1]
    assert left[0] == left[1]


def test_a_key_beyond_the_cap_and_back(tmp_path):
    few = replace(DEFAULTS, key_cap=3, key_hubs=1)
    rows = [{"document_id": f"d{i}", "text": damage(write_text(1), 0.01, i)} for i in range(6)]
    index = open_index(tmp_path / "index.duckdb", "", list, few, FRUGAL)
    for row in rows:
        index.update([], sign([row]))
    assert index.duplicates().equals(cluster(sign(rows), few))
    assert index.cluster_sizes(5) == {"d0": 6}
    assert index.cluster_sizes(6) == {}
    for last in range(5, 0, -1):
        index.update([f"d{last}"], sign([]))
        assert index.duplicates().equals(cluster(sign(rows[:last]), few))
    index.close()


def test_pairs_compared_in_many_blocks_give_what_they_give_in_one(tmp_path, monkeypatch):
    rows = [{"document_id": f"d{i:02}", "text": damage(write_text(i % 3), 0.02, i)} for i in range(30)]
    monkeypatch.setattr(compare, "PAIRS_AT_ONCE", 7)
    index = open_index(tmp_path / "index.duckdb", "", list, DEFAULTS, FRUGAL)
    index.update([], sign(rows))
    assert index.duplicates().equals(cluster(sign(rows)))
    assert len(index.duplicates()) == 27
    index.close()


def open_counting(path, snapshot, signatures, options=DEFAULTS):
    """Open the index, and tell how many documents had to be read for it."""
    counts = [0]
    index = open_index(path, snapshot, lambda: [signatures], options, FRUGAL, counts.append)
    return index, counts[-1]


def test_what_was_committed_is_there_again(tmp_path):
    path = tmp_path / "index.duckdb"
    first, more = (sign([{"document_id": f"{kind}{i}", "text": write_text(i % 3)} for i in range(5)]) for kind in "ab")
    index, count = open_counting(path, "one", first)
    assert count == 5
    index.update([], more)
    index.commit("two")
    expected = index.duplicates()
    index.update(["a0"], sign([]))
    index.close()
    index, count = open_counting(path, "two", first)
    assert count == 0
    assert index.duplicates().equals(expected)
    index.close()


@pytest.mark.parametrize("damage", ["another snapshot", "other options", "missing", "garbage", "cut", "blank"])
def test_an_index_that_does_not_fit_is_built_anew(tmp_path, damage):
    path = tmp_path / "index.duckdb"
    signatures = sign([{"text": write_text(i % 3)} for i in range(7)])
    index, _ = open_counting(path, "one", signatures)
    index.close()
    if damage == "missing":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(os.urandom(5000))
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:20_000])
    elif damage == "blank":
        path.write_bytes(bytes(path.stat().st_size))
    options = replace(DEFAULTS, similarity=0.5) if damage == "other options" else DEFAULTS
    index, count = open_counting(path, "two" if damage == "another snapshot" else "one", signatures, options)
    assert count == 7
    assert index.duplicates().equals(cluster(signatures, options))
    index.close()


def test_damage_anywhere_costs_a_second_try_at_most(tmp_path):
    path = tmp_path / "index.duckdb"
    rows = [{"document_id": f"a{i:03}", "text": write_text(i)} for i in range(300)]
    more = sign([{"document_id": f"b{i}", "text": write_text(i)} for i in range(5)])
    signatures = sign(rows)
    expected = cluster(pa.concat_tables([signatures, more]))
    index, _ = open_counting(path, "one", signatures)
    index.close()
    good = path.read_bytes()
    late = 0
    # Three pages of header, then blocks of 256 kB, each with a checksum.
    for at in range(3 * 4096, len(good), 1 << 18):
        path.write_bytes(good[: at + 1000] + b"damaged" + good[at + 1007 :])
        index, count = open_counting(path, "one", signatures)
        try:
            index.update([], more)
        except StorageError:
            assert count == 0
            late += 1
            index, count = open_counting(path, "one", signatures)
            assert count == len(rows)
            index.update([], more)
        assert index.duplicates().equals(expected)
        index.close()
    assert late


def test_a_document_must_be_there_to_go_and_not_to_come(tmp_path):
    signatures = sign([{"document_id": "a", "text": write_text(1)}])
    for removed, added, problem in ((["b"], sign([]), "to be removed"), ([], signatures, "there already")):
        index, _ = open_counting(tmp_path / "index.duckdb", "one", signatures)
        with pytest.raises(StorageError, match=problem):
            index.update(removed, added)
        index.close()
        assert not (tmp_path / "index.duckdb").exists()  # what it says is at odds with the signatures


WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from tasks.dedupe.index import Crew, Resources, compare, open_index, ranges
    from tasks.dedupe.options import DEFAULTS
    from tests.dedupe.made_up import sign, write_text

    index = open_index(Path(sys.argv[1]), "0", lambda: [], DEFAULTS, Resources(1, 256))
    for run in range(1000):
        rows = [{"document_id": f"{run}-{i}", "text": write_text((run * 7 + i) % 50)} for i in range(20)]
        index.update([], sign(rows))
        print(run + 1, flush=True)  # from here on it may have been committed
        index.commit(str(run + 1))
""")


def start_writer(path):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITER, str(path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ, "PYTHONPATH": "."})


def live_after(runs):
    return [
        {"document_id": f"{run}-{i}", "text": write_text((run * 7 + i) % 50)} for run in range(runs) for i in range(20)
    ]


@pytest.mark.parametrize("delay", [0.0, 0.01])
def test_a_killed_writer_leaves_a_whole_run_or_none(tmp_path, delay):
    path = tmp_path / "index.duckdb"
    writer = start_writer(path)
    for line in writer.stdout:
        if int(line) == 4:
            time.sleep(delay)
            writer.send_signal(signal.SIGKILL)
            break
    rest = [int(line) for line in writer.stdout]
    writer.wait()
    writer.stdout.close()
    started = max([4, *rest])
    for runs in (started, started - 1):
        signatures = sign(live_after(runs))
        copy = tmp_path / f"{runs}.duckdb"
        for suffix in ("", ".wal"):
            if Path(f"{path}{suffix}").exists():
                shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
        index, count = open_counting(copy, str(runs), signatures)
        assert index.duplicates().equals(cluster(signatures))
        index.close()
        if count == 0:
            return
    pytest.fail("neither the last run nor the one before it was in the index")


def test_an_index_in_use_is_left_alone(tmp_path):
    path = tmp_path / "index.duckdb"
    writer = start_writer(path)
    writer.stdout.readline()
    try:
        with pytest.raises(StorageError, match="in use"):
            open_index(path, "0", list, DEFAULTS, FRUGAL)
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
