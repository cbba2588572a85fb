"""What a run tells on its page in Prefect: how far it is, what came of it, what the gate found.

All of it is told from a thread of its own. A server that is slow or gone does not hold up the run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path
from queue import SimpleQueue
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.run_page import finding_rows, render_page
from flows.summary import outcome_rows, summarize, summarize_findings
from tasks.publish.runs import RunRecord, report_path

PATIENCE_SECONDS = 10.0
"""How long the end of a run waits for its artifacts to be taken. Some 20 ms each were seen."""


class Artifacts:
    """The artifacts of one run, under keys that begin with `key`, so that each key has its history over runs.

    `key` itself is the table of the outcomes, `key-summary` the whole story, `key-report` the link to its page,
    `key-findings` what the gate found (empty too, since Prefect shows the last one of each key), `key-progress` the
    share of shards that are cleaned.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._log = get_run_logger()
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._share = 0.0
        self._progress: UUID | None = None
        self._is_told = threading.Event()
        self._is_told.set()
        context = copy_context()  # names the flow run
        threading.Thread(target=context.run, args=(self._work,), name="artifacts", daemon=True).start()

    def advance(self, done: int, total: int) -> None:
        """So many of the shards are cleaned. What the server has no time for is left out."""
        self._share = 100.0 * done / max(total, 1)
        if self._is_told.is_set():
            self._is_told.clear()
            self._jobs.put(self._tell_progress)

    def conclude(self, record: RunRecord, curated: Path) -> None:
        """What came of the run; waits for it to be told, but not for long."""
        everything_told = threading.Event()
        self._jobs.put(lambda: self._tell_outcome(record, curated))
        self._jobs.put(everything_told.set)
        if not everything_told.wait(PATIENCE_SECONDS):
            self._log.warning("Prefect's server does not answer: some artifacts of this run are missing")

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except Exception as error:  # noqa: BLE001 - whatever hinders the telling must not hinder the run
                self._log.warning("no artifact was made: %s: %s", type(error).__name__, error)

    def _tell_progress(self) -> None:
        share = self._share
        self._is_told.set()
        if self._progress is None:
            key, description = f"{self._key}-progress", "shards cleaned"
            created = create_progress_artifact(progress=share, key=key, description=description)
            self._progress = created if isinstance(created, UUID) else None
        else:
            update_progress_artifact(artifact_id=self._progress, progress=share)

    def _tell_outcome(self, record: RunRecord, curated: Path) -> None:
        sentence = summarize(record)
        create_table_artifact(key=self._key, table=outcome_rows(record), description=sentence)
        create_table_artifact(
            key=f"{self._key}-findings", table=finding_rows(record), description=summarize_findings(record)
        )
        create_markdown_artifact(
            key=f"{self._key}-summary", markdown=render_page(record, curated), description=sentence
        )
        report = report_path(curated.resolve(), record.run_id)
        if report.exists():
            create_link_artifact(key=f"{self._key}-report", link=report.as_uri(), description=sentence)
