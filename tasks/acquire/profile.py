"""What was learnt of a source: the lines that many of its pages repeat, in `raw/<source>/profile.json`.

A profile is made by `winnow learn` and is an input like `source.toml`: while it stays as it is, the same raw files give
the same rows. It is read as strictly, and a mistake in it stops the source instead of being passed over.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from tasks.errors import SourceError
from tasks.place import Place

PROFILE_FILE = "profile.json"
"""Lies beside `source.toml`; it is no raw file."""

VERSION = 1
"""Goes up when the same profile would have to be understood otherwise."""

MOST_BYTES = 8 * 1024 * 1024
MOST_LINES = 5_000
"""What a profile may hold: each worker keeps it in memory, and it goes along with each shard."""

_HEAD = ("version", "pages", "learnt_from", "lines")
_LINE = ("line", "pages", "example")


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    """A line that stands on `pages` pages: its words as they are compared, and one spelling of it."""

    line: str
    pages: int
    example: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """The lines that a source repeats, those on most pages first, out of `pages` different pages.

    `learnt_from` counts what was looked at, for people. `share` tells how often a line stands on a page of the source.
    """

    pages: int
    lines: tuple[RepeatedLine, ...] = ()
    learnt_from: dict[str, int] = field(default_factory=dict, hash=False, compare=False)

    def fingerprint(self) -> str:
        """64 bits in hexadecimal of what documents depend on: the lines and their numbers, no examples."""
        digest = hashlib.blake2b(f"{VERSION} {self.pages}".encode(), digest_size=8)
        for each in sorted(self.lines, key=lambda each: each.line):
            digest.update(f"\0{each.pages} {each.line}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def dump_profile(profile: Profile) -> str:
    """The text of `profile.json`: a line of the file for each line of the profile, so that changes are easy to see."""
    head = {"version": VERSION, "pages": profile.pages, "learnt_from": profile.learnt_from}
    body = ",\n".join(
        "    " + json.dumps({name: getattr(each, name) for name in _LINE}, ensure_ascii=False) for each in profile.lines
    )
    top = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in head.items())
    lines = f"[\n{body}\n  ]" if body else "[]"
    return f'{{\n{top},\n  "lines": {lines}\n}}\n'


def load_profile(folder: Place, folders: str = "") -> Profile | None:
    """Read `profile.json` of a source's folder; None without the file, or where it says that nothing is repeated.

    `SourceError` where the file cannot be read, is of a version that is not known, or is no profile; `folders` are the
    options by which a command means this `raw/`.
    """
    path = folder / PROFILE_FILE
    hint = _way_out(folder.name, folders)
    try:
        if not path.exists() and not path.is_symlink():
            return None
        if not path.is_file():
            raise SourceError("this is no file", hint, str(path))
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"a profile has at most {MOST_BYTES:,} bytes", hint, str(path))
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("this is not UTF-8", hint, str(path)) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", "check its permissions", str(path)) from error
    profile = parse_profile(text, str(path), folder.name, folders)
    return profile if profile.lines else None


def parse_profile(text: str, path: str = PROFILE_FILE, source: str = "SOURCE", folders: str = "") -> Profile:
    """Read a profile from its text; `path`, `source` and `folders` are for the messages of the `SourceError`."""
    hint = _way_out(source, folders)
    try:
        data = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise SourceError(f"this is no valid JSON: {error.msg}", hint, path, error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise SourceError("this is no profile", hint, path) from error
    try:
        return _check(data)
    except ValueError as error:
        raise SourceError(str(error), hint, path) from error


def _way_out(source: str, folders: str) -> str:
    return f"make it anew with `winnow learn {source} --write{folders}`, or remove it"


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _check(data: Any) -> Profile:
    """Check all of a profile; `ValueError` says what is wrong."""
    if not isinstance(data, dict) or "version" not in data:
        raise ValueError("this is no profile: it has no version")
    if data["version"] != VERSION or isinstance(data["version"], bool):
        raise ValueError(f"this is a profile of version {json.dumps(data['version'])[:40]}, {VERSION} is known here")
    _check_keys(data, _HEAD, "a profile")
    pages = _count(data["pages"], "'pages'", 1, 2**53)
    learnt_from = _table(data["learnt_from"], "'learnt_from'")
    facts = {name: _count(value, f"'learnt_from.{name}'", 0, 2**53) for name, value in learnt_from.items()}
    if not isinstance(data["lines"], list) or len(data["lines"]) > MOST_LINES:
        raise ValueError(f"'lines' must be a list of at most {MOST_LINES:,} lines")
    lines = tuple(_check_line(each, f"lines[{number}]", pages) for number, each in enumerate(data["lines"]))
    if len({each.line for each in lines}) < len(lines):
        raise ValueError("'lines' holds a line twice")
    return Profile(pages, lines, facts)


def _check_line(data: Any, place: str, pages: int) -> RepeatedLine:
    _check_keys(_table(data, f"'{place}'"), _LINE, f"'{place}'")
    if not isinstance(data["line"], str) or not data["line"] or not isinstance(data["example"], str):
        raise ValueError(f"'{place}' must have a string as its line and its example")
    return RepeatedLine(data["line"], _count(data["pages"], f"'{place}.pages'", 1, pages), data["example"])


def _table(value: Any, name: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise ValueError(f"{name} must be a table")


def _check_keys(data: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    if missing := [name for name in known if name not in data]:
        raise ValueError(f"{what} lacks '{missing[0]}'")
    if unknown := [name for name in data if name not in known]:
        raise ValueError(f"{what} has no key '{unknown[0][:60]}'; it has {', '.join(known)}")


def _count(value: Any, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}")
    return value
