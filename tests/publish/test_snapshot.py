import json
from pathlib import Path

import pyarrow as pa
import pytest

from tasks.errors import StorageError
from tasks.parts import PlacedPart, read_part, write_part
from tasks.publish.snapshot import load_current, publish, staging_folder
from tasks.schema import REJECTED


def rejected(name: str) -> pa.Table:
    row = {"raw_path": name, "raw_record": "", "stage": "s", "reason": "r", "detail": "d", "sample": ""}
    return pa.Table.from_pylist([row], schema=REJECTED.schema)


def publish_one(curated: Path, snapshot_id: str, name: str = "a") -> Path:
    staging = staging_folder(curated, snapshot_id)
    part = write_part(staging, REJECTED, "news", "2026-11-20", rejected(name))
    facts = {"totals": {}, "settings": {}}
    parent = load_current(curated)
    return publish(curated, [PlacedPart(part, staging)], snapshot_id=snapshot_id, parent=parent, facts=facts).root


def test_before_the_first_snapshot_there_is_none(tmp_path: Path) -> None:
    assert load_current(tmp_path) is None


def test_current_names_the_last_snapshot_and_the_one_before_stays(tmp_path: Path) -> None:
    first, second = publish_one(tmp_path, "one"), publish_one(tmp_path, "two", "b")
    current = load_current(tmp_path)
    assert current is not None
    assert (current.root, current.sequence, current.parent) == (second, 2, "one")
    assert str((tmp_path / "current").readlink()) == "snapshots/two"
    assert (first / "manifest.json").exists()
    assert read_part(current.root, current.parts[0])["raw_path"].to_pylist() == ["b"]


def test_the_name_of_a_part_is_the_hash_of_its_content(tmp_path: Path) -> None:
    paths = [write_part(tmp_path / str(n), REJECTED, "news", "2026-11-20", rejected(n)).path for n in "aab"]
    assert paths[0] == paths[1] != paths[2]


def test_a_cut_manifest_is_named_with_a_way_out(tmp_path: Path) -> None:
    root = publish_one(tmp_path, "one")
    manifest = root / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:40])
    with pytest.raises(StorageError) as caught:
        load_current(tmp_path)
    assert str(manifest) in str(caught.value)
    assert "winnow verify" in caught.value.hint


def test_a_manifest_of_another_format_is_refused(tmp_path: Path) -> None:
    manifest = publish_one(tmp_path, "one") / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    with pytest.raises(StorageError, match="format 99"):
        load_current(tmp_path)


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    publish_one(tmp_path, "one")
    current = load_current(tmp_path)
    assert current is not None
    path = current.root / current.parts[0].path
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(StorageError, match=path.name):
        read_part(current.root, current.parts[0])


def test_a_link_that_leads_to_itself_is_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to("current")
    with pytest.raises(StorageError, match="cannot read the manifest"):
        load_current(tmp_path)
