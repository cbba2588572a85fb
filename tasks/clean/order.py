"""An order to clean one shard, and how it is carried out: all that they need to know who hand out orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tasks.acquire.shards import Shard
from tasks.acquire.withdrawals import Withdrawals


@dataclass(frozen=True, slots=True)
class ShardOrder:
    """One shard to clean, where to put it, after how many bytes of content to write, and what is withdrawn."""

    shard: Shard
    folder: Path
    run_id: str
    flush_bytes: int
    withdrawals: Withdrawals = field(default_factory=Withdrawals)


def carry_out(order: ShardOrder) -> bool:
    """Do what `shard.clean_shard` does, in a process that has not loaded the stages before."""
    from tasks.clean.shard import clean_shard  # noqa: PLC0415 - a quarter of a second, which only workers need

    return clean_shard(order)
