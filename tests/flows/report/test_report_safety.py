"""The report of a run that means ill, or is large, or cannot be written."""

import json
from dataclasses import replace
from functools import partial

import pytest

from flows.direct import DirectRooms
from flows.report import gather as gathering
from flows.report import write as writing
from flows.report.gathered import Cluster, Gathered, Removed, RepeatedLine, Sample
from flows.report.limits import MOST_BYTES
from flows.report.write import render_report
from tasks.publish.reading import Piece, WholeDocument
from tasks.publish.runs import new_run, read_records, report_path
from tasks.tally import DayTally
from tests.pages import HOSTILE, PLAIN_ROW, check_page

NAME = HOSTILE.replace("/", "|").replace("\x00", "")
ROW = PLAIN_ROW | {"source": "notes"}


def test_whatever_data_say_is_text(house) -> None:
    text = f"{HOSTILE}\n\n{HOSTILE} The heron stood in the river all morning and caught nothing at all, it seems.\n"
    fields = {"text": text, "title": HOSTILE, "author": HOSTILE, "url": f"https://example.org/{HOSTILE}"}
    for number in range(3):
        house.put(f"notes/2026-11-2{number}/{NAME}.jsonl", json.dumps(fields) + "\n" + HOSTILE)
    house.put("notes/2026-11-20/page.html", f"<title>{HOSTILE}</title><nav>{HOSTILE}</nav><p>{text}</p>")
    record = house.ingest(workers=1)
    assert record.records["rejected"] == 3
    page = check_page(report_path(house.curated, record.run_id).read_text("utf-8"))
    said = "".join(page.texts)
    assert said.count("<script>alert(1)</script>") > 5
    assert r"\u202egnp.exe\u202c" in said
    assert "49" not in [text.strip() for text in page.texts]


@pytest.mark.parametrize("character", ["a", "&", "\u202e", "\ud800", "漢", "😀"])
def test_the_page_is_never_larger_than_a_megabyte(tmp_path, character: str) -> None:
    record = replace(
        new_run("ingest", {}).ended("published", records={"read": 4500, "documents": 4500}),
        sources={f"{character * 20}{n}": {"read": 9, "documents": 9} for n in range(500)},
        findings=[
            {"consequence": "alarm", "source": character * 300, "day": "2026-11-20", "message": character * 5_000}
        ]
        * 500,
        warnings=[character * 5_000] * 500,
        hints=[character * 5_000] * 500,
        error=character * 100_000,
        reasons={f"{character * 90}{n}": n for n in range(500)},
        languages={f"{character * 90}{n}": n for n in range(500)},
        settings={"raw": character * 100_000},
        versions={f"{n}": character * 1_000 for n in range(500)},
    )
    pieces = tuple(Piece(n, n + 1, "main", "body", character * 4_000) for n in range(150))
    whole = WholeDocument(ROW | {"title": character * 9_000, "url": character * 9_000}, False, (), pieces)
    row = {**ROW, "byte_offset": 1, "stage": "acquire", "detail": character * 9_000, "sample": character * 200}
    gathered = Gathered(
        fixes={character * 300: 9},
        removed=tuple(
            Removed(f"s{n}", 9, 9, {"body": 9}, (RepeatedLine(character * 200, "body", 9),) * 12) for n in range(40)
        ),
        rejected=tuple({**row, "reason": f"{character * 90}{n}", "raw_path": character * 9_000} for n in range(500)),
        clusters=(Cluster("0f" * 16, 2, 3, {"near": 2}, {**ROW, "url": character * 9_000}),) * 10,
        documents=(Sample(whole, 600_000),) * 6,
        days=tuple(DayTally(f"{character * 20}{n}", "2026-11-20", 9) for n in range(500)),
    )
    page = render_report(tmp_path, record, gathered)
    assert len(page) <= MOST_BYTES
    check_page(page.decode())


def test_a_report_that_cannot_be_made_is_a_warning(house, monkeypatch) -> None:
    def fail(*_) -> None:
        raise ZeroDivisionError("no page")

    house.put("notes/a.txt", "A heron stood in the river all morning and caught nothing at all, it seems.\n")
    monkeypatch.setattr(writing, "render", fail)
    monkeypatch.setattr(gathering, "gather", fail)
    monkeypatch.setattr(writing, "view_run", lambda *_: {})
    record = house.ingest(workers=1)
    assert record.status == "published"
    assert len(house.rows("documents")) == 1
    assert [warning.split(":")[0] for warning in record.warnings] == [
        "the report of this run has no examples",
        "no report of this run was written",
    ]
    assert read_records(house.curated)[0].warnings == record.warnings
    assert not report_path(house.curated, record.run_id).exists()


class Fails(DirectRooms):
    """Rooms in which the worker fails that looks through the shards for the report."""

    def beside(self, work):
        return super().beside(partial(int, f"no number: {work.func.__name__}"))


def test_a_look_that_fails_in_its_worker_costs_the_examples_alone(house) -> None:
    house.put("notes/a.txt", "A heron stood in the river all morning and caught nothing at all, it seems.\n")
    record = house.ingest(rooms=Fails, workers=1)
    assert record.status == "published"
    assert len(house.rows("documents")) == 1
    (warning,) = record.warnings
    assert warning.startswith("the report of this run has no examples: ValueError")
    assert "look_through" in warning
    assert report_path(house.curated, record.run_id).exists()


def test_a_run_that_reads_nothing_asks_no_worker_for_its_report(house) -> None:
    house.put("notes/a.txt", "A heron stood in the river all morning and caught nothing at all, it seems.\n")
    gone = house.put("notes/b.txt", "The old mill has new sails, and the baker says that the flour is better now.\n")
    house.ingest(workers=1)
    gone.unlink()
    record = house.ingest(rooms=Fails, workers=1)
    assert (record.status, record.warnings) == ("published", [])


def test_what_is_withdrawn_goes_from_the_reports_too(house) -> None:
    texts = {
        "notes": "A heron stood in the river all morning and caught nothing at all, it seems to me.\n",
        "other": "The old mill has new sails, and the baker says that the flour is better than before.\n",
    }
    lines = "".join(
        json.dumps({"text": texts["notes"], "url": f"https://example.org/{n}?a=1&b"}) + "\n" for n in (1, 2)
    )
    house.put("notes/2026-11-20/feed.jsonl", lines)
    first = house.ingest(workers=1)
    house.put("other/2026-11-20/a.txt", texts["other"])
    second = house.ingest(workers=1)
    pages = [report_path(house.curated, record.run_id) for record in (first, second)]
    assert texts["notes"].strip() in pages[0].read_text()
    house.put("withdrawn.txt", "https://example.org/1?a=1&b\n")
    third = house.ingest(workers=1)
    assert [page.exists() for page in pages] == [False, True]
    assert "withdrawn.txt: 1 report of earlier runs showed what it names, and went with it" in third.warnings
    assert "withdrawn.txt: 1 published document was taken out" in third.warnings
    house.put("withdrawn.txt", f"https://example.org/1?a=1&b\n{house.rows('documents')[1]['document_id']}\nother\n")
    house.ingest(workers=1)
    assert [page.exists() for page in pages] == [False, False]
    for path in (house.curated / "runs").glob("*.html"):
        assert texts["other"].strip() not in path.read_text()
