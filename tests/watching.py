"""Looks on while runs of this process work."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from tasks.dedupe.index import database


@contextmanager
def watched_index() -> Iterator[list[str]]:
    """The snapshots whose indexes are built anew meanwhile."""
    built: list[str] = []
    build = database._build

    def watched(path, snapshot, *arguments) -> None:
        built.append(snapshot)
        build(path, snapshot, *arguments)

    with patch.object(database, "_build", watched):
        yield built
