import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.segments.dates import are_month_first, end_of_leading_date, read_iso_time, read_time

CASES = json.loads(Path(__file__).with_name("dates.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_date_as_pages_write_it(text, expected):
    found = read_time(text)
    assert (found.isoformat() if found else None) == expected
    assert found is None or found.utcoffset() == timedelta(0)


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_any_text_has_a_date_or_none(text):
    for found in (read_time(text), read_iso_time(text)):
        assert found is None or found.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2099, 12, 31)))  # noqa: DTZ001  drawn without a zone
@settings(max_examples=100)
def test_iso_times_come_back_to_the_microsecond(moment):
    assert read_iso_time(moment.isoformat()) == moment.replace(tzinfo=UTC)


def test_offset_becomes_utc():
    assert read_iso_time("2021-03-04T10:00:00+02:00") == datetime(2021, 3, 4, 8, tzinfo=UTC)


def test_one_date_tells_how_all_of_a_page_are_written():
    assert are_month_first(["03-02-2019, 10:00", "03-14-2019, 10:00"])
    assert not are_month_first(["03-02-2019", "03-14-2019", "14-03-2019"])
    assert not are_month_first(["03.02.2019", "3 March 2019"])
    assert read_time("03-02-2019, 10:00", month_first=True) == datetime(2019, 3, 2, 10, tzinfo=UTC)
    assert read_time("03-02-2019, 10:00") == datetime(2019, 2, 3, 10, tzinfo=UTC)
    assert read_time("03.02.2019", month_first=True) == datetime(2019, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "rest"),
    [
        ("Updated: May 9, 2024", "If you go"),
        ("May 9, 2024", "“If” you go"),  # no letter follows
        ("٩ مايو ٢٠٢٤", "ذهب"),
        ("2024年5月9日", "如果"),
        ("2024年5月9 ", "If you go"),
        ("Sunday, the morning of 9 May 2024", "If you go"),
        ("\ud800 May 9, 2024", "If you go"),
        ("Updated today: ", "If you go"),
        ("", ""),
    ],
)
def test_date_glued_to_a_text_ends_where_the_text_begins(date: str, rest: str):
    is_glued = any(map(str.isdigit, date)) and rest[:1].isalpha()
    assert end_of_leading_date(date + rest) == (len(date) if is_glued else 0)
