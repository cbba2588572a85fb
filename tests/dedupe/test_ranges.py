"""An index cut into ranges of keys: the answers of one that is not, whoever works on it and whatever happens."""

import random
import shutil
from concurrent.futures import Executor, Future
from dataclasses import replace

import duckdb
import pytest

from tasks.dedupe.clusters import cluster
from tasks.dedupe.index import ALONE, Crew, Resources, files, inspect_index, look_at_index, open_index
from tasks.dedupe.index.files import ranges_folder
from tasks.dedupe.index.work import Joined, JoinOrder, SupportOrder, Wanting
from tasks.dedupe.options import DEFAULTS
from tasks.errors import StorageError
from tests.dedupe.made_up import damage, sign, write_text

FRUGAL = Resources(threads=1, memory_megabytes=256)
FEW = replace(DEFAULTS, key_cap=3, key_hubs=2)
RANGES = 3
CUTTING = Crew(ranges=RANGES)
ROWS = [{"document_id": f"d{at:02}", "text": damage(write_text(at % 2, 60), 0.01, at)} for at in range(14)]


class Careless(Executor):
    """Carries out every order twice, in any order, and gives the answer that came second: as after a lost worker."""

    def __init__(self) -> None:
        self.chance, self.waiting, self.orders, self.answers = random.Random(3), [], [], []

    def submit(self, fn, /, *args):
        self.orders.extend(args)
        future = Future()
        self.waiting.append((future, fn, args))
        future.result = lambda timeout=None: self._give(future, timeout)
        return future

    def _give(self, future, timeout):
        while self.waiting:
            each, fn, args = self.waiting.pop(self.chance.randrange(len(self.waiting)))
            fn(*args)
            self.answers.append(fn(*args))
            each.set_result(self.answers[-1])
        return Future.result(future, timeout)


def open_cut(path, snapshot="", rows=(), crew=CUTTING, options=FEW):
    """Open the index, and tell how many documents had to be read for it."""
    counts = [0]
    index = open_index(path, snapshot, lambda: [sign(list(rows))], options, FRUGAL, counts.append, crew)
    return index, counts[-1]


def names(path):
    return sorted(file.name for file in ranges_folder(path).glob("*"))


def named(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return sorted(files.list_files(connection))


def follow(index, rows=ROWS):
    """Let documents come and go some at a time; everybody has the right canonical all the way."""
    for at in range(0, len(rows), 5):
        index.update([], sign(rows[at : at + 5]))
        assert index.duplicates().equals(cluster(sign(rows[: at + 5]), FEW))
    index.commit("full")
    for last in range(len(rows) - 3, 2, -3):
        index.update([row["document_id"] for row in rows[last : last + 3]], sign([]))
        assert index.duplicates().equals(cluster(sign(rows[:last]), FEW))


def test_whoever_works_on_the_ranges_and_however_often_the_answers_are_the_same(tmp_path, pool) -> None:
    careless = Careless()
    for name, executor in {"pool": pool(2), "careless": careless}.items():
        index, _ = open_cut(tmp_path / f"{name}.duckdb", crew=Crew(executor, RANGES))
        follow(index)
        index.close()
    kinds = {type(answer) for answer in careless.answers}
    assert kinds == {Joined, Wanting, str}  # texts became hubs whose rank no range knew, and old pairs were counted
    # They go by way of a scheduler: names and counts, not more of them with the number of documents.
    assert {type(order) for order in careless.orders} == {JoinOrder, SupportOrder}
    assert max(len(repr(each)) for each in (*careless.orders, *careless.answers)) < 2_000


def test_an_index_that_is_not_cut_is_cut_where_a_crew_wants_that_and_stays_so(tmp_path) -> None:
    path = tmp_path / "index.duckdb"
    index, count = open_cut(path, "one", ROWS, ALONE)
    assert count == len(ROWS)
    index.update(["d01", "d03"], sign([]))
    index.commit("two")
    index.close()
    assert named(path) == names(path) == []
    left = [row for row in ROWS if row["document_id"] not in {"d01", "d03"}]
    for crew, size in ((Crew(ranges=RANGES), RANGES), (ALONE, RANGES), (Crew(ranges=5), RANGES)):
        index, count = open_cut(path, "two", ROWS, crew)
        assert count == 0
        assert index.duplicates().equals(cluster(sign(left), FEW))
        index.update([], sign(ROWS[1:2]))
        assert index.duplicates().equals(cluster(sign([*left, ROWS[1]]), FEW))
        index.update(["d01"], sign([]))
        index.commit("two")
        index.close()
        with duckdb.connect(str(path), read_only=True) as connection:
            assert len(files.read_ranges(connection)) == size
            assert connection.execute("SELECT count(*) FROM postings").fetchall() == [(0,)]
        assert names(path) == named(path)


def test_what_was_not_committed_never_was(tmp_path) -> None:
    path = tmp_path / "index.duckdb"
    index, _ = open_cut(path, "one", ROWS[:8])
    index.close()
    before = named(path)
    index, count = open_cut(path, "one", ROWS[:8])
    assert count == 0
    index.update(["d00"], sign(ROWS[8:]))
    assert set(before) < set(names(path))
    index.close()
    assert named(path) == before
    index, count = open_cut(path, "one", ROWS[:8])
    assert count == 0
    assert index.duplicates().equals(cluster(sign(ROWS[:8]), FEW))
    index.update([], sign(ROWS[8:]))
    assert index.duplicates().equals(cluster(sign(ROWS), FEW))
    index.commit("two")
    index.close()
    assert names(path) == named(path) != before


def test_parts_are_few_and_forgotten_texts_leave_them(tmp_path) -> None:
    path = tmp_path / "index.duckdb"
    rows = [{"document_id": f"d{at:03}", "text": write_text(at, 40)} for at in range(40)]
    index, _ = open_cut(path)
    for at in range(0, len(rows), 4):
        index.update([], sign(rows[at : at + 4]))
    index.commit("full")
    index.close()
    assert len(named(path)) <= RANGES * 5  # ten came for each, and each stays twice as large as the next
    full = count_keys(path)
    index, _ = open_cut(path, "full")
    for row in rows[35:]:
        index.update([row["document_id"]], sign([]))
    index.commit("fewer")
    index.close()
    assert len(named(path)) <= RANGES * 6  # those that brought no key make way for each other
    index, _ = open_cut(path, "fewer")
    index.update([row["document_id"] for row in rows[3:35]], sign([]))
    index.commit("few")
    index.close()
    assert 0 < count_keys(path) < full / 5
    assert len(named(path)) == RANGES
    index, _ = open_cut(path, "few")
    index.update(["d000"], sign([]))
    index.update([], sign(rows[:1]))
    assert index.duplicates().equals(cluster(sign(rows[:3]), FEW))
    index.update([], sign(rows[3:]))
    assert index.duplicates().equals(cluster(sign(rows), FEW))
    index.close()


def count_keys(path) -> int:
    total = 0
    for name in names(path):
        with duckdb.connect(str(ranges_folder(path) / name), read_only=True) as part:
            total += part.execute("SELECT count(*) FROM keys").fetchall()[0][0]
    return total


def break_file(file, how) -> None:
    if how == "missing":
        file.unlink()
    elif how == "garbage":
        file.write_bytes(b"none of ours" * 1000)
    elif how == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    else:
        shutil.rmtree(file.parent)


@pytest.mark.parametrize("how", ["missing", "garbage", "cut", "no folder"])
def test_damage_to_one_range_costs_a_second_try_at_most(tmp_path, how: str) -> None:
    path = tmp_path / "index.duckdb"
    index, _ = open_cut(path, "one", ROWS[:8])
    index.close()
    assert inspect_index(path, "one", 8, FEW, FRUGAL) == look_at_index(path, "one", FEW) == "good"
    break_file(ranges_folder(path) / named(path)[1], how)
    assert inspect_index(path, "one", 8, FEW, FRUGAL) == "damaged"
    assert look_at_index(path, "one", FEW) == ("good" if how in ("garbage", "cut") else "damaged")
    index, count = open_cut(path, "one", ROWS[:8])
    if count == 0:  # what is wrong in a file is seen when it is read
        with pytest.raises(StorageError) as raised:
            index.update([], sign(ROWS[8:]))
        assert raised.value.path == str(path)
        assert not path.exists()
        index, count = open_cut(path, "one", ROWS[:8])
    assert count == 8
    index.update([], sign(ROWS[8:]))
    assert index.duplicates().equals(cluster(sign(ROWS), FEW))
    index.commit("two")
    index.close()
    assert names(path) == named(path)


def test_a_folder_may_have_any_name(tmp_path) -> None:
    folder = tmp_path / 'it\'s "here"; -- {0} ü'
    folder.mkdir()
    index, _ = open_cut(folder / "index.duckdb", "one", ROWS)
    assert index.duplicates().equals(cluster(sign(ROWS), FEW))
    index.close()


def test_an_update_that_changes_nothing_gives_no_orders(tmp_path) -> None:
    careless = Careless()
    index, _ = open_cut(tmp_path / "index.duckdb", "one", ROWS, Crew(careless, RANGES))
    careless.answers.clear()
    index.update([], sign([]))
    assert careless.answers == []
    index.close()
