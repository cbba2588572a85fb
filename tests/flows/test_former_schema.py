"""A snapshot that was published under a former schema version: read, carried on, and brought up to date."""

import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest

from flows.order import RunOrder
from tasks.acquire.scope import Scope
from tasks.errors import StorageError
from tasks.publish.snapshot import load_current
from tasks.schema import DATASETS, INPUTS, VERSION
from tasks.version import cleaned_with

FORMER = Path(__file__).parent / "former" / "schema-1.zip"
"""Two notes on a heron, one of them an exact copy, and an empty file, as they were published under version 1."""

NEWS = "A kettle for the quay\n\nThe harbour office has a new kettle, and the keys hang beside it until the spring.\n"


@pytest.fixture
def former(house):
    with zipfile.ZipFile(FORMER) as packed:
        packed.extractall(house.root)
    (snapshot,) = (house.curated / "snapshots").iterdir()
    (house.curated / "current").symlink_to(Path("snapshots") / snapshot.name)
    return house


def test_a_snapshot_of_a_former_schema_is_read_with_its_new_columns_null(former) -> None:
    assert former.snapshot.schema_version == 1
    assert [row["cleaned_with"] for row in former.rows("inputs")] == [None] * 3
    assert len(former.rows("documents")) == len(former.rows("duplicates")) == 1


def test_what_comes_next_has_one_schema_for_all_readers(former) -> None:
    before = former.tables()
    former.put("shore-notes/2026-11-21/kettle.txt", NEWS)
    assert former.ingest().status == "published"
    assert former.snapshot.schema_version == VERSION
    with_new = former.rows("inputs")
    assert sorted(str(row["cleaned_with"]) for row in with_new) == sorted(["None"] * 3 + [cleaned_with()])
    for dataset in DATASETS:
        folder = former.snapshot.root / dataset.name
        files = sorted(folder.rglob("*.parquet"))
        assert all(ds.dataset(file).schema.names == dataset.schema.names for file in files)
        rows = sum(part.part.rows for part in former.snapshot.parts_of(dataset.name))
        pattern = str(folder / "**" / "*.parquet")
        assert len(pd.read_parquet(folder)) == rows
        assert pl.scan_parquet(pattern, hive_partitioning=True).collect().height == rows
        assert duckdb.read_parquet(pattern, hive_partitioning=True).count("*").fetchall() == [(rows,)]
    kept = [row for row in former.tables()["documents"] if row["day"] == "2026-11-19"]
    assert kept == before["documents"]
    assert kept[0]["version"] == 1


def test_a_backfill_brings_it_up_to_date(former) -> None:
    scope = Scope(frozenset({"shore-notes"}), date(2026, 11, 19), date(2026, 11, 20))
    assert former.run(RunOrder(former.settings(), scope)).status == "published"
    assert {row["cleaned_with"] for row in former.rows("inputs")} == {cleaned_with()}
    assert {row["version"] for row in former.rows("documents")} == {VERSION}
    assert len(former.rows("documents")) == len(former.rows("duplicates")) == len(former.rows("rejected")) == 1


def test_a_snapshot_of_a_later_version_is_left_to_it(former) -> None:
    manifest = former.snapshot.root / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema_version": 1', f'"schema_version": {VERSION + 1}'))
    with pytest.raises(StorageError, match="another version of Winnow"):
        load_current(former.curated)


def test_columns_that_came_later_may_be_null() -> None:
    assert all(column.nullable for dataset in DATASETS for column in dataset.columns if column.since > 1)
    assert INPUTS.since == max(dataset.since for dataset in DATASETS) == VERSION
