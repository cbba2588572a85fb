"""What upkeep is told: how long things are kept, and when small files are merged."""

from __future__ import annotations

from dataclasses import dataclass, fields

from tasks.errors import UsageError
from tasks.settings import MEGABYTE

MOST = 500_000
"""As good as for ever, in days, and more than makes sense of anything else: longer spans lead out of the calendar."""


@dataclass(frozen=True, slots=True)
class UpkeepOptions:
    """How long things are kept, and when small files are merged.

    - `keep_days`: days that a snapshot stays after it stopped being current. A reader that takes longer loses it.
    - `keep_least`: snapshots before the current one that stay whatever their age, to go back to.
    - `keep_most`: snapshots to keep at most, the current one included: beyond them the oldest go before `keep_days`.
      400 is twice what hourly runs make in a week. Fewer cost readers time, more cost folders and links on the disk.
    - `spare_minutes`: minutes that a snapshot stays after it stopped being current, whatever the others say. Less than
      the longest read takes the files from under it.
    - `merge_parts`: small parts that one partition of a dataset must have to be merged. Fewer write more, and what is
      merged lies on the disk twice until the snapshots before it expire.
    - `part_mb`: megabytes of a merged part, about; a part under half of that is small.
    - `shard_days`: days that finished shards of a killed run wait to be taken over.
    - `record_days`: days that records of runs and their reports stay; those of existing snapshots stay in any case.
    - `idle_record_days`: the same, for runs that found nothing to do.
    """

    keep_days: float = 7.0
    keep_least: int = 2
    keep_most: int = 400
    spare_minutes: float = 60.0
    merge_parts: int = 4
    part_mb: float = 128.0
    shard_days: float = 7.0
    record_days: float = 365.0
    idle_record_days: float = 30.0

    def __post_init__(self) -> None:
        """`UsageError` where a value makes no sense."""
        for each in fields(self):
            least = {"keep_most": 1, "merge_parts": 2, "part_mb": 0.001}.get(each.name, 0)
            most = MOST * 24 * 60 if each.name == "spare_minutes" else MOST
            if not least <= getattr(self, each.name) <= most:  # NaN is not either
                option = "--" + each.name.replace("_", "-")
                raise UsageError(problem=f"{option} must be from {least} to {most:,}, not {getattr(self, each.name)}")

    @property
    def part_bytes(self) -> int:
        """The size of a merged part in bytes."""
        return int(self.part_mb * MEGABYTE)
