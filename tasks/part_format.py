"""How the columns of parts are written as Parquet: compression, dictionaries, statistics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from tasks.schema import Dataset

COMPRESSION_LEVEL = 3
"""zstd's own default: level 9 is 4 % smaller on our tables and takes four times as long."""

_REPEATED = (
    "author", "language", "languages.list.element.code", "passages.list.element.role", "encoding", "encoding_method",
    "fixes.list.element", "raw_path", "raw_sha256", "run_id", "version", "role", "relation", "stage", "reason",
    "algorithm_version",
)  # fmt: skip
"""Columns whose values repeat, and get a dictionary: of all others it makes files larger, and takes longer."""

_UNORDERED = frozenset({"text", "keys", "sketch", "numbers"})
"""Columns of which nobody asks for the least and the greatest value: of long texts these take 4 % of a file."""


def format_of(dataset: Dataset) -> dict[str, Any]:
    """How the columns of a dataset are written."""
    is_said_again = dataset.name == "boilerplate"  # menus and footers, on every page of a site
    return {
        "compression": "zstd",
        "compression_level": COMPRESSION_LEVEL,
        "store_schema": False,
        "use_dictionary": [*_REPEATED, "text"] if is_said_again else list(_REPEATED),
        "write_statistics": [
            path for field in dataset.schema if field.name not in _UNORDERED for path in _leaves(field.name, field.type)
        ],
    }


def _leaves(path: str, kind: pa.DataType) -> Iterator[str]:
    """The paths of what a column is made of, as Parquet names them."""
    if pa.types.is_list(kind):
        yield from _leaves(f"{path}.list.element", kind.value_type)
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(f"{path}.{field.name}", field.type)
    else:
        yield path
