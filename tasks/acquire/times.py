"""Times as scrapers write them: ISO 8601, RFC 2822, seconds or milliseconds since 1970, or as pages show them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

EARLIEST_YEAR, LATEST_YEAR = 1500, 2100
"""Nothing that is on the web was published before or will be after."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNSET = frozenset(
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in ((1601, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1970, 1, 1))
)
"""What programs and databases write for a time that nobody set: where their counts begin."""

_COMPACT = 19_000_000_000_000, 21_010_000_000_000
"""20261120220000, as archives of the web have it, read as a number: in milliseconds it would be of the year 2612."""

_LONGEST = 100
_NUMBER = re.compile(r"-?\d{9,20}(\.\d+)?", re.ASCII)
# As C has it: "Fri Nov 20 22:00:00 2026", with a zone before the year or none.
_CTIME = re.compile(r"[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d\d:\d\d:\d\d)((?: [A-Z]{2,5}| [+-]\d{4})?) (\d{4})")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([/-])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)", re.ASCII)
_HALF_OF_DAY = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)

# From which number on a count since 1970 is taken to be in which unit. Each range ends where the next unit would be in
# 1973, so a number has one reading; a smaller one is no time that a web page can have, but an unset field.
_UNITS = ((1e8, 1.0), (1e11, 1e3), (1e14, 1e6), (1e17, 1e9))
_TOO_LARGE = 1e20  # nanoseconds up to the year 5138, where the other units end too


def parse_time(value: Any) -> datetime | None:
    """Read a time as UTC, to the microsecond; None where it is none. Without a zone it is taken to be UTC.

    Numbers from 1e8 on are seconds since 1970, from 1e11 milliseconds, from 1e14 micro- and from 1e17 nanoseconds.
    Text is ISO 8601, RFC 2822 or what `read_time` of the segmenter reads, a date alone is its midnight. Nobody can tell
    which number of 03/04/2021 is the month: that is None, unless AM or PM says that an American wrote it. So are years
    before `EARLIEST_YEAR` or after `LATEST_YEAR`, and what is written where nothing is `UNSET`.
    """
    try:
        if isinstance(value, datetime):
            return _in_utc(value)
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            return _from_number(value)
        if isinstance(value, str):
            return _from_text(value.strip())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return None


def _from_text(text: str) -> datetime | None:
    if not text or len(text) > _LONGEST:
        return None
    if _NUMBER.fullmatch(text):
        return _from_number(int(text) if text.isdecimal() else float(text))
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        return _read_written(text)


def _read_written(text: str) -> datetime | None:
    """A time in words, whatever the language; the zone may have a name."""
    # Late: most times are ISO 8601, and the words of all languages are loaded with it.
    from tasks.clean.segments.dates import read_time  # noqa: PLC0415

    if form := _CTIME.fullmatch(text):
        month, day, clock, zone, year = form.groups()
        text = f"{day} {month} {year} {clock}{zone}"
    numeric = _NUMERIC.search(text)
    if numeric and numeric[1] != numeric[3] and max(int(numeric[1]), int(numeric[3])) <= 12:
        return read_time(text) if _HALF_OF_DAY.search(text) else None
    return read_time(text)


def _from_number(number: float) -> datetime | None:
    if abs(number) >= _TOO_LARGE or not math.isfinite(number):
        return None
    if abs(number) < _UNITS[0][0]:
        # 20261120 is a date
        return _from_text(str(number)) if isinstance(number, int) and number > 19_000_000 else None
    if _COMPACT[0] <= number < _COMPACT[1]:
        return _in_utc(datetime.strptime(f"{number:.0f}Z", "%Y%m%d%H%M%S%z"))
    divisor = next(unit for least, unit in reversed(_UNITS) if abs(number) >= least)
    return _in_utc(_EPOCH + timedelta(microseconds=round(number * (1_000_000 / divisor))))


def _in_utc(time: datetime) -> datetime | None:
    moment = (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).astimezone(UTC)
    return moment if EARLIEST_YEAR <= moment.year <= LATEST_YEAR and moment not in UNSET else None
