"""The readers that the contract names open every dataset, the empty ones too, and see the same rows."""

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from tasks.schema import DATASETS, Dataset

PARTITION = pa.schema([("source", pa.string()), ("day", pa.string())])
HIVE = ds.partitioning(PARTITION, flavor="hive")


def read_pandas(folder: Path) -> pa.Table:
    frame = pd.read_parquet(folder, partitioning=HIVE)
    assert [str(frame[name].dtype) for name in PARTITION.names] == ["str", "str"]
    return pa.Table.from_pandas(frame, preserve_index=False)


def read_pandas_plainly(folder: Path) -> pa.Table:
    frame = pd.read_parquet(folder)
    return pa.Table.from_pandas(frame.astype(dict.fromkeys(PARTITION.names, "str")), preserve_index=False)


def read_pyarrow(folder: Path) -> pa.Table:
    table = ds.dataset(folder, partitioning="hive").to_table()
    assert [table.schema.field(name).type for name in PARTITION.names] == [pa.string(), pa.string()]
    return table


def read_polars(folder: Path) -> pa.Table:
    frame = pl.read_parquet(folder, try_parse_hive_dates=False)
    assert [frame.schema[name] for name in PARTITION.names] == [pl.String, pl.String]
    return frame.to_arrow()


def read_duckdb(folder: Path) -> pa.Table:
    rows = duckdb.sql(
        f"SELECT * FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = true, hive_types_autocast = 0)"
    )
    assert [str(rows.types[rows.columns.index(name)]) for name in PARTITION.names] == ["VARCHAR", "VARCHAR"]
    return rows.to_arrow_table()


READERS = (read_pandas, read_pandas_plainly, read_pyarrow, read_polars, read_duckdb)


@pytest.fixture(scope="module")
def sparse(tmp_path_factory, pool, samples):
    """A single text: no comment, no boilerplate, no duplicate, nothing rejected."""
    house = type(samples)(tmp_path_factory.mktemp("sparse"), pool)
    house.put(
        "notes/2026-11-20/heron.txt", "A note on a heron that stood in the river all morning and caught nothing.\n"
    )
    house.ingest()
    empty = {dataset.name for dataset in DATASETS if not house.rows(dataset.name)}
    assert empty == {"duplicates", "comments", "boilerplate", "rejected"}
    return house


def expected(house, dataset: Dataset) -> list[dict]:
    return in_order(house.rows(dataset.name))


def in_order(rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: [(name, str(row[name])) for name in sorted(row)])


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("kind", ["samples", "sparse"])
def test_every_reader_sees_the_same_rows_of_every_dataset(request, kind: str, read) -> None:
    house = request.getfixturevalue(kind)
    snapshot = (house.curated / "current").resolve()
    for dataset in DATASETS:
        table = read(snapshot / dataset.name)
        schema = pa.schema([*dataset.schema, *PARTITION])
        assert sorted(table.column_names) == sorted(schema.names), dataset.name
        rows = table.select(schema.names).cast(schema).to_pylist()
        assert in_order(rows) == expected(house, dataset), dataset.name


def test_source_and_day_stand_in_the_path_only(samples) -> None:
    for path in samples.snapshot.root.rglob("*.parquet"):
        with path.open("rb") as file:
            names = ds.dataset(path).schema.names
            assert file.read(4) == b"PAR1"
        assert not {"source", "day"} & set(names)
        dataset, source, day, _ = path.relative_to(samples.snapshot.root).parts
        assert (source[:7], day[:4]) == ("source=", "day="), dataset


def test_files_have_the_schema_of_the_contract(samples, sparse) -> None:
    schemas = {dataset.name: dataset.schema for dataset in DATASETS}
    for house in (samples, sparse):
        for part in house.snapshot.parts:
            found = ds.dataset(house.snapshot.root / part.path).schema
            assert [(f.name, f.type, f.nullable) for f in found] == [
                (f.name, f.type, f.nullable) for f in schemas[part.dataset]
            ], part.path
