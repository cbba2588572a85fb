"""What a person sees while a run works."""

import io

import pytest
from rich.console import Console

from flows import progress
from flows.progress import Bars, Lines


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is told otherwise."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_lines_tell_the_rate_and_the_time_left(clock) -> None:
    told = io.StringIO()
    lines = Lines(Console(file=told, width=200))
    lines.stage("clean", 4000, "kB")
    for seconds, done in ((5, 500), (10, 500), (12, 1000), (40, 2000)):
        clock[0] = seconds
        lines.advance(done, "10 records")
    assert told.getvalue().splitlines() == [
        "clean: 1000 of 4000 kB in 10.0 s, 100 kB/s, 30 s left, 10 records",
        "clean: 4000 of 4000 kB in 40.0 s, 10 records",
    ]


def test_lines_tell_no_rate_before_enough_is_done(clock) -> None:
    told = io.StringIO()
    lines = Lines(Console(file=told, width=200))
    lines.stage("clean", 32_147, "kB")
    for seconds, done in ((10.7, 3), (21.0, 4_000), (33.0, 28_144)):
        clock[0] = seconds
        lines.advance(done)
    assert told.getvalue().splitlines() == [
        "clean: 3 of 32147 kB in 10.7 s",
        "clean: 4003 of 32147 kB in 21.0 s, 388 kB/s, 72 s left",
        "clean: 32147 of 32147 kB in 33.0 s",
    ]


@pytest.mark.parametrize(
    ("steps", "known"),
    [
        ([(10, 100)], None),  # the first units: who knows when they were begun
        ([(10, 100), (11, 99)], None),
        ([(10, 100), (11, 100)], (100.0, 8.0)),
        ([(10, 100), (10.9, 100)], None),
        ([(10, 3), (20, 100)], (10.0, 89.7)),
        ([(10, 3), (20, 0), (70, 9)], None),
        ([(10, 3), (20, 0), (70, 10)], (1 / 6, 5922.0)),
        ([(10, 3), (20, 0), (69, 10)], None),
        ([(10, 100), (20, 900)], None),  # there is nothing left
        ([(10, 0), (70, 100)], None),
    ],
)
def test_a_pace_is_told_once_enough_is_done_since_the_first_units(steps, known) -> None:
    pace = progress.Pace(1000)
    told = [pace.tell(done, now) for now, done in steps][-1]
    assert told == (known and pytest.approx(known))


def test_a_bar_shows_the_rate_while_the_stage_is_at_work() -> None:
    told = io.StringIO()
    console = Console(file=told, width=200, force_terminal=True, color_system=None)
    with Bars(console) as bars:
        now = [0.0]
        bars._progress.get_time = lambda: now[0]
        bars.stage("clean", 4000, "kB")
        now[0] = 1
        bars.advance(3, "10 records")
        bars._progress.refresh()
        assert "kB/s" not in told.getvalue()
        assert "left" not in told.getvalue()
        now[0] = 3
        bars.advance(1000, "10 records")
        bars._progress.refresh()
        assert "500 kB/s" in told.getvalue()
        assert "6 s left" in told.getvalue()
        told.truncate(0)
        bars.advance(2997)
        bars._progress.refresh()
        assert "4000/4000 kB" in told.getvalue()
        assert "kB/s" not in told.getvalue().rpartition("4000/4000")[2]
        assert "left" not in told.getvalue().rpartition("4000/4000")[2]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_bars_cut_no_figures_in_a_narrow_terminal(width: int) -> None:
    told = io.StringIO()
    with Bars(Console(file=told, width=width, force_terminal=True, color_system=None)) as bars:
        bars.stage("acquire", 1, "survey")
        bars.advance(1, "9 files to read")
        now = [0.0]
        bars._progress.get_time = lambda: now[0]
        bars.stage("clean", 53544, "kB")
        now[0] = 8
        bars.advance(2000, "731 records")
        now[0] = 16
        bars.advance(24000, "9731 records")
        bars._progress.refresh()
    for figure in ("26000/53544", "3,000 kB/s", "9 s", "9731 records"):
        assert figure in told.getvalue()
    assert "…" not in told.getvalue()
