"""What is said of a source: `raw/<source>/source.toml`, read strictly, and the profile that lies beside it.

Every key is optional, and a source without the file has the defaults. A key that is not known, or a value of the wrong
type, is an error that names the line and the nearest known key: a typing error never passes for a default.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

from tasks.acquire.profile import Profile, load_profile
from tasks.acquire.strict import check_table, find_line
from tasks.errors import SourceError
from tasks.place import Place
from tasks.settings import folder_options

SETTINGS_FILE = "source.toml"

SOURCE_NAME = re.compile(r"[a-z][a-z0-9_-]*")
"""What a folder of `raw/` must be called to be a source."""

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fields:
    """The names, in the data, of what a record of JSON Lines, CSV or Parquet consists of.

    The first that is there and not null counts; of `text`, the first that holds a string with more than white space. A
    name with dots leads into nested objects, unless a field is called so. A field that is called so exactly counts
    before one whose name differs in case, or in blanks around it.
    """

    text: tuple[str, ...] = ("text", "content", "body", "html")
    url: tuple[str, ...] = ("url",)
    title: tuple[str, ...] = ("title",)
    author: tuple[str, ...] = ("author",)
    published_at: tuple[str, ...] = ("published_at", "date")
    fetched_at: tuple[str, ...] = ("fetched_at",)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may ask of the machine. What goes beyond is rejected; memory follows from these numbers.

    - `record_bytes`: one document. The longest books are about 5 MB; a page of more is a dump.
    - `expansion_ratio`: decompressed to compressed bytes, counted after the first 64 MB. Text reaches 5 to 30.
    - `expanded_bytes`: all that one file decompresses to.
    - `depth`: archives and compressions in one another.
    - `nesting`: JSON values in one another.
    - `columns`: fields of a row, columns of a table.
    - `members`: members of an archive, with those of the archives in it.
    """

    record_bytes: int = 16 * _MEGABYTE
    expansion_ratio: int = 200
    expanded_bytes: int = 1024 * 1024 * _MEGABYTE
    depth: int = 5
    nesting: int = 200
    columns: int = 1_000
    members: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a day of the source is like; None leaves it to the history of the source.

    - `rejected`, `duplicate`: the largest shares, in [0, 1], of the records. Beyond one the source is held.
    - `boilerplate`: the largest share of the characters, comments aside. Beyond it the source is held.
    - `records_min`, `records_max`: how many records a day has that has any. Outside of them there is an alarm.
    - `silence_days`: after so many days without a record there is an alarm.
    """

    rejected: float | None = None
    duplicate: float | None = None
    boilerplate: float | None = None
    records_min: int | None = None
    records_max: int | None = None
    silence_days: int | None = None


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """All that is said of a source. Created without arguments, these are the settings of a source without the file.

    - `title`, `licence`: for people.
    - `reader`: read every file of the source so, whatever it looks like.
    - `encoding`: a hint, believed before what the data declares.
    - `settle_seconds`: leave files alone that changed in the last so many seconds.
    - `retain`: `while_present` withdraws the documents of a raw file that is gone, `forever` keeps them.
    - `language_detector`: `langdetect` for the stock package with seed 0, slower and less often right.
    - `boilerplate_lines`: a line in which one of these is found is boilerplate.
    - `comments_start`: from a line in which one of these is found, the rest of the document is comments.

    `profile` is what was learnt of the source; it comes from a file of its own.
    """

    title: str = ""
    licence: str = ""
    reader: str | None = None
    encoding: str | None = None
    settle_seconds: float = 0.0
    retain: Literal["while_present", "forever"] = "while_present"
    language_detector: Literal["winnow", "langdetect"] = "winnow"
    boilerplate_lines: tuple[re.Pattern[str], ...] = ()
    comments_start: tuple[re.Pattern[str], ...] = ()
    fields: Fields = field(default_factory=Fields)
    limits: Limits = field(default_factory=Limits)
    expect: Expectations = field(default_factory=Expectations)
    profile: Profile | None = None

    def fingerprint(self) -> str:
        """64 bits in hexadecimal of the settings that documents depend on.

        Only what differs from the defaults counts, so that a setting added later leaves the fingerprints of those who
        do not use it as they are.
        """
        mine, default = (
            {**asdict(settings.fields), **asdict(settings.limits)}
            | {name: getattr(settings, name) for name in ("reader", "encoding", "language_detector")}
            | {
                name: [pattern.pattern for pattern in getattr(settings, name)]
                for name in ("boilerplate_lines", "comments_start")
            }
            | {"profile": settings.profile.fingerprint() if settings.profile is not None else None}
            for settings in (self, SourceSettings())
        )
        chosen = {name: value for name, value in mine.items() if value != default[name]}
        return hashlib.blake2b(json.dumps(chosen, sort_keys=True).encode(), digest_size=8).hexdigest()


def load_source(raw: Place, source: str) -> SourceSettings:
    """Read `source.toml` and `profile.json` of `raw/<source>/`; without the files, the defaults.

    `SourceError` where one of them cannot be read, or says something that is not understood.
    """
    return replace(load_rules(raw, source), profile=load_profile(raw / source, folder_options(raw)))


def load_rules(raw: Place, source: str) -> SourceSettings:
    """Read `raw/<source>/source.toml` alone, whatever was learnt; without the file, the defaults.

    `SourceError` where the file cannot be read, is no TOML, or says something that is not understood.
    """
    path = raw / source / SETTINGS_FILE
    try:
        if not path.exists() and not path.is_symlink():
            return SourceSettings()
        if not path.is_file():
            raise SourceError("this is no file", "make it a text file or remove it", str(path))
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("this is not UTF-8", "save it as UTF-8", str(path)) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", "check its permissions", str(path)) from error
    return parse_source(text, str(path))


def parse_source(text: str, path: str = SETTINGS_FILE) -> SourceSettings:
    """Read settings from the text of a `source.toml`; `path` is for the messages."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else len(text.splitlines())
        problem = re.sub(r" \(at .*\)$", "", str(error))
        raise SourceError(f"this is no valid TOML: {problem}", "see https://toml.io", path, line) from error
    except RecursionError as error:
        raise SourceError("this is nested too deeply", "settings have two levels", path) from error
    checked = check_table(data, text, path)
    expect = Expectations(**checked.get("expect", {}))
    if expect.records_min is not None and expect.records_max is not None and expect.records_min > expect.records_max:
        where = find_line(text, "expect", "records_min")
        raise SourceError("'expect.records_min' is more than 'records_max'", "no day could have both", path, where)
    return SourceSettings(
        **{name: value for name, value in checked.items() if not isinstance(value, Mapping)},
        fields=Fields(**checked.get("fields", {})),
        limits=Limits(**checked.get("limits", {})),
        expect=expect,
    )


__all__ = [
    "SETTINGS_FILE",
    "SOURCE_NAME",
    "Expectations",
    "Fields",
    "Limits",
    "SourceSettings",
    "find_line",
    "load_rules",
    "load_source",
    "parse_source",
]
