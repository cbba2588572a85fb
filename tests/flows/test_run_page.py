"""The page of a run in Prefect, from records of runs."""

from dataclasses import replace
from pathlib import Path

from flows.run_page import finding_rows, render_page
from flows.summary import summarize_findings
from tasks.publish.runs import RunRecord, read_records

FINDING = {
    "consequence": "held",
    "check": "shares",
    "is_breach": True,
    "message": "98 % | of `everything` was rejected",
    "source": "notes",
    "day": "2026-11-20",
    "value": 0.98,
    "limit": 0.2,
}


def record_of(samples) -> RunRecord:
    (record, *_) = read_records(samples.curated)
    return record


def test_the_page_says_what_came_of_the_run_and_where_to_read_it(samples) -> None:
    record = record_of(samples)
    page = render_page(record, samples.curated)
    assert page.startswith("**published**: ")
    assert f"{record.records['read']} records read" in page
    folder = samples.curated / "snapshots" / record.snapshot
    assert folder.as_uri() in page
    assert (samples.curated / "runs" / f"{record.run_id}.json").as_uri() in page
    for source in record.sources:
        assert f"\n| {source} | ".replace("_", "\\_") in page
    assert page.count("### ") == 2 + bool(record.findings) + bool(record.warnings)


def test_each_finding_is_a_row_with_its_consequence(samples) -> None:
    found = [FINDING | {"consequence": consequence} for consequence in ("alarm", "held", "accepted")]
    record = replace(record_of(samples), findings=found)
    assert [row["consequence"] for row in finding_rows(record)] == ["alarm", "held", "accepted"]
    assert "1 alarm, 1 breach for which 1 source is held, 1 breach accepted" in summarize_findings(record)
    page = render_page(record, samples.curated)
    assert page.index("| alarm | 98") < page.index("| held | 98") < page.index("| accepted | 98")


def test_text_from_outside_cannot_break_the_page(samples) -> None:
    record = replace(record_of(samples), findings=[FINDING], warnings=["a\n# b <script>"] * 50)
    page = render_page(record, Path("/srv/curated"))
    assert r"98 % \| of \`everything\` was rejected" in page
    assert r"- a \# b \<script\>" in page
    assert "- … and 30 more" in page
    assert "<script>" not in page
