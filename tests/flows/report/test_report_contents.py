"""The report of a run: what it says, for runs of every kind."""

import json
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.engine import worker_was_killed
from flows.order import RunOrder
from flows.progress import Watcher
from flows.recorded import run_recorded
from flows.report.gathered import Gathered
from flows.report.write import write_report
from flows.upkeep import Steps, maintain
from flows.upkeep_plan import UpkeepOrder
from tasks.acquire.scope import Scope
from tasks.errors import SourceError
from tasks.publish.runs import RunRecord, new_run, read_records, report_path, write_record
from tests.pages import PageChecker, check_page

GOOD = "A note on the {} of the river\n\nOn the {} morning the heron stood in the water until noon, for nothing.\n"


def page_of(house, run_id: str | None = None) -> PageChecker:
    """The report of a run, of the last one if none is named."""
    path = report_path(house.curated, run_id or read_records(house.curated, 1)[0].run_id)
    return check_page(path.read_text("utf-8"))


def said(page: PageChecker) -> str:
    return " ".join(" ".join(page.texts).split())


def sections(page: PageChecker) -> list[str]:
    """The names of the parts of the page, in order."""
    return [facts["id"] for tag, facts in page.starts if tag == "h2"]


def labels(page: PageChecker, name: str) -> set[str]:
    return {facts[name] for _, facts in page.starts if facts.get(name)}


def test_the_report_tells_of_all_that_came(samples) -> None:
    page, (record, *_) = page_of(samples), read_records(samples.curated)
    text = said(page)
    assert sections(page) == [
        *("look", "came", "sources", "languages", "clusters", "rejected", "removed", "time", "documents", "facts")
    ]
    assert f"{record.records['read']} records read = {record.records['documents']} documents" in text
    assert f"Raw files: {record.inputs['new']} new." in text
    assert "Nothing: no alarm, nothing held, no warning." in text
    for source, counts in record.sources.items():
        assert f"{source} {counts['read']} " in text
        assert f"{counts['read']} records read: {counts['documents']} documents" in text
    for row in samples.rows("rejected"):
        assert row["reason"] in text
        assert f"{row['raw_path']}" in text
        assert row["detail"] in text
    for counts in (record.languages, record.encodings, record.fixes):
        for name, number in list(counts.items())[:10]:
            assert f"{name} " in text
            assert str(number) in text
    for name in [*record.seconds, *record.steps]:
        assert f" {name} " in text
    assert labels(page, "data-label") == {"main", "boilerplate", "comment"}


def test_figures_that_the_record_has_are_those_of_the_rows(samples) -> None:
    (record, *_) = read_records(samples.curated)
    documents = samples.rows("documents") + samples.rows("duplicates")
    assert sum(record.encodings.values()) == len(documents)
    assert record.encodings["utf-8"] == sum(row["encoding"] == "utf-8" for row in documents)
    assert sum(record.fixes.values()) == sum(len(row["fixes"]) for row in documents)
    assert list(record.steps) == ["acquire", "clean", "dedupe", "gate", "publish"]
    assert sum(record.steps.values()) <= record.duration + 0.01


def test_the_largest_clusters_are_named_with_what_joined_them(house) -> None:
    for number in range(4):
        house.put(f"notes/2026-11-20/{number}.txt", GOOD.format("north bank", "first"))
    house.put(
        "notes/2026-11-20/other.txt",
        "The miller had left for the coast, and nobody knew when he would be back.\n",
    )
    house.ingest(workers=1)
    assert "A note on the north bank of the river 3 joined (3 exact), 4 documents in all" in said(page_of(house))
    house.put("notes/2026-11-21/again.txt", GOOD.format("north bank", "first"))
    house.ingest(workers=1)
    canonical = house.rows("duplicates")[0]["canonical_id"]
    assert "A note on the north bank of the river 1 joined (1 exact), 5 documents in all" in said(page_of(house))
    assert canonical in said(page_of(house))


def test_a_cluster_of_records_of_one_file_is_named_by_the_record(house) -> None:
    text = GOOD.format("north bank", "first").partition("\n\n")[2]
    house.put("notes/2026-11-20/feed.jsonl", (json.dumps({"text": text}) + "\n") * 3)
    house.ingest(workers=1)
    (canonical,) = house.rows("documents")
    assert f"3 documents in all · {canonical['raw_path']} # {canonical['raw_record']} " in said(page_of(house))


def test_documents_of_the_sample_come_from_many_sources_and_with_their_whole_text(samples) -> None:
    page = page_of(samples)
    ids = labels(page, "data-document")
    rows = {row["document_id"]: row for row in samples.rows("documents") + samples.rows("duplicates")}
    shown = [facts for tag, facts in page.starts if tag == "article" and "data-document" in facts]
    assert len({facts["data-source"] for facts in shown}) == len(shown) == 5
    for facts in shown:
        first = rows[facts["data-document"]]["text"][:40].split("\n")[0]
        assert first in " ".join(page.texts)
    assert ids <= rows.keys()


def test_a_source_is_shown_against_its_days_and_runs_before(house) -> None:
    today = datetime.now(UTC).date()
    for back in range(20, 2, -1):
        day = (today - timedelta(days=back)).isoformat()
        lines = [json.dumps({"text": GOOD.format(f"{day} bend", n)}) for n in range(10)]
        house.put(f"notes/{day}/feed.jsonl", "\n".join(lines))
    house.ingest(workers=1)
    day = (today - timedelta(days=1)).isoformat()
    lines = [json.dumps({"text": GOOD.format(f"{day} bend", n)}) for n in range(8)]
    house.put(f"notes/{day}/feed.jsonl", "\n".join([*lines, "{broken"]))
    house.ingest(workers=1)
    text = said(page_of(house))
    assert f"usual: 10 to 10 a day, by 18 days around {day}" in text
    assert f"{day}: 8 now, 1 rejected" in text
    assert "10 before" in text
    assert "11.1% rejected, 0.0% in 1 run before" in text


def test_what_the_gate_holds_stands_on_top_with_the_way_on(house) -> None:
    house.put("notes/2026-11-20/a.txt", GOOD.format("ford", "last"))
    house.put("bad/2026-11-20/feed.jsonl", "\n".join([json.dumps({"text": GOOD.format("mill", "old")}), *["{b"] * 9]))
    house.put("bad/source.toml", "[expect]\nrejected = 0.5\n")
    record = house.ingest(workers=1)
    assert record.status == "held"
    page = page_of(house)
    assert sections(page)[:3] == ["look", "held", "came"]
    text = said(page)
    assert text.index("held bad 2026-11-20: 90% of the records were rejected") < text.index("Held sources")
    assert f"If that is right: winnow accept bad --raw {house.raw} --curated {house.curated}" in text
    assert "Among them to be rejected: 9 broken_json" in text
    assert "broken_json: 0 records, and 9 held" in text
    assert "bad" in labels(page, "data-source")  # one of its documents is there to look at


def test_what_is_held_and_was_read_before_is_not_drawn_again(house) -> None:
    lines = [json.dumps({"text": GOOD.format(f"{word} bend", "late")}) for word in ("first", "last", "next", "far")]
    house.put("notes/source.toml", "[expect]\nrejected = 0.1\n")
    house.put("notes/2026-11-20/feed.jsonl", "\n".join(lines))
    assert house.ingest(workers=1).status == "published"
    house.put("notes/2026-11-20/feed.jsonl", "\n".join([*lines[:2], "{broken", "{broken"]))
    assert house.ingest(workers=1).status == "held"
    text = said(page_of(house))
    assert "day held" not in labels(page_of(house), "class")
    assert "4 of those held are of files read before: what was published of these stays" in text
    assert "2026-11-20: 4 before" in text
    assert "2026-11-20: 4 before," not in text
    assert "at most 4 a day" in text

    house.put("notes/2026-11-20/feed.jsonl", "\n".join([*lines, *["{broken"] * 5]))
    house.put("notes/2026-11-20/more.jsonl", "{broken")
    assert house.ingest(workers=1).status == "held"
    assert "2026-11-20: 4 before, 6 held" in said(page_of(house))  # 9 where 4 stand, and 1 of a new file


def test_a_run_that_finds_nothing_has_a_short_report(own_samples) -> None:
    record = own_samples.ingest()
    page = page_of(own_samples, record.run_id)
    assert (record.status, sections(page)) == ("nothing_new", ["look", "facts"])
    assert "58 as before" in said(page)


def test_a_run_that_fails_says_why(house) -> None:
    house.raw.mkdir()
    with pytest.raises(SourceError):
        house.ingest(workers=1)
    (record,) = read_records(house.curated)
    text = said(page_of(house, record.run_id))
    assert record.error
    assert f"failed {record.error}" in text


def test_a_run_that_someone_ends_says_so(tmp_path) -> None:
    def work(*_) -> RunRecord:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_recorded("ingest", tmp_path, 0, {}, Watcher(), work)
    (record,) = read_records(tmp_path)
    page = check_page(report_path(tmp_path, record.run_id).read_text())
    assert (record.status, record.warnings) == ("interrupted", [])
    assert "Someone ended the run with Ctrl-C or SIGTERM" in said(page)


def test_a_run_that_lost_a_worker_says_so_as_the_command_line_does(tmp_path) -> None:
    def work(*_) -> RunRecord:
        raise BrokenProcessPool

    with pytest.raises(BrokenProcessPool):
        run_recorded("ingest", tmp_path, 0, {}, Watcher(), work)
    (record,) = read_records(tmp_path)
    assert record.error == str(worker_was_killed())
    assert "memory ran out" in said(check_page(report_path(tmp_path, record.run_id).read_text()))


def test_a_run_that_was_killed_has_a_report_as_soon_as_the_next_one_finds_it(own_samples) -> None:
    dead = new_run("ingest", {})
    write_record(own_samples.curated, dead)
    own_samples.ingest()
    assert "The run ended without a word" in said(page_of(own_samples, dead.run_id))


def test_backfill_retry_and_maintain_have_theirs(own_samples) -> None:
    own_samples.run(RunOrder(own_samples.settings(), Scope(frozenset({"garden-blog"}))))
    page = page_of(own_samples)
    assert "garden-blog 7 " in said(page)
    assert labels(page, "data-source") == {"garden-blog"}
    own_samples.run(RunOrder(own_samples.settings(), Scope(frozenset({"wire-feed"})), frozenset({"broken_json"})))
    assert "Retry of" in said(page_of(own_samples))
    assert "broken_json: 1 record" in said(page_of(own_samples))
    record = maintain(UpkeepOrder(own_samples.curated), Steps(), Watcher())
    page = page_of(own_samples, record.run_id)
    assert "upkeep" in sections(page)
    assert "is index built" in said(page)


def test_warnings_and_hints_are_shown_and_long_lists_are_cut(samples) -> None:
    (record, *_) = read_records(samples.curated)
    record = replace(
        record, run_id="20200101T000000Z-abcdef", warnings=[f"warning {n}" for n in range(50)], hints=["h"]
    )
    try:
        write_report(samples.curated, record, Gathered())
        text = said(page_of(samples, record.run_id))
    finally:
        report_path(samples.curated, record.run_id).unlink()
    assert "warning 19" in text
    assert "warning 20" not in text
    assert "and 30 more: the record of the run has all" in text
    assert "hint h" in text
