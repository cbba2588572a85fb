"""The records of a snapshot by source and day, against the rows themselves."""

from collections import Counter

import pyarrow as pa

from tasks.publish.standing import count_days, measure_days
from tasks.tally import DayTally


def tallies_of(house, leaving: str = "") -> dict[tuple[str, str], DayTally]:
    """What the rows say, but for those of one raw file."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for dataset in ("documents", "duplicates", "rejected"):
        for row in house.rows(dataset):
            if row["raw_path"].partition("!")[0] == leaving:
                continue
            count = counts.setdefault((row["source"], row["day"]), Counter())
            count["cleaned"] += dataset != "rejected"
            count["duplicates"] += dataset == "duplicates"
            count["rejected"] += dataset == "rejected"
            count["withdrawn"] += row.get("reason") == "withdrawn"
            count["boilerplate_characters"] += row.get("boilerplate_characters", 0)
            count["characters"] += row.get("boilerplate_characters", 0) + len(row.get("text", ""))
    return {place: DayTally(*place, **count) for place, count in counts.items()}


def test_the_manifest_counts_the_records_of_each_day(samples) -> None:
    counted = count_days(samples.snapshot)
    found = {(source, day): tally for source, days in counted.items() for day, tally in days.items()}
    expected = tallies_of(samples)
    assert found.keys() == expected.keys()
    for place, tally in found.items():
        for name in ("cleaned", "duplicates", "rejected"):
            assert getattr(tally, name) == getattr(expected[place], name), place


def test_before_the_first_snapshot_there_is_nothing() -> None:
    assert count_days(None) == {}


def test_days_that_are_measured_have_their_characters_and_what_was_withdrawn(own_samples) -> None:
    withdrawn = next(row for row in own_samples.rows("documents") if row["source"] == "harbour-news")
    own_samples.put("withdrawn.txt", withdrawn["document_id"] + "\n")
    own_samples.ingest()
    expected = tallies_of(own_samples)
    measured, damaged = measure_days(own_samples.snapshot, expected.keys())
    assert {(tally.source, tally.day): tally for tally in measured} == expected
    assert sum(tally.withdrawn for tally in measured) == 1
    assert damaged == {}
    (one, *_) = sorted(expected)
    assert measure_days(own_samples.snapshot, {one}) == ([expected[one]], {})


def test_the_rows_of_leaving_files_do_not_count(samples) -> None:
    rows = samples.rows("documents") + samples.rows("rejected")
    for path in ("web-crawl/2026-11-16/crawl-00001.warc.gz", "garden-blog/2026-11-14/no-turning.txt"):
        places = {(row["source"], row["day"]) for row in rows if row["raw_path"] == path}
        assert places
        leaving = {place: pa.array([path]) for place in places}
        expected = tallies_of(samples, path)
        measured, _ = measure_days(samples.snapshot, places, leaving)
        assert measured == [expected[place] for place in sorted(places) if place in expected]


def test_a_day_with_a_damaged_part_has_no_tally(own_samples) -> None:
    snapshot = own_samples.snapshot
    part = next(part for part in snapshot.parts if part.dataset == "documents" and part.rows)
    (snapshot.root / part.path).write_bytes(b"PAR1 and then nothing")
    measured, damaged = measure_days(snapshot, days_of(snapshot))
    assert damaged.keys() == {part.partition}
    assert part.path in damaged[part.partition]
    assert part.partition not in {(tally.source, tally.day) for tally in measured}
    assert len(measured) == len(days_of(snapshot)) - 1


def days_of(snapshot) -> set[tuple[str, str]]:
    return {(source, day) for source, days in count_days(snapshot).items() for day in days}
