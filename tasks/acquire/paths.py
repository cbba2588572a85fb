r"""Names of raw files: written so that they can be printed, stored and read back, and the day that they carry.

A `raw_path` is relative to `raw/`, with `/` between its parts and `!` before a member of an archive. Bytes that are not
UTF-8, control characters, line separators, `!` and the backslash itself stand as `\xNN`, one for each byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\udc80-\udcff\\!]")
_SAFE = re.compile(r"[\w .-]+", re.ASCII)
_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")

# The three ways to write a day in a path. A digit before or after makes it a part of some other number.
_DAY = re.compile(r"(?<!\d)(?:(\d{4})-(\d{2})-(\d{2})|(\d{4})/(\d{2})/(\d{2})|(\d{4})(\d{2})(\d{2}))(?!\d)")

# Eight digits outside these years are a number, not a day: the web is younger and scrapers do not see the future.
_YEARS = range(1970, 2100)


def escape_name(name: str | bytes) -> str:
    r"""Write the name of a file so that it is one printable line and no two names are written alike.

    >>> print(escape_name(b"caf\xe9\n.txt"))
    caf\xe9\x0a.txt
    """
    if isinstance(name, str) and _SAFE.fullmatch(name):
        return name
    return _UNSAFE.sub(_escape_character, os.fsencode(name).decode("utf-8", "surrogateescape"))


def escape_names(names: Sequence[str]) -> Sequence[str]:
    """Write names as `escape_name` does, all those of a folder at once: most need nothing."""
    return [escape_name(name) for name in names] if _UNSAFE.search("/".join(names)) else names


def unescape_name(name: str) -> bytes:
    """Give back the bytes that `escape_name` was given."""
    return _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), name.encode("utf-8"))


def find_day(path: str) -> str | None:
    """Name the day that a path carries as `YYYY-MM-DD`: the first that is a date, of folders and file name alike.

    `2026-11-20`, `2026/11/20` (folders) and `20261120` count; `2026-13-40` is none.
    """
    for match in _DAY.finditer(path):
        year, month, day = (int(group) for group in match.groups() if group is not None)
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if year in _YEARS:
            return found.isoformat()
    return None


def day_of(raw_path: str) -> str | None:
    """Name the day of a raw file: that of its folders below the source, if they carry one, else that of its name."""
    below = raw_path.partition("/")[2]
    return find_day(below.rpartition("/")[0] + "/") or find_day(below)


def file_of(raw_path: str) -> str:
    """The raw file that a path leads to, also where it leads on to a member of an archive.

    >>> file_of("site/2026-11-20/pages.zip!a.html")
    'site/2026-11-20/pages.zip'
    """
    return raw_path.partition("!")[0]


def _escape_character(match: re.Match[str]) -> str:
    return "".join(f"\\x{byte:02x}" for byte in match[0].encode("utf-8", "surrogateescape"))
