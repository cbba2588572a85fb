"""Word lists made in the background, for the snapshot that is looked at."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pyarrow as pa

from flows.explorer.catalog import Catalog, parts_by_partition
from flows.explorer.wordlists import WordLists
from tasks.errors import WinnowError
from tasks.parts import PlacedPart
from tasks.publish.snapshot import Snapshot
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, DUPLICATES

LISTED = (DOCUMENTS, COMMENTS, BOILERPLATE, DUPLICATES)
"""The datasets that texts are looked for in."""


class Lister:
    """A thread that makes what lists are missing of the current snapshot, whenever it is another one."""

    def __init__(self, catalog: Catalog, lists: WordLists) -> None:
        self._catalog = catalog
        self._lists = lists
        self._lock = threading.Lock()
        self._seen = ""
        self._thread: threading.Thread | None = None
        self.problem = ""

    def look(self, snapshot: Snapshot) -> None:
        """Start where this snapshot was not yet seen, and nothing is being made."""
        with self._lock:
            is_busy = self._thread is not None and self._thread.is_alive()
            if self._seen == snapshot.id or is_busy:
                return
            self._seen = snapshot.id
            self._thread = threading.Thread(target=self._make, args=(snapshot,), name="word lists", daemon=True)
            self._thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what was started is done."""
        if self._thread is not None:
            self._thread.join(seconds)

    def stop(self) -> None:
        """End after the list at hand."""
        self._lists.stop()
        self.wait()

    def _make(self, snapshot: Snapshot) -> None:
        try:
            self._lists.build(listed_parts(snapshot))
            self._lists.clear(item.part for each in self._catalog.loaded() for item in listed_parts(each))
            self.problem = ""
        except (OSError, pa.ArrowException, WinnowError) as error:  # a full disk, or a damaged part
            self.problem = f"word lists cannot be made, so that searches read more: {error}"


def listed_parts(snapshot: Snapshot) -> Iterator[PlacedPart]:
    """The parts that texts are looked for in, in the order of a search: the newest days first."""
    by_dataset = [parts_by_partition(snapshot, dataset.name) for dataset in LISTED]
    places = sorted({place for parts in by_dataset for place in parts})
    for place in sorted(places, key=lambda place: place[1], reverse=True):
        for parts in by_dataset:
            yield from parts.get(place, ())
