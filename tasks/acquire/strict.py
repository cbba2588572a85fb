"""Strict reading of `source.toml`: which keys there are, what each may hold, and where in the file a key stands."""

from __future__ import annotations

import codecs
import difflib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from tasks.acquire.patterns import compile_pattern
from tasks.errors import SourceError

READER_NAMES = ("parquet", "warc", "html", "jsonl", "json", "csv", "text")
"""What `reader` may be, in the order of probing."""

Check = Callable[[Any], Any]
"""Takes a value of TOML and gives back the setting, or raises `ValueError` that says what it must be."""


def check_table(data: Mapping[str, Any], text: str, path: str) -> dict[str, Any]:
    """Check all of `source.toml` against what is known, and give back the settings; tables stay nested.

    `text` and `path` are for the line and the file in the message of the `SourceError`.
    """
    return _check(data, _TABLES, "", text, path)


def find_line(text: str, table: str, key: str) -> int | None:
    """The number of the line, from 1, on which a key of a table is set (`table` is "" for the top level)."""
    here = ""
    # the key itself, or the inline table that holds it
    dotted = re.compile(rf"""\s*["']?{re.escape(table)}["']?\s*(\.\s*["']?{re.escape(key)}["']?\s*[=.]|=)""")
    plain = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
    fallback = None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([^\]]*?)\s*\]", line)
        if header:
            here = header[1].strip("\"'")
            if here == (table or key):
                fallback = number
        elif (here == table and plain.match(line)) or (table and not here and dotted.match(line)):
            return number
    return fallback


def _check(data: Mapping[str, Any], known: Mapping[str, Any], table: str, text: str, path: str) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for key, value in data.items():
        name = f"{table}.{key}" if table else key
        line = find_line(text, table, key)
        if key not in known:
            raise SourceError(f"unknown key '{name}'", _suggest(key, known, table), path, line)
        rule = known[key]
        if isinstance(rule, Mapping):
            if not isinstance(value, Mapping):
                raise SourceError(f"'{name}' must be a table", f"write [{name}] and its keys below it", path, line)
            checked[key] = _check(value, rule, key, text, path)
            continue
        try:
            checked[key] = rule(value)
        except ValueError as error:
            raise SourceError(f"'{name}' {error}", f"it is {_shorten(value)}", path, line) from error
    return checked


def _suggest(key: str, known: Mapping[str, Any], table: str) -> str:
    """The nearest known key, of the other tables too: `text` at the top belongs into `fields`."""
    tables = {"": _TABLES} | {name: rule for name, rule in _TABLES.items() if isinstance(rule, Mapping)}
    places = [(name, other) for other, rule in tables.items() for name in rule]
    # In other tables only what is all but the same: many words are near to one of thirty keys.
    likely = [
        (likeness, other == table, name, other)
        for name, other in places
        if (likeness := difflib.SequenceMatcher(None, key.lower(), name).ratio()) >= (0.6 if other == table else 0.8)
    ]
    if not likely:
        return f"one of: {', '.join(sorted(known))}"
    _, is_here, name, other = max(likely)
    if is_here:
        return f"did you mean '{table}.{name}'?" if table else f"did you mean '{name}'?"
    return f"did you mean '{name}' in [{other}]?" if other else f"did you mean '{name}' at the top?"


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("must be a string")


def _one_of(*choices: str) -> Check:
    def check(value: Any) -> str:
        if value not in choices:
            near = difflib.get_close_matches(str(value), choices, n=1, cutoff=0.5)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise ValueError(f"must be one of {', '.join(choices)}{hint}")
        return str(value)

    return check


def _encoding(value: Any) -> str:
    name = _string(value)
    try:
        codec = codecs.lookup(name)
        "a".encode(codec.name)  # refuses codecs that are no text encodings, such as base64
    except (LookupError, ValueError):
        raise ValueError("must be an encoding that Python knows, such as windows-1251") from None
    return codec.name


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError("must be a number of seconds, 0 or more")
    return float(value)


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("must be a share between 0 and 1")
    return float(value)


def _whole_number(least: int, most: int) -> Check:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least:,} to {most:,}")
        return value

    return check


def _names(value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not names or not all(isinstance(n, str) and n for n in names):
        raise ValueError("must be the name of a field, or a list of names of which the first present counts")
    return tuple(names)


def _patterns(value: Any) -> tuple[re.Pattern[str], ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of regular expressions")
    return tuple(compile_pattern(item) for item in value)


_TABLES: dict[str, Any] = {
    "title": _string,
    "licence": _string,
    "reader": _one_of(*READER_NAMES),
    "encoding": _encoding,
    "settle_seconds": _seconds,
    "retain": _one_of("while_present", "forever"),
    "language_detector": _one_of("winnow", "langdetect"),
    "boilerplate_lines": _patterns,
    "comments_start": _patterns,
    "fields": dict.fromkeys(("text", "url", "title", "author", "published_at", "fetched_at"), _names),
    "limits": {
        "record_bytes": _whole_number(1, 256 * 1024**2),  # beyond it, the stages after this one need gigabytes
        "expansion_ratio": _whole_number(1, 1_000_000),
        "expanded_bytes": _whole_number(1, 2**60),
        "depth": _whole_number(0, 20),
        "nesting": _whole_number(1, 400),  # Python's own parser gives up at about 900
        "columns": _whole_number(1, 100_000),
        "members": _whole_number(0, 100_000_000),
    },
    "expect": {
        **dict.fromkeys(("rejected", "duplicate", "boilerplate"), _share),
        **dict.fromkeys(("records_min", "records_max"), _whole_number(0, 2**40)),
        "silence_days": _whole_number(1, 36_525),  # a century: as good as never
    },
}
