"""The index between a run's question and its end: open, and none of the run's changes lasts before it is published."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from tasks.dedupe.index import Index
from tasks.errors import StorageError


class PendingIndex:
    """The index with what a run changed, which is forgotten unless it is kept as that of the `snapshot`.

    `make` gives it, and is called in a thread at once: there it may take its time. As a context it lets go of the file
    at its end. Where `make` is None there is nothing to keep: one that was built anew for the run is written already.
    """

    def __init__(self, snapshot: str, make: Callable[[], Index] | None) -> None:
        self._snapshot = snapshot
        self._thread = ThreadPoolExecutor(1, "index")
        self._made = None if make is None else self._thread.submit(make)
        self._written: Future[None] | None = None

    def keep(self) -> None:
        """Begin to write it, while the caller goes on."""
        if self._made is not None:
            self._written = self._thread.submit(self._write, self._made)

    def problem(self) -> str:
        """Wait for what `keep` began; what to tell a person where it failed, else nothing."""
        try:
            if self._written is not None:
                self._written.result()
        except StorageError as error:
            return f"{error.path}: {error.problem}: the next run builds it anew"
        return ""

    def _write(self, made: Future[Index]) -> None:
        index = made.result()
        index.commit(self._snapshot)
        index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        if self._made is not None and self._made.exception() is None:
            self._made.result().close()
