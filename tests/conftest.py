"""What the tests of whole runs share: a `raw/`, a `curated/`, and workers that live as long as the session."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from flows.direct import DirectRooms
from flows.engine import worker_pool
from flows.order import RunOrder
from flows.pipeline import take_in
from flows.progress import Watcher
from tasks.parts import read_rows
from tasks.publish.runs import RunRecord
from tasks.publish.snapshot import Snapshot, load_current
from tasks.schema import DATASETS
from tasks.settings import Settings
from tests.object_storage import RCLONE, ObjectStorage
from tests.trees import Tree

REPOSITORY = Path(__file__).parents[1]
Row = dict[str, Any]


def pytest_xdist_auto_num_workers() -> int:
    """Two processes for each core: tests of runs wait for others a third of their time."""
    return 2 * (os.cpu_count() or 1)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long values go by number, and so do bytes that are no text: what is packed holds the second it was packed in.

    The processes that share the tests send each other their names, and have to agree on them.
    """
    if isinstance(val, bytes):
        return None if len(val) <= 80 and val.isascii() else argname
    return argname if isinstance(val, str) and len(val) > 1000 else None


class House:
    """A `raw/` and a `curated/` folder, and the way from one to the other."""

    def __init__(self, root: Path, pool: Callable[[int], Executor]) -> None:
        self.root, self.raw, self.curated = root, root / "raw", root / "curated"
        self._pool = pool

    def put(self, raw_path: str, content: str | bytes) -> Path:
        path = self.raw / raw_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, workers: int = 2, rooms: type[DirectRooms] = DirectRooms, **options: Any) -> RunRecord:
        return self.run(RunOrder(self.settings(workers=workers, **options)), rooms)

    def run(self, order: RunOrder, rooms: type[DirectRooms] = DirectRooms) -> RunRecord:
        return take_in(order, rooms(self._pool(order.settings.workers)), Watcher())

    def settings(self, **options: Any) -> Settings:
        return Settings(raw=self.raw, curated=self.curated, **{"workers": 2, **options})

    @property
    def snapshot(self) -> Snapshot:
        snapshot = load_current(self.curated)
        assert snapshot is not None
        return snapshot

    def rows(self, dataset: str) -> list[Row]:
        """The rows of a dataset in an order that depends on nothing but them."""
        chosen = next(one for one in DATASETS if one.name == dataset)
        rows = read_rows(self.snapshot.parts_of(dataset), chosen).to_pylist()
        return sorted(rows, key=lambda row: json.dumps({**row, "run_id": ""}, default=str))

    def tables(self) -> dict[str, list[Row]]:
        """All datasets, without the run that made each row."""
        return {
            dataset.name: [{k: v for k, v in row.items() if k != "run_id"} for row in self.rows(dataset.name)]
            for dataset in DATASETS
        }


@pytest.fixture(scope="session")
def pool() -> Iterator[Callable[[int], Executor]]:
    """Pools by the number of their workers, each started once."""
    pools: dict[int, Executor] = {}
    with ExitStack() as stack:

        def choose(workers: int) -> Executor:
            if workers not in pools:
                pools[workers] = stack.enter_context(worker_pool(workers))
            return pools[workers]

        yield choose


@pytest.fixture
def house(tmp_path: Path, pool: Callable[[int], Executor]) -> House:
    """An empty house."""
    return House(tmp_path, pool)


@pytest.fixture
def make_house(tmp_path_factory: pytest.TempPathFactory, pool: Callable[[int], Executor]) -> Callable[[], House]:
    """Makes empty houses, for tests that compare some."""
    return lambda: House(tmp_path_factory.mktemp("house"), pool)


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory, pool: Callable[[int], Executor]) -> House:
    """The samples of the repository, ingested once. Only for looking at."""
    house = House(tmp_path_factory.mktemp("samples"), pool)
    shutil.copytree(REPOSITORY / "raw", house.raw)
    assert house.ingest().status == "published"
    return house


@pytest.fixture
def own_samples(house: House, samples: House) -> House:
    """The samples ingested, to do with as one likes."""
    shutil.copytree(samples.root, house.root, symlinks=True, dirs_exist_ok=True)
    return house


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    """Starts processes, finds whatever they started, and ends what is left."""
    tree = Tree(tmp_path)
    yield tree
    tree.end()


@pytest.fixture
def object_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStorage]:
    """A server of the S3 protocol with an empty bucket, which the environment names."""
    if RCLONE is None:
        pytest.skip("there is no rclone to serve S3: `make run` installs it")
    storage = ObjectStorage(tmp_path)
    storage.start()
    for name, value in storage.environment.items():
        monkeypatch.setenv(name, value)
    yield storage
    storage.kill()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def pages_of_a_template() -> Callable[[int], list[str]]:
    """Makes so many plain pages of one site: their own title and text, the same menu, notice, letter and footer."""
    people = ["miller", "baker", "ferryman", "teacher", "sexton", "carter", "weaver", "fiddler", "painter", "potter"]
    things = ["ladder", "kettle", "lantern", "anchor", "mirror", "clock", "barrel", "organ", "saddle", "compass"]
    places = ["harbour", "orchard", "chapel", "mill", "bridge", "quarry", "market", "tannery", "school", "brewery"]
    days, moods = ["Monday", "Tuesday", "Sunday", "holiday"], ["quiet", "dark", "late", "windy", "warm", "foggy"]
    notice = (
        "The Lantern is printed on Thursdays and read on the ferry; what readers send to us may be shortened before "
        "it is printed, and nobody is paid for it."
    )

    def make(number: int) -> str:
        luck = random.Random(number)
        who, what, where = (luck.sample(words, 8) for words in (people, things, places))
        body = []
        for i in range(1, 6):
            number, day, mood = luck.randrange(3, 90), luck.choice(days), luck.choice(moods)
            frames = (
                f"On a {day} the {who[i]} carried the {what[i]} to the {where[i]}, and {number} of them came back.",
                f"Nobody knows why the {what[i]} of the {where[i]} was {mood} that {day}, and least the {who[i]}.",
                f"The {who[i]} says that {number} came by for the {what[i]}, though the {where[i]} had been {mood}.",
            )
            body.append(luck.choice(frames))
        lines = [
            "Tides and timetables",
            "Boats for hire",
            f"Ships in port: {luck.randrange(1000)}",
            notice,
            f"The {who[0]} and the {what[0]} of {where[0].title()}",
            f"Written by {who[6].title()} Marsh",
            *body[:3],
            f"Every Friday a short letter goes out to {luck.randrange(100, 9000)} readers who ask for the tides.",
            "Put my name on the list",
            *body[3:],
            notice,
            "Set in lead at the old customs house",
        ]
        return "\n".join(lines)

    return lambda count: [make(number) for number in range(count)]
