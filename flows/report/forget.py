"""Reports that show what `withdrawn.txt` names: they go with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from markupsafe import escape

from flows.hidden import visible
from flows.pages.escape import key_of
from flows.words import count_of
from tasks.acquire.withdrawals import Withdrawals
from tasks.publish.runs import RUNS, RunRecord


def forget_for(record: RunRecord, curated: Path, withdrawals: Withdrawals) -> RunRecord:
    """Remove the reports of earlier runs that show what is withdrawn; the record, with a note of it."""
    removed, problems = remove_reports(curated, withdrawals)
    if removed:
        what = count_of(len(removed), "report")
        problems.append(f"withdrawn.txt: {what} of earlier runs showed what it names, and went with it")
    return replace(record, warnings=[*record.warnings, *problems]) if problems else record


def remove_reports(curated: Path, withdrawals: Withdrawals) -> tuple[list[str], list[str]]:
    """The names of the reports that were removed, and what was wrong where that did not work out.

    The template marks whatever it shows of a document, of a rejected record or of lines of a source with its id, its
    URL or its source.
    """
    marks = [
        *(f'data-document="{document_id}"' for document_id in withdrawals.ids),
        *(f'data-url="{key_of(url)}"' for url in withdrawals.urls),
        *(f'data-source="{escape(visible(source))}"' for source in withdrawals.sources),
    ]
    removed, problems = [], []
    for path in sorted((curated / RUNS).glob("*.html")) if marks else ():
        try:
            page = path.read_text("utf-8")
            if any(mark in page for mark in marks):
                path.unlink()
                removed.append(path.name)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path}: it may show what is withdrawn, and could not be looked at: {error}")
    return removed, problems
