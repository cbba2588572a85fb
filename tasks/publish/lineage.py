"""Which assets a run makes out of which: the curated datasets out of the sources, named as Prefect wants it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tasks.place import ObjectPlace, Place, absolute
from tasks.publish.snapshot import CURRENT, Snapshot
from tasks.schema import DATASETS

_FORBIDDEN = re.compile(r"""[\s\0#?&%"'<>\[\]{}|\\^`]""")
"""What a key of Prefect's may not hold (`prefect.types.names`), `%` among it: nothing can be escaped."""

_LONGEST = 512
_MOST_SOURCES = 60
"""Prefect relates at most 100 things to one event, of which the run itself, its flow and so on take some ten."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that lies in a folder: its key is a URI that stays the same from run to run."""

    key: str
    name: str
    description: str


def dataset_assets(curated: Path) -> list[Asset]:
    """One for each dataset, in their order."""
    return [
        Asset(make_key(curated / CURRENT / dataset.name), dataset.name, f"A row is {dataset.row}.")
        for dataset in DATASETS
    ]


def source_assets(raw: Place, sources: Iterable[str]) -> list[Asset]:
    """One for each source; the whole of `raw/` where there are too many of them."""
    names = sorted(set(sources))
    if len(names) > _MOST_SOURCES:
        return [Asset(make_key(raw), "raw", f"The raw files of {len(names)} sources.")]
    return [Asset(make_key(raw / name), name, "The raw files of a source.") for name in names]


def describe(snapshot: Snapshot) -> list[dict[str, int | str]]:
    """What is to be known of each dataset in a snapshot, in the order of `dataset_assets`."""
    rows: Counter[str] = Counter()
    files: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for part in snapshot.parts:
        rows[part.dataset] += part.rows
        files[part.dataset] += 1
        size[part.dataset] += part.bytes
    return [
        {"snapshot": snapshot.id, "rows": rows[name], "files": files[name], "bytes": size[name]}
        for name in (dataset.name for dataset in DATASETS)
    ]


def make_key(folder: Place) -> str:
    """The folder as a URI; what may not stand in it becomes `-`, and what is too long loses its beginning.

    >>> make_key(Path("/srv/my data/curated"))
    'file:///srv/my-data/curated'
    """
    scheme = "" if isinstance(folder, ObjectPlace) else "file://"
    path = _FORBIDDEN.sub("-", str(absolute(folder)).encode("utf-8", "replace").decode())
    return f"{scheme}{path[-(_LONGEST - len('file:///')) :] if len(path) > _LONGEST - len('file://') else path}"
