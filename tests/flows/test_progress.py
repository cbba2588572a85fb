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


def test_a_bar_shows_the_rate_while_the_stage_is_at_work() -> None:
    told = io.StringIO()
    console = Console(file=told, width=200, force_terminal=True, color_system=None)
    with Bars(console) as bars:
        now = [0.0]
        bars._progress.get_time = lambda: now[0]
        bars.stage("clean", 4000, "kB")
        for seconds in (1, 2, 3):
            now[0] = seconds
            bars.advance(500, "10 records")
        bars._progress.refresh()
        (task,) = bars._progress.tasks
        assert str(progress._RateColumn().render(task)) == "500 kB/s"
        bars.advance(2500)
        assert str(progress._RateColumn().render(task)) == ""


@pytest.mark.parametrize("width", [60, 80, 120])
def test_bars_cut_no_figures_in_a_narrow_terminal(width: int) -> None:
    told = io.StringIO()
    with Bars(Console(file=told, width=width, force_terminal=True, color_system=None)) as bars:
        bars.stage("acquire", 1, "survey")
        bars.advance(1, "9 files to read")
        bars.stage("clean", 53544, "kB")
        bars.advance(26000, "9731 records")
        bars._progress.refresh()
    assert "26000/53544" in told.getvalue()
    assert "…" not in told.getvalue()
