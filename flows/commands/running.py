"""What commands share that take in raw files: their options, and the run itself."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import click

from flows.cluster.address import check_scheduler
from flows.commands.options import Number, as_json, canonical, folders, load, messages, output
from flows.engine import start_engine
from flows.interrupt import end_within, interruptible
from flows.order import RunOrder
from flows.pipeline import check_order, take_in
from flows.plan import make_plan
from flows.plan_view import print_plan
from flows.progress import Bars, Lines, Watcher, watching
from flows.summary import print_summary
from tasks.acquire.inventory import list_sources
from tasks.publish.runs import RunRecord
from tasks.settings import Settings

LINGER_SECONDS = 30.0
"""How long Prefect may try to tell its server what is left to tell, after the summary is printed."""


@dataclass(frozen=True)
class Asked:
    """How a run was asked for on the command line."""

    settings: Settings
    is_direct: bool
    is_plan: bool
    fail_on_rejected: bool
    is_json: bool


def run_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a run; the command gets them as one argument, `asked`."""

    @functools.wraps(function)
    def gather(*args: Any, direct: bool, plan: bool, fail_on_rejected: bool, is_json: bool, **options: Any) -> None:
        own = {name: options.pop(name) for name in tuple(options) if name not in Settings.__slots__}
        function(*args, asked=Asked(Settings(**options), direct, plan, fail_on_rejected, is_json), **own)

    wrapped: Callable[..., None] = gather
    added: tuple[Callable[[Callable[..., None]], Callable[..., None]], ...] = (as_json, *_OWN, canonical, load, folders)
    for option in added:
        wrapped = option(wrapped)
    return wrapped


without_prefect = click.option(
    "--direct", is_flag=True, help="Run without Prefect: same work, no server, no task runs to look at."
)
wait = click.option(
    "--wait",
    "wait_seconds",
    type=Number(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for another run that writes to the same folder.",
)

_OWN: tuple[Callable[[Callable[..., None]], Callable[..., None]], ...] = (
    click.option("--plan", is_flag=True, help="Only tell what would be done; nothing is written."),
    click.option("--fail-on-rejected", is_flag=True, help="Exit with 1 if any record of this run was rejected."),
    without_prefect,
    wait,
)


def carry_out(asked: Asked, order: RunOrder) -> None:
    """Run what is ordered, print what came of it, and end with the exit status; with --plan only tell the plan."""
    check_order(order)  # what is wrong is known before Prefect has started
    list_sources(order.settings.raw)
    if asked.is_plan:
        _tell_plan(asked, order)
        return
    if order.settings.dask is not None:
        check_scheduler(order.settings.dask)
    with interruptible(), chosen_watcher(is_quiet=asked.is_json) as watcher:
        record = _run_direct(order, watcher) if asked.is_direct else run_flow(lambda: _flow_of(order), watcher)
    if asked.is_json:
        output().print_json(json.dumps(asdict(record)))
    else:
        print_summary(messages(), record, str(order.settings.curated))
    is_fine = record.status in ("published", "nothing_new")
    is_spoiled = asked.fail_on_rejected and record.records.get("rejected", 0) > 0
    status = 0 if is_fine and not is_spoiled else 1
    if not asked.is_direct:
        end_within(LINGER_SECONDS, status)
    sys.exit(status)


def _tell_plan(asked: Asked, order: RunOrder) -> None:
    plan = make_plan(order)
    if asked.is_json:
        output().print_json(json.dumps(plan.as_json()))
    else:
        print_plan(output(), plan)


def _run_direct(order: RunOrder, watcher: Watcher) -> RunRecord:
    from flows.direct import DirectRooms

    with start_engine(order.settings, watcher.say) as engine:
        return take_in(order, DirectRooms(engine.executor, engine.lanes, engine.ranges), watcher)


def run_flow(choose: Callable[[], tuple[Any, dict[str, Any]]], watcher: Watcher) -> RunRecord:
    """Run a Prefect flow here, on the configured API or a server of our own; the record of the run.

    `choose` gives the flow and what to call it with; it may import Prefect.
    """
    for name, value in {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}.items():
        os.environ.setdefault(name, value)
    from flows.server import prefect_api

    with prefect_api(watcher.say):
        flow, parameters = choose()
        with watching(watcher):
            state: Any = flow(**parameters, return_state=True)
    if watcher.record is None:
        state.result()  # raises what ended the run
        raise RuntimeError(f"the flow ended as {state.name} without a record: {state.message}")
    return watcher.record


def _flow_of(order: RunOrder) -> tuple[Any, dict[str, Any]]:
    """The flow that carries the order out, and what to call it with."""
    parameters = {**asdict(order.settings), "raw": str(order.settings.raw)}
    if order.scope is None:
        from flows.ingest import ingest

        return ingest, parameters
    from flows.backfill import backfill

    del parameters["accepted"]
    return backfill, parameters | {
        "sources": order.scope.sources,
        "since": order.scope.since,
        "until": order.scope.until,
        "everything": order.is_everything,
        "only_rejected": order.reasons is not None,
        "reasons": order.reasons or frozenset(),
    }


@contextmanager
def chosen_watcher(*, is_quiet: bool) -> Iterator[Watcher]:
    """The watcher that fits the terminal: bars, lines, or nobody where it is to be quiet."""
    console = messages()
    if is_quiet:
        yield Watcher()
    elif console.is_terminal:
        with Bars(console) as bars:
            yield bars
    else:
        yield Lines(console)
