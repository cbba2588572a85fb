"""What killed runs leave half done is cleared by the next one, and nothing else is."""

from pathlib import Path

import pytest

from tasks.publish.unfinished import clear_unfinished

LEFT = (
    "snapshots/.staging-killed/manifest.json",
    "snapshots/.expired-old/manifest.json",
    "runs/.one.json.99.part",
    "runs/.one.html.99.part",
    ".work/.stamps.json.99.part",
    ".work/index.duckdb.new",
    ".work/index.duckdb.new.wal",
    ".work/index.duckdb.tmp/spilt",
)
KEPT = (
    "snapshots/one/manifest.json",
    "runs/one.json",
    ".work/stamps.json",
    ".work/index.duckdb",
    ".work/index.duckdb.wal",
    ".work/index.duckdb.ranges/0123.duckdb",
    ".work/shards/ingest/0123/shard.json",
    ".work/shards/ingest/.4567.99.part/documents/part-1.parquet",
    "README.md",
)


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    for name in LEFT + KEPT:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "current").symlink_to("snapshots/one")
    (tmp_path / ".current.99.part").symlink_to("snapshots/nowhere")
    return tmp_path


def test_what_is_half_done_goes_and_all_else_stays(curated: Path) -> None:
    assert len(clear_unfinished(curated)) == len(LEFT) + 1
    assert {path.relative_to(curated).as_posix() for path in curated.rglob("*") if path.is_file()} == set(KEPT)
    assert (curated / "current").resolve() == curated / "snapshots" / "one"
    assert not (curated / ".current.99.part").is_symlink()
    assert clear_unfinished(curated) == []
