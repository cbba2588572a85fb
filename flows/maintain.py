"""The flow `maintain`: what keeps `curated/` small and quick as snapshots come and go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow

from flows.parameters import DEFAULTS, WAIT_SECONDS, Count, Days, Megabytes, Minutes, Seconds
from flows.prefect_upkeep import keep_up, show_plan
from flows.upkeep_plan import UpkeepOrder
from tasks.publish.upkeep.options import UpkeepOptions

_KEPT = UpkeepOptions()


@flow(name="maintain", flow_run_name="maintain {curated}", persist_result=False)
def maintain(
    plan: bool = False,  # noqa: FBT001, FBT002 - switches in Prefect's form
    restore: str | None = None,
    rebuild_index: bool = False,  # noqa: FBT001, FBT002
    keep_days: Days = _KEPT.keep_days,
    keep_least: Count = _KEPT.keep_least,
    keep_most: Count = _KEPT.keep_most,
    spare_minutes: Minutes = _KEPT.spare_minutes,
    merge_parts: Count = _KEPT.merge_parts,
    part_mb: Megabytes = _KEPT.part_mb,
    shard_days: Days = _KEPT.shard_days,
    record_days: Days = _KEPT.record_days,
    idle_record_days: Days = _KEPT.idle_record_days,
    curated: Path = DEFAULTS.curated,
    wait_seconds: Seconds = WAIT_SECONDS,
) -> Any:
    """Delete snapshots that nobody needs, merge small files, keep the index of duplicates, clear what was left behind.

    Args:
        plan: Only tell what would be done; nothing is written.
        restore: Go back to the snapshot of this name, or with this start of its name. Nothing else is done then.
        rebuild_index: Build the index of duplicates anew, whatever its state.
        keep_days: Days that a snapshot stays after it was replaced. A reader that takes longer loses it.
        keep_least: Snapshots before the current one that stay whatever their age, to go back to.
        keep_most: Snapshots to keep at most. Beyond them the oldest go before their days are over.
        spare_minutes: Minutes that a snapshot stays after it was replaced, whatever the others say. Less than the
            longest read takes the files from under it.
        merge_parts: Small parts that one partition of a dataset must have to be merged.
        part_mb: Megabytes of a merged part, about. A part under half of that is small.
        shard_days: Days that finished shards of a killed run wait to be taken over.
        record_days: Days that records of runs and their reports stay.
        idle_record_days: The same, for runs that found nothing to do.
        curated: The folder of the snapshots.
        wait_seconds: How long to wait for another run that writes to the same folder.

    """
    options = UpkeepOptions(
        keep_days=keep_days,
        keep_least=keep_least,
        keep_most=keep_most,
        spare_minutes=spare_minutes,
        merge_parts=merge_parts,
        part_mb=part_mb,
        shard_days=shard_days,
        record_days=record_days,
        idle_record_days=idle_record_days,
    )
    order = UpkeepOrder(curated, options, wait_seconds, rebuild_index=rebuild_index, restore=restore)
    return show_plan(order) if plan else keep_up(order)


if __name__ == "__main__":
    maintain()
