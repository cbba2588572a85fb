"""Records of runs: `curated/runs/<run_id>.json`, one for every run, also for those that published nothing."""

from __future__ import annotations

import json
import platform
import secrets
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from tasks.parts import write_whole
from tasks.publish.snapshot import current_id

RUNS = "runs"
Status = Literal["running", "published", "done", "nothing_new", "held", "failed", "interrupted", "killed"]

STATUSES: Mapping[str, str] = {
    "running": "the run is at work",
    "published": "a new snapshot is current",
    "done": "upkeep is done, without a new snapshot",
    "nothing_new": "there was nothing to do: no work, no new snapshot",
    "held": "the gate was closed for at least one source, nothing else is held",
    "failed": "a source failed, or the run: of what failed nothing was changed",
    "interrupted": "someone ended the run with Ctrl-C or SIGTERM; `snapshot` names what it had published, if anything",
    "killed": "the run ended without a word; `snapshot` names what it had published, if anything",
}

_LIBRARIES = ("winnow", "chardet", "ftfy", "langdetect", "numpy", "prefect", "pyarrow")


@dataclass(frozen=True)
class RunRecord:
    """What one run was asked, did and found.

    `inputs` counts raw files by what happened to them, and `bytes` what was to be read of them. `records` counts the
    run's records by outcome, `totals` those of all runs so far, `sources` the run's by source; `stages` and `reasons`
    are those of its rejected records, and `languages`, `encodings` and `fixes` (repairs) those of its documents.
    `stopped` says of each source that could not be read at all why. `seconds` is time by stage of cleaning, over all
    workers, `steps` what passed in each step of the run.
    `fingerprints` are of the settings of each source, and of what the whole snapshot depends on; `upkeep` is what
    `maintain` did.
    """

    run_id: str
    flow: str
    status: Status
    started_at: str
    ended_at: str | None = None
    error: str | None = None
    snapshot: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    records: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    sources: dict[str, dict[str, int]] = field(default_factory=dict)
    stages: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    encodings: dict[str, int] = field(default_factory=dict)
    fixes: dict[str, int] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    upkeep: dict[str, Any] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """Seconds from start to end, 0 while it runs."""
        if self.ended_at is None:
            return 0.0
        return (datetime.fromisoformat(self.ended_at) - datetime.fromisoformat(self.started_at)).total_seconds()

    def ended(self, status: Status, **facts: Any) -> RunRecord:
        """The record of the run at its end."""
        return replace(self, status=status, ended_at=_now().isoformat(), **facts)


def new_run(flow: str, settings: Mapping[str, Any]) -> RunRecord:
    """The record of a run that starts now, under a name that sorts by time and that no other run has."""
    started = _now()
    return RunRecord(
        run_id=f"{started:%Y%m%dT%H%M%S}Z-{started.microsecond:05x}{secrets.token_hex(1)[0]}",
        flow=flow,
        status="running",
        started_at=started.isoformat(),
        settings=dict(settings),
        versions={name: metadata.version(name) for name in _LIBRARIES}
        | {"python": platform.python_version(), "platform": sys.platform},
    )


def write_record(curated: Path, record: RunRecord) -> Path:
    """Write the record, in the place of an earlier one of the same run."""
    path = curated / RUNS / f"{record.run_id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False)
    write_whole(path, text.encode("utf-8", "backslashreplace"), sync=True)  # a folder's name need not be UTF-8
    return path


def report_path(curated: Path, run_id: str) -> Path:
    """Where the report of a run lies, if there is one: a page for a browser."""
    return curated / RUNS / f"{run_id}.html"


def read_records(curated: Path, limit: int | None = None) -> list[RunRecord]:
    """The records of the last runs, newest first. Files that are no records are passed over."""
    records: list[RunRecord] = []
    for path in sorted((curated / RUNS).glob("*.json"), reverse=True):
        if limit is not None and len(records) >= limit:
            break
        record = read_record(curated, path.stem)
        if record is not None:
            records.append(record)
    return records


def read_record(curated: Path, run_id: str) -> RunRecord | None:
    """The record of a run, or None where there is none that can be read."""
    try:
        return RunRecord(**json.loads((curated / RUNS / f"{run_id}.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def close_dead_runs(curated: Path) -> list[str]:
    """Mark runs that ended without a word as killed, and name them. Only for the holder of the writer's lock."""
    dead = [record for record in read_records(curated) if record.status == "running"]
    for record in dead:
        write_record(curated, record.ended("killed", snapshot=published_by(curated, record)))
    return [record.run_id for record in dead]


def published_by(curated: Path, record: RunRecord) -> str | None:
    """The snapshot of this run, if it got so far before it ended that the snapshot is current."""
    return record.run_id if current_id(curated) == record.run_id else None


def _now() -> datetime:
    return datetime.now(UTC)
