"""Commit: a run's changes become the current snapshot, if the accounts are right."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import GateClosed
from tasks.gate.accounting import check_totals
from tasks.parts import PlacedPart
from tasks.publish.changes import Delta, apply_delta
from tasks.publish.snapshot import SNAPSHOTS, Snapshot, make_current, publish, staging_folder


def publish_delta(
    curated: Path, parent: Snapshot | None, delta: Delta, *, snapshot_id: str, facts: dict[str, Any]
) -> Snapshot:
    """Apply the changes, count everything, and make the result current.

    `facts` are further entries of the manifest. `GateClosed` where the accounting identity does not hold over all that
    was ever curated: then nothing is published. Whatever fails, no staging folder is left; called again where only the
    link could not be moved, it moves the link.
    """
    if (curated / SNAPSHOTS / snapshot_id).exists():
        return make_current(curated, snapshot_id)
    staging = staging_folder(curated, snapshot_id)
    try:
        staging.mkdir(parents=True)
        parts = apply_delta(parent, delta, staging)
        totals = count_totals(parts, delta.ledger)
        wrong = check_totals(totals)
        if wrong:
            raise GateClosed(
                problem=f"the accounts do not add up: {wrong[0].message}",
                hint="this is a fault of Winnow: please report it. The snapshot before is untouched",
            )
        return publish(
            curated,
            parts,
            snapshot_id=snapshot_id,
            parent=parent,
            facts={"totals": totals, **facts},
        )
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def count_totals(parts: Iterable[PlacedPart], ledger: pa.Table) -> dict[str, int]:
    """Rows by dataset, and over all files of the ledger the records `read` and, of these, `held`."""
    rows: Counter[str] = Counter()
    for item in parts:
        rows[item.part.dataset] += item.part.rows
    held = ledger.filter(pc.equal(ledger["status"], "held"))
    return {
        **rows,
        "read": pc.sum(ledger["records"], min_count=0).as_py(),
        "held": pc.sum(held["records"], min_count=0).as_py(),
    }
