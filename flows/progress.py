"""What a person sees while a run works: live bars on a terminal, plain lines elsewhere.

Everything goes to standard error, so that standard output stays free for what a program may read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from flows.hidden import visible
from tasks.publish.runs import RunRecord

PLAIN_SECONDS = 10.0
"""Between two lines about the same stage where there is no terminal: a log should tell, not scroll."""


_ROOM = 80
"""Characters: in a terminal of fewer the figures stay, and the bar itself and the time that has passed go."""


class Watcher:
    """Someone who is told how the run goes. This one tells nobody: it is for tests and for programs.

    `record` is that of the run, once it has ended.
    """

    record: RunRecord | None = None

    def say(self, message: str) -> None:
        """Something worth a line of its own."""

    def stage(self, name: str, total: int, unit: str) -> None:
        """A stage starts; it has `total` units to do."""

    def advance(self, done: int, detail: str = "") -> None:
        """The stage is `done` units further."""


class Timed(Watcher):
    """Tells another one, and notes how long each stage takes."""

    def __init__(self, other: Watcher) -> None:
        self._other = other
        self._seconds: dict[str, float] = {}
        self._name: str | None = None
        self._since = time.monotonic()

    def say(self, message: str) -> None:
        """Hand it on."""
        self._other.say(message)

    def stage(self, name: str, total: int, unit: str) -> None:
        """The stage before ends here."""
        self._stop()
        self._name = name
        self._other.stage(name, total, unit)

    def advance(self, done: int, detail: str = "") -> None:
        """Hand it on."""
        self._other.advance(done, detail)

    def steps(self) -> dict[str, float]:
        """The seconds that each stage took, in their order; the last one ends now."""
        self._stop()
        return {name: round(seconds, 3) for name, seconds in self._seconds.items()}

    def _stop(self) -> None:
        now = time.monotonic()
        if self._name is not None:
            self._seconds[self._name] = self._seconds.get(self._name, 0.0) + now - self._since
        self._name, self._since = None, now


_WATCHER: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


def current_watcher() -> Watcher | None:
    """The watcher of this run, if someone set one: a flow cannot take it as a parameter."""
    return _WATCHER.get()


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Tell this watcher of the runs started inside."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


class Lines(Watcher):
    """Plain lines: one when a stage starts, one every `PLAIN_SECONDS` with rate and time left, one when it ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._name, self._total, self._unit, self._done, self._detail = "", 0, "", 0, ""
        self._started = self._told = time.monotonic()

    def say(self, message: str) -> None:
        """Print the message."""
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    def stage(self, name: str, total: int, unit: str) -> None:
        """Print that the stage starts, unless there is nothing in it to do."""
        self._name, self._total, self._unit, self._done = name, total, unit, 0
        self._started = self._told = time.monotonic()

    def advance(self, done: int, detail: str = "") -> None:
        """Count, and print if it is time to."""
        self._done += done
        now = time.monotonic()
        if self._done < self._total and now - self._told < PLAIN_SECONDS:
            return
        self._told = now
        seconds = max(now - self._started, 1e-9)
        rate = self._done / seconds
        is_at_work = 0 < self._done < self._total
        left = f", {rate:,.0f} {self._unit}/s, {(self._total - self._done) / rate:.0f} s left" if is_at_work else ""
        detail = f", {detail}" if detail else ""
        counted = f"{self._done} of {self._total} {self._unit} in " if self._total > 1 else ""
        self.say(f"{self._name}: {counted}{seconds:.1f} s{left}{detail}")


class _RateColumn(ProgressColumn):
    """How many units a second the stage does, while it is at work."""

    def render(self, task: Task) -> Text:
        """The rate, or nothing where it is not known yet or not of interest any more."""
        speed = None if task.finished else task.speed
        return Text(f"{speed:,.0f} {task.fields['unit']}/s" if speed else "", style="progress.data.speed")


class Bars(Watcher):
    """A live bar for each stage, with rate and time left."""

    def __init__(self, console: Console) -> None:
        has_room = console.width >= _ROOM
        columns = (
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description:<8}"),
            BarColumn(bar_width=24) if has_room else None,
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[unit]}"),
            _RateColumn(table_column=Column(no_wrap=True)),
            TimeElapsedColumn(table_column=Column(no_wrap=True)) if has_room else None,
            TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[detail]}", markup=False),
        )
        self._progress = Progress(*filter(None, columns), console=console)
        self._current: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, message: str) -> None:
        """Print the message above the bars."""
        self._progress.console.print(message, markup=False, highlight=False)

    def stage(self, name: str, total: int, unit: str) -> None:
        """Add a bar."""
        self._current = self._progress.add_task(name, total=total, unit=unit, detail="")

    def advance(self, done: int, detail: str = "") -> None:
        """Move the bar."""
        if self._current is not None:
            self._progress.update(self._current, advance=done, detail=visible(detail))  # it is drawn past the console
