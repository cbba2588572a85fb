"""`winnow push`: a copy of a snapshot in object storage."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from flows.commands.options import as_json, curated, messages, output
from flows.commands.running import chosen_watcher
from flows.interrupt import interruptible
from flows.words import count_of, format_bytes
from tasks.errors import UsageError
from tasks.objects import parse_address
from tasks.parts import Part
from tasks.publish.current import need_published
from tasks.publish.push import Push, carry_out, plan_push
from tasks.publish.runs import read_records
from tasks.publish.snapshot import Snapshot, load_snapshot
from tasks.publish.upkeep.history import read_history
from tasks.settings import folder_options


@click.command(short_help="Copy a snapshot to object storage.")
@click.argument("target", metavar="s3://BUCKET/PREFIX")
@click.option("--snapshot", "wanted", metavar="SNAPSHOT", help="Push this one (the start of its name will do).")
@click.option("--plan", "is_plan", is_flag=True, help="Only tell what would be sent; nothing is written.")
@curated
@as_json
def push(target: str, wanted: str | None, is_plan: bool, curated: Path, is_json: bool) -> None:
    """Copy the current snapshot to object storage, and then let the object `current` there name it.

    Its parts come first, its manifest last: readers there see whole snapshots only. What lies there already is not
    sent again, so a push that was interrupted is simply repeated. Older snapshots there stay.

    The server and the credentials come from the usual environment: AWS_ENDPOINT_URL where it is not Amazon's,
    AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or the role of the machine.

    \b
    Examples:
      winnow push s3://our-data/curated
      winnow push s3://our-data/curated --plan
      winnow push s3://our-data/curated --snapshot 20261120    go back to an older one

    Exit status: 0 done, 1 something could not be read or sent, 2 wrong use.
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    place = parse_address(target)
    snapshot = _choose(curated, wanted)
    with interruptible(), chosen_watcher(is_quiet=is_json) as watcher:
        planned = plan_push(snapshot, place)
        if not is_plan and not planned.is_done:
            watcher.stage("push", len(planned.copied) + len(planned.sent), "parts")
            carry_out(planned, lambda _: watcher.advance(1))
    if is_json:
        output().print_json(json.dumps(_as_json(planned, is_plan=is_plan)))
    else:
        messages().print(_tell(planned, is_plan=is_plan), markup=False, soft_wrap=True)


def _choose(curated: Path, wanted: str | None) -> Snapshot:
    """The current snapshot, or the one whose name starts so; `UsageError` where there is none, or more than one."""
    if wanted is None:
        return need_published(curated)
    history = read_history(curated, read_records(curated))
    found = [past for past in history if past.id == wanted] or [past for past in history if past.id.startswith(wanted)]
    if len(found) != 1:
        there = ", ".join(past.id for past in history)
        raise UsageError(
            problem=f"{len(found) or 'no'} snapshots in {curated} are named {wanted!r}",
            hint=f"there are: {there}" if there else f"run `winnow ingest{folder_options(curated=curated)}` first",
        )
    return load_snapshot(found[0].lying.root)


def _tell(push: Push, *, is_plan: bool) -> str:
    if push.is_done:
        return f"{push.snapshot.id} is current at {push.target} already: nothing was sent"
    sent, copied = _size(push.sent), _size(push.copied)
    shares = f"{sent} to send, {copied} to copy there" if is_plan else f"{sent} sent, {copied} copied there"
    head = "would be" if is_plan else "is"
    return f"{push.snapshot.id} {head} current at {push.target}: {shares}, {_size(push.there)} there already"


def _size(parts: Iterable[Part]) -> str:
    listed = list(parts)
    return f"{count_of(len(listed), 'part')} ({format_bytes(sum(part.bytes for part in listed))})"


def _as_json(push: Push, *, is_plan: bool) -> dict[str, Any]:
    parts = {"sent": push.sent, "copied": push.copied, "there": push.there}
    return {
        "snapshot": push.snapshot.id,
        "target": str(push.target),
        "before": push.before,
        "is_plan": is_plan,
        "parts": {name: len(some) for name, some in parts.items()},
        "bytes": {name: sum(part.bytes for part in some) for name, some in parts.items()},
    }
