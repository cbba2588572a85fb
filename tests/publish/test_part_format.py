import pyarrow.parquet as pq
import pytest

from tasks.part_format import format_of
from tasks.parts import write_part
from tasks.schema import DATASETS


@pytest.mark.parametrize("dataset", DATASETS, ids=[dataset.name for dataset in DATASETS])
def test_columns_are_named_as_parquet_names_them(dataset, tmp_path):
    part = write_part(tmp_path, dataset, "source", "2026-11-20", dataset.schema.empty_table())
    written = pq.read_metadata(tmp_path / part.path).schema
    paths = {written.column(index).path for index in range(len(written))}
    assert set(format_of(dataset)["write_statistics"]) <= paths
    assert paths - set(format_of(dataset)["write_statistics"]) <= {
        "text", "sketch", "keys.list.element", "numbers.list.element"
    }  # fmt: skip


def test_every_column_with_a_dictionary_is_one_of_some_dataset():
    leaves = {path for dataset in DATASETS for path in format_of(dataset)["write_statistics"]} | {"text"}
    assert {path for dataset in DATASETS for path in format_of(dataset)["use_dictionary"]} <= leaves
