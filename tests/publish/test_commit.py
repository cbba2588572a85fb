from pathlib import Path

import pyarrow as pa
import pytest

from tasks.errors import StorageError
from tasks.publish.changes import ASSIGNMENT, Delta
from tasks.publish.commit import publish_delta
from tasks.publish.ledger import LEDGER
from tasks.publish.snapshot import CURRENT, load_current

NOTHING = Delta(
    fresh=(),
    leaving={},
    ledger=LEDGER.empty_table(),
    touched=frozenset(),
    assignments=pa.table(
        {
            name: pa.array([], pa.float64() if name in ("similarity", "containment") else pa.string())
            for name in ("document_id", *ASSIGNMENT, "source", "day")
        }
    ),
)


def test_a_second_try_moves_the_link_that_the_first_could_not_move(tmp_path: Path) -> None:
    (tmp_path / CURRENT).mkdir()  # nothing can be renamed onto a folder
    with pytest.raises(StorageError, match="current: cannot publish"):
        publish_delta(tmp_path, None, NOTHING, snapshot_id="s1", facts={"settings": {}})
    (tmp_path / CURRENT).rmdir()
    snapshot = publish_delta(tmp_path, None, NOTHING, snapshot_id="s1", facts={"settings": {}})
    assert snapshot.id == "s1"
    assert load_current(tmp_path) is not None
    assert sorted(path.name for path in (tmp_path / "snapshots").iterdir()) == ["s1"]
