"""The contract with readers, as far as it follows from the code: tables of columns, roles, codes.

They stand in `curated/README.md` below a marker; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from tasks.acquire.reasons import REASONS as ACQUIRE_REASONS
from tasks.clean.encoding import METHODS
from tasks.clean.mojibake import FIXES
from tasks.document import ROLE_MEANINGS, ROLES
from tasks.schema import DATASETS, VERSION, Column, Dataset

MARKER = "<!-- Below: made from the code by `winnow schema --markdown`. A test compares. -->"

REASONS: dict[str, str] = {
    **ACQUIRE_REASONS,
    "withdrawn": "A line of `raw/withdrawn.txt` names the document, its URL or its source. No text of it is kept.",
    "binary": "The bytes are no text: an image, an archive, a program.",
}


def render_contract() -> str:
    """Everything below the marker: one table for each dataset, then roles, methods, fixes and reasons."""
    blocks = [
        f"Schema version {VERSION}. Types are Arrow's. `source` and `day`, both string, are in the path of every file.",
        *(block for dataset in DATASETS for block in _dataset(dataset)),
        "## Roles",
        markdown_table(
            ("role", "label", "meaning"), ((f"`{r}`", label, ROLE_MEANINGS[r]) for r, label in ROLES.items())
        ),
        "## How an encoding was chosen: `encoding_method`",
        _codes("method", METHODS),
        "## Repairs: `fixes`",
        _codes("fix", _fold(FIXES)),
        "## Why a record was rejected: `reason`",
        _codes("reason", REASONS),
    ]
    return "\n\n".join(blocks) + "\n"


def _dataset(dataset: Dataset) -> Iterable[str]:
    yield f"## {dataset.name}"
    yield f"A row is {dataset.row}."
    yield markdown_table(
        ("column", "type", "null", "unit", "meaning"),
        (
            (f"`{c.name}`", type_name(c.type), "yes" if c.nullable else "no", c.unit, _meaning(c))
            for c in dataset.columns
        ),
    )


def _meaning(column: Column) -> str:
    """What a column means, and since when it is there."""
    since = f"; null in what was published before schema version {column.since}" if column.since > 1 else ""
    return column.meaning + since


def type_name(kind: pa.DataType) -> str:
    """An Arrow type in words.

    >>> type_name(pa.list_(pa.field("element", pa.string(), nullable=False)))
    'list<string>'
    """
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {type_name(field.type)}' for field in kind)}>"
    return str(kind)


_MISREAD = "-as-windows-1252"


def _fold(fixes: Mapping[str, str]) -> dict[str, str]:
    """The repairs, with those that differ in the name of an encoding only in one row."""
    encodings = [code.removesuffix(_MISREAD) for code in fixes if code.endswith(_MISREAD)]
    meaning = f"Text in ENCODING had been read as windows-1252 or Latin-1. ENCODING is one of {', '.join(encodings)}."
    return {c: words for c, words in fixes.items() if not c.endswith(_MISREAD)} | {f"ENCODING{_MISREAD}": meaning}


def _codes(name: str, codes: Mapping[str, str]) -> str:
    return markdown_table((name, "meaning"), ((f"`{code}`", meaning) for code, meaning in codes.items()))


def markdown_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
