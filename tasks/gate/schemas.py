"""Every part that a run made has the columns that the contract with readers promises."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from tasks.acquire.source import SourceSettings
from tasks.gate.check import Evidence, Finding
from tasks.schema import DATASETS

NAME = "schemas"

_WAY_OUT = "if an older Winnow left it, delete the folder curated/.work and run again"


def look(evidence: Evidence, _settings: Mapping[str, SourceSettings]) -> list[Finding]:
    """Compare names, types, nullability and order of the columns, to the last of the nested ones.

    A part of another schema is a fault of Winnow, or a shard that an older version left: it closes the gate for all.
    """
    promised = {dataset.name: dataset.schema for dataset in DATASETS}
    return [
        Finding(NAME, is_breach=True, message=f"{path}: {_difference(promised[dataset], found)}; {_WAY_OUT}")
        for dataset, found, path in evidence.schemas
        if not found.equals(promised[dataset])
    ]


def _difference(promised: pa.Schema, found: pa.Schema) -> str:
    """The first column that is other than promised, in words."""
    for name in dict.fromkeys([*promised.names, *found.names]):
        wanted, given = (schema.field(name) if name in schema.names else None for schema in (promised, found))
        if given is None:
            return f"it has no column {name}"
        if wanted is None:
            return f"it has a column {name}"
        if not given.equals(wanted):
            return f"its column {name} is {_kind(given)} and was to be {_kind(wanted)}"
    return "its columns have another order"


def _kind(field: pa.Field) -> str:
    return f"{field.type}{'' if field.nullable else ' not null'}"
