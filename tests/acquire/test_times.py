from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.acquire.times import parse_time

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-20T12:00:00Z",
        "2026-11-20 12:00",
        "2026-11-20T13:00:00+01:00",
        "20261120T120000",
        "Fri, 20 Nov 2026 12:00:00 GMT",
        "20 Nov 2026 07:00:00 -0500",
        "Fri, 20 Nov 2026 13:00:00 CET",
        "Fri, 20 Nov 2026 14:00:00 +02:00",
        "Fri, 20 Nov 2026 14:00:00 GMT+2",
        "Friday, 20-Nov-26 12:00:00 GMT",
        "Fri Nov 20 12:00:00 2026",
        "Fri Nov 20 12:00:00 +0000 2026",
        "Fri Nov 20 2026 13:00:00 GMT+0100 (Central European Standard Time)",
        "2026-11-20 12:00:00 UTC",
        "2026-11-20T13:00:00 +01:00",
        "Nov 20, 2026 12:00 PM",
        "November 20, 2026 4:00 AM PST",
        "11/20/2026 12:00 PM",
        "20/11/2026 12:00",
        "20.11.2026 12:00",
        "20 novembre 2026 12:00",
        "2026年11月20日 12:00",
        "20261120120000",
        20261120120000,
        " 2026-11-20T12:00:00.000000Z ",
        1795176000,
        1795176000.0,
        "1795176000",
        1795176000000,
        "1795176000000",
        1795176000000000,
        1795176000000000000,
        datetime(2026, 11, 20, 12),  # noqa: DTZ001 - a time without zone is the case
    ],
)
def test_known_ways_to_write_a_time(value):
    assert parse_time(value) == NOON


@pytest.mark.parametrize(
    "value",
    ["2026-11-20", "20261120", 20261120, "2026/11/20", "20 Nov 2026", "Nov 20, 2026", "20.11.2026", "11/20/2026"],
)
def test_a_date_is_its_midnight(value):
    assert parse_time(value) == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        "2026-13-40",
        0,
        -1,
        True,
        "0",
        "2026",
        [],
        {},
        float("nan"),
        float("inf"),
        10**400,
        "9" * 20,
        "0001-01-01T00:00:00+23:00",
        "may",
        "May be later",
        "03/04/2021",  # of March or of April
        "3-4-21",
        "Week 47",
        "0001-01-01T00:00:00",
        "0000-00-00 00:00:00",
        "1970-01-01T00:00:00Z",
        "1900-01-01",
        "9999-12-31",
        "2999-01-01T00:00:00Z",
        datetime(1, 1, 1),  # noqa: DTZ001 - as .NET has it
        "1" * 10_000,
    ],
)
def test_what_is_no_time_is_none(value):
    assert parse_time(value) is None


def test_the_month_comes_first_with_am_and_pm_or_where_it_can_be_no_day():
    assert parse_time("03/04/2021 1:00 PM") == datetime(2021, 3, 4, 13, tzinfo=UTC)
    assert parse_time("03/14/2021") == datetime(2021, 3, 14, tzinfo=UTC)
    assert parse_time("03/03/2021") == datetime(2021, 3, 3, tzinfo=UTC)


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)), st.integers(-12 * 60, 14 * 60))  # noqa: DTZ001
def test_mail_has_its_times_read_as_they_are(moment, minutes):
    zoned = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_time(format_datetime(zoned)) == zoned


@given(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes(), st.from_regex(r"\d{4}-\d\d-\d\d.\d\d:\d\d")))
def test_anything_is_a_time_in_utc_or_none(value):
    found = parse_time(value)
    assert found is None or found.utcoffset().total_seconds() == 0
