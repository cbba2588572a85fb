"""What the tests of whole runs share: a `raw/`, a `curated/`, and workers that live as long as the session."""

import json
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
from tests.trees import Tree

REPOSITORY = Path(__file__).parents[1]
Row = dict[str, Any]


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


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return REPOSITORY
