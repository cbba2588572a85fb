"""`winnow maintain`: what keeps `curated/` small and quick."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from flows.commands.options import Number, Whole, as_json, curated, messages, output
from flows.commands.running import LINGER_SECONDS, chosen_watcher, run_flow, wait, without_prefect
from flows.interrupt import end_within, interruptible
from flows.progress import Watcher
from flows.summary import print_summary
from flows.upkeep import Steps, check_order
from flows.upkeep import maintain as keep_up
from flows.upkeep_plan import UpkeepOrder, plan_upkeep
from flows.upkeep_view import print_upkeep_plan
from tasks.errors import UsageError
from tasks.publish.runs import RunRecord
from tasks.publish.upkeep.options import UpkeepOptions
from tasks.settings import folder_options

_SPAN = Number(min=0)
_HELP: tuple[tuple[str, click.ParamType[Any], str], ...] = (
    ("keep_days", _SPAN, "Days that a snapshot stays after it was replaced."),
    ("keep_least", Whole(min=0), "Snapshots before the current one that stay whatever their age."),
    ("keep_most", Whole(min=1), "Snapshots to keep at most; the oldest go first."),
    ("spare_minutes", _SPAN, "Minutes that a snapshot stays after it was replaced, whatever the others say."),
    ("merge_parts", Whole(min=2), "Small parts that a partition must have to be merged."),
    ("part_mb", Number(min=0, min_open=True), "Megabytes of a merged part; under half of that is small."),
    ("shard_days", _SPAN, "Days that finished shards of a killed run are kept."),
    ("record_days", _SPAN, "Days that records of runs and their reports are kept."),
    ("idle_record_days", _SPAN, "The same, for runs that found nothing to do."),
)


def _limits(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `UpkeepOptions`."""
    for name, kind, words in reversed(_HELP):
        option = "--" + name.replace("_", "-")
        default = getattr(UpkeepOptions(), name)
        function = click.option(option, name, type=kind, default=default, show_default=True, help=words)(function)
    return function


@click.command(short_help="Delete old snapshots, merge small files, clear up.")
@click.option("--plan", "is_plan", is_flag=True, help="Only tell what would be done; nothing is written.")
@click.option(
    "--restore", metavar="SNAPSHOT", help="Go back to this snapshot, if it is whole; nothing else is done then."
)
@click.option("--rebuild-index", is_flag=True, help="Build the index of duplicates anew, whatever its state.")
@_limits
@without_prefect
@wait
@curated
@as_json
def maintain(
    is_plan: bool,
    restore: str | None,
    rebuild_index: bool,
    direct: bool,
    wait_seconds: float,
    curated: Path,
    is_json: bool,
    **limits: Any,
) -> None:
    """Delete snapshots that nobody needs, merge small files, keep the index of duplicates, clear what was left behind.

    No row is changed. The current snapshot stays, whatever the options say, and so does one that a link in curated/
    leads to. Merged files come as a new snapshot; readers of older ones read on.

    \b
    Examples:
      winnow maintain --plan                 what would be done
      winnow maintain --direct               once a day, from cron
      winnow maintain --keep-days 2          room is short
      winnow maintain --restore 20261120     go back, where `winnow verify` says so

    Exit status: 0 done, 1 something could not be done, 2 wrong use.
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    if is_plan and restore:
        raise UsageError(
            problem="--plan and --restore exclude each other",
            hint=f"`winnow verify {restore}{folder_options(curated=curated)}` says whether it is whole",
        )
    order = UpkeepOrder(curated, UpkeepOptions(**limits), wait_seconds, rebuild_index=rebuild_index, restore=restore)
    check_order(order)  # what is wrong is known before Prefect has started
    if is_plan:
        _tell_plan(order, is_json=is_json)
        return
    with interruptible(), chosen_watcher(is_quiet=is_json) as watcher:
        record = keep_up(order, Steps(), watcher) if direct else _run_flow(order, watcher)
    if is_json:
        output().print_json(json.dumps(asdict(record)))
    else:
        print_summary(messages(), record, str(curated))
    status = int(record.status == "failed")
    if not direct:
        end_within(LINGER_SECONDS, status)
    sys.exit(status)


def _tell_plan(order: UpkeepOrder, *, is_json: bool) -> None:
    plan = plan_upkeep(order, datetime.now(UTC))
    if is_json:
        output().print_json(json.dumps(plan.as_json()))
    else:
        print_upkeep_plan(output(), plan)


def _run_flow(order: UpkeepOrder, watcher: Watcher) -> RunRecord:
    def choose() -> tuple[Any, dict[str, Any]]:
        from flows.maintain import maintain as flow

        asked = ("restore", "rebuild_index", "curated", "wait_seconds")
        return flow, {**asdict(order.options), **{name: getattr(order, name) for name in asked}}

    return run_flow(choose, watcher)
