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
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column

from flows.hidden import visible
from flows.words import format_seconds
from tasks.publish.runs import RunRecord

PLAIN_SECONDS = 10.0
"""Between two lines about the same stage where there is no terminal: a log should tell, not scroll."""

_LONG_SECONDS = 60.0
"""After so long a stage tells its pace though it is far from a tenth."""

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


class Pace:
    """How fast a stage goes, and how long it will, reckoned from its first units on: before them, workers start.

    It is told once a tenth of all is done since then, or a hundredth and a minute has passed: less tells nothing.
    """

    def __init__(self, total: int) -> None:
        self._total, self._done, self._first = total, 0, 0
        self._since: float | None = None

    def tell(self, done: int, now: float) -> tuple[float, float] | None:
        """Take in that so many units more are done; units a second and the seconds left, None while nobody can tell."""
        self._done += done
        if self._since is None and done:
            self._since, self._first = now, self._done
        seconds = 0.0 if self._since is None else now - self._since
        units, left = self._done - self._first, self._total - self._done
        least = self._total / (100 if seconds >= _LONG_SECONDS else 10)
        if seconds < 1 or units < least or left <= 0:
            return None
        return units / seconds, left * seconds / units


class Lines(Watcher):
    """Plain lines: one every `PLAIN_SECONDS`, with rate and time left once they can be told, one when a stage ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._name, self._total, self._unit, self._done, self._detail = "", 0, "", 0, ""
        self._started = self._told = time.monotonic()
        self._pace = Pace(0)

    def say(self, message: str) -> None:
        """Print the message."""
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    def stage(self, name: str, total: int, unit: str) -> None:
        """Begin to count, and to look at the clock."""
        self._name, self._total, self._unit, self._done, self._pace = name, total, unit, 0, Pace(total)
        self._started = self._told = time.monotonic()

    def advance(self, done: int, detail: str = "") -> None:
        """Count, and print if it is time to."""
        self._done += done
        now = time.monotonic()
        known = self._pace.tell(done, now)
        if self._done < self._total and now - self._told < PLAIN_SECONDS:
            return
        self._told = now
        seconds = now - self._started
        left = f", {known[0]:,.0f} {self._unit}/s, {format_seconds(known[1])} left" if known else ""
        detail = f", {detail}" if detail else ""
        counted = f"{self._done} of {self._total} {self._unit} in " if self._total > 1 else ""
        self.say(f"{self._name}: {counted}{seconds:.1f} s{left}{detail}")


class Bars(Watcher):
    """A live bar for each stage, with rate and time left."""

    def __init__(self, console: Console) -> None:
        has_room = console.width >= _ROOM
        self._left = " left" if has_room else ""
        columns = (
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description:<8}"),
            BarColumn(bar_width=24) if has_room else None,
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[unit]}"),
            TextColumn("{task.fields[rate]}", "progress.data.speed", table_column=Column(no_wrap=True)),
            TimeElapsedColumn(table_column=Column(no_wrap=True)) if has_room else None,
            TextColumn("{task.fields[left]}", "progress.remaining", table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[detail]}", markup=False),
        )
        self._progress = Progress(*filter(None, columns), console=console)
        self._current: TaskID | None = None
        self._pace, self._unit = Pace(0), ""

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
        self._pace, self._unit = Pace(total), unit
        self._current = self._progress.add_task(name, total=total, unit=unit, detail="", rate="", left="")

    def advance(self, done: int, detail: str = "") -> None:
        """Move the bar."""
        if self._current is None:
            return
        self._progress.update(self._current, advance=done, detail=visible(detail))  # it is drawn past the console
        known = self._pace.tell(done, self._progress.get_time())
        rate = f"{known[0]:,.0f} {self._unit}/s" if known else ""
        left = format_seconds(known[1]) + self._left if known else ""
        self._progress.update(self._current, rate=rate, left=left)
