"""What killed runs leave half made or half deleted, cleared by whoever writes next."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tasks.publish.runs import RUNS
from tasks.publish.snapshot import CURRENT, EXPIRED_PREFIX, SNAPSHOTS, STAGING_PREFIX
from tasks.settings import Settings


def clear_unfinished(curated: Path) -> list[str]:
    """Remove it, and name it. Only for the holder of the writer's lock: it may be anybody's else.

    Finished shards stay, to be taken over, and so do drafts of shards: a worker whose parent was killed may still be
    at them.
    """
    left = sorted(_find(curated))
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return [path.name for path in left]


def _find(curated: Path) -> Iterator[Path]:
    for prefix in (STAGING_PREFIX, EXPIRED_PREFIX):
        yield from (curated / SNAPSHOTS).glob(f"{prefix}*")
    yield from curated.glob(f".{CURRENT}.*.part")
    yield from (curated / RUNS).glob(".*.part")
    work = Settings(curated=curated).work
    yield from work.glob(".*.part")
    yield from work.glob("*.duckdb.new*")
    yield from work.glob("*.duckdb.tmp")
