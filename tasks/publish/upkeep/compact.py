"""A snapshot with few parts in the place of many: merged, counted, and published like any other."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tasks.errors import GateClosed
from tasks.parts import PlacedPart
from tasks.publish.changes import placeholders
from tasks.publish.snapshot import SNAPSHOTS, Snapshot, make_current, publish, staging_folder
from tasks.publish.upgrade import upgraded_parts
from tasks.publish.upkeep.merge import merge_parts, plan_merge
from tasks.publish.upkeep.options import UpkeepOptions


def publish_merged(
    curated: Path,
    parent: Snapshot,
    options: UpkeepOptions,
    *,
    snapshot_id: str,
    versions: Mapping[str, str],
    report: Callable[[int], None],
) -> Snapshot:
    """Merge the small parts of a snapshot, and make the result current; the snapshot itself where none are to merge.

    The rows are the same, in today's schema; so are the totals, the settings, and all else that the manifest says but
    for the `versions`. `report` is told the bytes of every group of parts that is merged. `GateClosed` where the rows
    come out at another number: then nothing is published. Whatever fails, no staging folder is left; called again where
    only the link could not be moved, it moves the link.
    """
    if (curated / SNAPSHOTS / snapshot_id).exists():
        return make_current(curated, snapshot_id)
    if not plan_merge(parent.parts, options):
        return parent
    staging = staging_folder(curated, snapshot_id)
    aside = staging.with_name(staging.name + "-merging")
    try:
        staging.mkdir(parents=True)
        placed = {item.part: item for item in upgraded_parts(parent, staging)}
        for group in plan_merge(placed, options):
            part = merge_parts([placed.pop(each) for each in group], staging, aside)
            placed[part] = PlacedPart(part, staging)
            report(sum(each.bytes for each in group))
        parts = list(placed.values())
        parts += placeholders(parts, staging)
        _check_rows(parts, parent)
        facts: dict[str, Any] = {**parent.facts, "versions": dict(versions)}
        return publish(curated, parts, snapshot_id=snapshot_id, parent=parent, facts=facts)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _check_rows(parts: list[PlacedPart], parent: Snapshot) -> None:
    rows: Counter[str] = Counter()
    for item in parts:
        rows[item.part.dataset] += item.part.rows
    for part in parent.parts:
        rows[part.dataset] -= part.rows
    wrong = sorted(dataset for dataset, difference in rows.items() if difference)
    if wrong:
        raise GateClosed(
            problem=f"merging would change the number of rows of {', '.join(wrong)}",
            hint="if `winnow verify` finds no damage, this is a fault of Winnow: please report it",
        )
