from datetime import UTC, datetime

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


@pytest.mark.parametrize("value", ["2026-11-20", "20261120", 20261120])
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
        "1" * 10_000,
    ],
)
def test_what_is_no_time_is_none(value):
    assert parse_time(value) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes(), st.from_regex(r"\d{4}-\d\d-\d\d.\d\d:\d\d")))
def test_anything_is_a_time_in_utc_or_none(value):
    found = parse_time(value)
    assert found is None or found.utcoffset().total_seconds() == 0
