"""The settings of a run: where it reads and writes, and how much of the machine it may use."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from tasks.cores import usable_cores
from tasks.place import Place, absolute

Canonical = Literal["earliest", "newest", "longest"]

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What every command may be told.

    - `raw`, `curated`: the two folders; `raw` may lie in object storage.
    - `workers`: worker processes. Each takes about 320 MB and five times the shard.
    - `shard_mb`: megabytes of raw files in one shard at most. Larger ones cost memory.
    - `canonical`: which of a cluster of duplicates stands in `documents`. Another one than before moves rows of the
      whole snapshot between `documents` and `duplicates`.
    - `accepted`: sources whose held records, or withdrawals, a person has accepted.
    - `wait_seconds`: how long to wait for another writer.
    - `dask`: the address of a Dask scheduler, whose workers take the place of worker processes here.
    """

    raw: Place = Path("raw")
    curated: Path = Path("curated")
    workers: int = usable_cores()
    shard_mb: float = 16.0
    canonical: Canonical = "earliest"
    wait_seconds: float = 0.0
    accepted: frozenset[str] = frozenset()
    dask: str | None = None

    def for_all_hosts(self) -> Settings:
        """The same with folders that mean the same to processes that were started elsewhere."""
        return replace(self, raw=absolute(self.raw), curated=self.curated.absolute())

    @property
    def shard_bytes(self) -> int:
        """The size of a shard in bytes."""
        return max(1, int(self.shard_mb * MEGABYTE))

    @property
    def work(self) -> Path:
        """Finished shards of runs that were killed, and caches: safe to delete while nothing runs."""
        return self.curated / ".work"

    @property
    def index(self) -> Path:
        """The index of duplicates."""
        return self.work / "index.duckdb"

    def fingerprint(self) -> str:
        """64 bits in hexadecimal of the settings that the published rows depend on."""
        return hashlib.blake2b(f"canonical={self.canonical}".encode(), digest_size=8).hexdigest()


_USUAL = Settings()


def folder_options(
    raw: Place | str | None = None, curated: Path | str | None = None, canonical: str | None = None
) -> str:
    """The options by which a command means these folders, where they are not the usual ones; a space before each.

    A command that publishes needs the `canonical` too: without it, all that was published would be ranked anew.

    >>> folder_options("/data/my raw", "curated")
    " --raw '/data/my raw'"
    """
    given = (("raw", raw, _USUAL.raw), ("curated", curated, _USUAL.curated), ("canonical", canonical, _USUAL.canonical))
    named = ((name, str(value)) for name, value, usual in given if value is not None and str(value) != str(usual))
    return "".join(f" --{name} {shlex.quote(value)}" for name, value in named)


def find_canonical(fingerprint: str | None) -> Canonical:
    """The `canonical` of the settings with this fingerprint; the default where no settings have it."""
    choices: tuple[Canonical, ...] = get_args(Canonical)
    fitting = (choice for choice in choices if Settings(canonical=choice).fingerprint() == fingerprint)
    return next(fitting, Settings().canonical)
