"""Dates and times as pages write them, in the languages of the vocabulary, to UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain

from tasks.clean.segments.vocabulary import load_vocabulary

LONGEST = 200
"""Only the head of a line is searched: a date line is short."""

LEADING = 60
"""Characters at the head of a line in which a glued date is looked for."""

ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "WAT": 60,
    "CEST": 120, "MESZ": 120, "EET": 120, "CAT": 120, "SAST": 120, "EEST": 180, "MSK": 180, "EAT": 180, "TRT": 180,
    "GST": 240, "PKT": 300, "IST": 330, "NPT": 345, "WIB": 420, "ICT": 420, "SGT": 480, "HKT": 480, "MYT": 480,
    "PHT": 480, "AWST": 480, "JST": 540, "KST": 540, "ACST": 570, "AEST": 600, "ACDT": 630, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "BRT": -180, "ART": -180, "NDT": -150, "NST": -210, "ADT": -180, "AST": -240, "EDT": -240,
    "ET": -300, "EST": -300, "CDT": -300, "CT": -360, "CST": -360, "MDT": -360, "MT": -420, "MST": -420, "PDT": -420,
    "PT": -480, "PST": -480, "AKDT": -480, "AKST": -540, "HST": -600,
}  # fmt: skip
"""Minutes east of UTC. Of zones that share a name the one with most readers counts: IST is India's (not Ireland's or
Israel's), CST and CDT are North America's (not China's), BST is Britain's, AST is the Atlantic's."""

_DIGIT = re.compile(r"\d")
_DIGITS = b"0123456789"
# What every form below has in it: a year, or two numbers with a sign between them, or a month and two digits.
_DATED = re.compile(r"\d{4}|\d[-/.]\s?\d|['’‘]\d\d|[^\W\d_]\.?[\s-]\d\d(?!\d)")
# A letter right behind a date: behind its last digit, or that of one in years, months and days of China's form.
_LETTER_BEHIND = re.compile(r"\d[^\W\d_]|[月월]")
_WORD = r"[^\s\d.,:;/|()\[\]-]{2,15}"
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.|-)?[\s-]\s?(?:de\s|of\s|d')?({_WORD})[\s.,-]{{0,3}}"
    r"(?:de\s|del\s|г\.?\s)?(\d{4})(?!\d)"
)
_MONTH_FIRST = re.compile(rf"({_WORD})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}}(\d{{4}})(?!\d)")
# "Jan 3 '12", "9 Jan 08": without an apostrophe nothing but a clock may follow, so that it is no number of something.
_SHORT = (
    r"(?:['’‘](\d{2})(?!\d)|"
    r"(\d{2})(?=$|\s?[,)\]|·•–—]|\s(?:-\s|at\s|um\s|à\s|@\s?)?(?:[01]?\d|2[0-3])[:.h][0-5]\d))"
)
_DAY_FIRST_SHORT = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|\.|-)?[\s-]\s?({_WORD})[\s.,-]{{1,3}}{_SHORT}")
_MONTH_FIRST_SHORT = re.compile(rf"({_WORD})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s{_SHORT}")
_CLOCK = re.compile(
    r"(?<![\d:.])([01]?\d|2[0-4])(?:[:.h時点时]|\s?h\s)([0-5]\d)(?:[:.]([0-5]\d)(?:[.,](\d{1,6})\d*)?)?(?![\d/])"
    r"(?:\s?([aApP])\.?\s?[mM]\b\.?|\s(?:min|mn|Uhr)\b)?"
)
_AMERICAN = re.compile(r"\d\s?[aApP]\.?[mM]\b")
_OFFSET = re.compile(r"\s?(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?\b|\s?\(?([A-Z]{1,5})\b")
_NOON = {"上午": 0, "午前": 0, "오전": 0, "下午": 12, "午後": 12, "晚上": 12, "오후": 12}
_NOON_BEFORE = re.compile(f"({'|'.join(_NOON)})\\s?$")
_NOON_AFTER = {"ص": 0, "م": 12}


def read_time(text: str, *, month_first: bool = False) -> datetime | None:
    """Find the first date in a line, with its clock time and zone where it has them, as UTC with microseconds.

    Without a clock it is midnight; without a zone it is taken as UTC; a zone is a numeric offset or a known
    abbreviation (`ZONES`). Of 03/04/2021 the first number is the day, unless it cannot be or the clock beside it says
    AM or PM, as Americans do; 3.4.2021 and 3-4-2021 are day first. `month_first` says that other dates of the page have
    the month first: then 03/04/2021 and 3-4-2021 are read so. Two-digit years are 1970 to 2069. Buddhist
    years (2400 to 2600) are converted. Relative times ("3 hours ago") give None: nothing here says when now is.
    """
    head = text[:LONGEST]
    if not _has_digit(head):
        return None
    signs = "/-" if month_first else "/" if _AMERICAN.search(head) else ""
    found = _find_day(head, signs)
    if found is None:
        return None
    start, end, (year, month, day_of_month) = found
    head = head[:start] + "|" * (end - start) + head[end:]
    clock = _CLOCK.search(head)
    if 2400 <= year <= 2600:
        year -= 543
    if not 1970 <= year <= 2100:
        return None
    try:
        date = datetime(year, month, day_of_month, tzinfo=UTC)
        return date if clock is None else _at_clock(date, head, clock)
    except (ValueError, OverflowError):
        return None


def are_month_first(texts: Iterable[str]) -> bool:
    """Whether dates of one page are written with the month first: one can be read in no other way, and all so."""
    found = [match for text in texts if (match := _NUMERIC.search(text[:LONGEST])) and match[2] in "/-"]
    return any(int(match[3]) > 12 for match in found) and all(int(match[1]) <= 12 for match in found)


def end_of_leading_date(text: str) -> int:
    """Where the text begins that a renderer glued to a date line ("Updated: May 9, 2024If you ..."), or 0.

    The date stands within the first words, and a letter follows it without a space.
    """
    head = text[:LEADING]
    if not _has_digit(head) or _LETTER_BEHIND.search(text, 0, LEADING + 1) is None:
        return 0
    found = _find_day(head)
    if found is None or found[0] > LEADING // 2 or found[1] >= len(text) or not text[found[1]].isalpha():
        return 0
    return found[1] if head[: found[0]].count(" ") <= 4 else 0


def read_iso_time(text: str) -> datetime | None:
    """Read an ISO 8601 time as metadata has it, else a date as a person writes it."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return read_time(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        return moment.astimezone(UTC) if 1970 <= moment.year <= 2100 else None
    except OverflowError:
        return None


def _has_digit(text: str) -> bool:
    """Whether a text has a digit; in ASCII a pattern takes three times as long to say so."""
    if not text.isascii():
        return _DIGIT.search(text) is not None
    return len(text.encode().translate(None, _DIGITS)) < len(text)


def _find_day(text: str, month_first: str = "") -> tuple[int, int, tuple[int, int, int]] | None:
    """Where the first date in the text starts and ends, whatever its form, and its year, month and day.

    `month_first` are the signs between numbers of which the first may be the month.
    """
    if _DATED.search(text) is None:
        return None
    months = load_vocabulary().months
    found: list[tuple[int, int, tuple[int, int, int]]] = []
    for form in (_ISO, _CJK):
        if match := form.search(text):
            year, month, day = match.groups()
            found.append((*match.span(), (int(year), int(month), int(day))))
    if match := _NUMERIC.search(text):
        first, second = int(match[1]), int(match[3])
        year = _whole_year(match[4])
        is_month = first <= 12 and (second > 12 or match[2] in month_first)
        found.append((*match.span(), (year, first, second) if is_month else (year, second, first)))
    for form, short, day_group, month_group in (
        (_DAY_FIRST, _DAY_FIRST_SHORT, 1, 2),
        (_MONTH_FIRST, _MONTH_FIRST_SHORT, 2, 1),
    ):
        for match in chain(form.finditer(text), short.finditer(text)):
            word = match[month_group]
            # A renderer may glue the name before it to the month: "AdaAugust 5, 2012".
            if number := months.get(word.casefold()) or months.get(word[_last_capital(word) :].casefold()):
                year = match[3] or match[match.lastindex or 3]
                found.append((*match.span(), (_whole_year(year), number, int(match[day_group]))))
                break
    return min(found) if found else None


def _whole_year(digits: str) -> int:
    """The year; two digits are one from 1970 to 2069."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)


def _last_capital(word: str) -> int:
    """Where the last capital letter of a word stands."""
    return max((at for at, letter in enumerate(word) if letter.isupper()), default=0)


def _at_clock(date: datetime, text: str, clock: re.Match[str]) -> datetime:
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    before = _NOON_BEFORE.search(text[: clock.start()])
    after = _NOON_AFTER.get(text[clock.end() : clock.end() + 2].strip())
    noon = (12 if clock[5] in "pP" else 0) if clock[5] else _NOON[before[1]] if before else after
    if noon is not None:
        hour = hour % 12 + noon
    moment = date + timedelta(hours=hour, minutes=minute, seconds=second)
    moment = moment.replace(microsecond=int((clock[4] or "0").ljust(6, "0")))
    zone = _OFFSET.match(text, clock.end())
    if zone is None:
        return moment
    if zone[1]:
        minutes = int(zone[2]) * 60 + int(zone[3] or 0)
        return moment.replace(tzinfo=timezone(timedelta(minutes=minutes if zone[1] == "+" else -minutes))).astimezone(
            UTC
        )
    return moment - timedelta(minutes=ZONES.get(zone[4], 0))
