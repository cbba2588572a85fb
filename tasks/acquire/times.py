"""Times as scrapers write them: ISO 8601, RFC 2822, seconds or milliseconds since 1970."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 64
_NUMBER = re.compile(r"-?\d{9,20}(\.\d+)?", re.ASCII)
_MONTH_NAME = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)

# From which number on a count since 1970 is taken to be in which unit. Each range ends where the next unit would be in
# 1973, so a number has one reading; a smaller one is no time that a web page can have, but an unset field.
_UNITS = ((1e8, 1.0), (1e11, 1e3), (1e14, 1e6), (1e17, 1e9))
_TOO_LARGE = 1e20  # nanoseconds up to the year 5138, where the other units end too


def parse_time(value: Any) -> datetime | None:
    """Read a time as UTC, to the microsecond; None where it is none. Without a zone it is taken to be UTC.

    Numbers from 1e8 on are seconds since 1970, from 1e11 milliseconds, from 1e14 micro- and from 1e17 nanoseconds.
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
        return _from_number(float(text))
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        return _in_utc(parsedate_to_datetime(text)) if _MONTH_NAME.search(text) else None


def _from_number(number: float) -> datetime | None:
    if not math.isfinite(number) or abs(number) >= _TOO_LARGE:
        return None
    if abs(number) < _UNITS[0][0]:
        # 20261120 is a date
        return _from_text(str(number)) if isinstance(number, int) and number > 19_000_000 else None
    divisor = next(unit for least, unit in reversed(_UNITS) if abs(number) >= least)
    return _EPOCH + timedelta(microseconds=round(number * (1_000_000 / divisor)))


def _in_utc(time: datetime) -> datetime:
    return (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).astimezone(UTC)
