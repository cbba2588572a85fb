"""Regular expressions that people write into `source.toml`, and whether one is safe to run on every line.

Python's engine tries all ways to split a line among the repeats of a pattern. A repeat of what can match the same
characters in more than one way can take time that doubles with every character, and no time limit can interrupt it, so
such patterns are refused.
"""

from __future__ import annotations

import re

LINE_CHARACTERS = 1_000
"""Rules look at the first so many characters of a line: no label is longer, and the time stays bounded."""

MAX_PATTERN_CHARACTERS = 1_000
MAX_REPEATS = 6
"""Unbounded repeats beside one another: the time grows with a power of the line's length, one for each."""

_MANY = 10
"""A repeat `{n,m}` with m from here on counts as unbounded."""

_SIGNS = [*map(chr, range(256)), "ж", "語"]
"""Characters by which alternatives are compared: all of Latin-1, and a letter of scripts with and without case."""

_TOKEN = re.compile(
    r"""
      (?P<open>\((?:\?(?:P<\w+>|<?[=!]|[:>]))?)
    | (?P<close>\))
    | (?P<or>\|)
    | (?P<repeat>[*+?]|\{\d*,\d*\}|\{\d+\})[?+]?  # with what makes it lazy or possessive
    | (?P<item>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def compile_pattern(text: str) -> re.Pattern[str]:
    """Compile a rule for lines; `ValueError` where it is invalid, matches every line, or may take forever."""
    if len(text) > MAX_PATTERN_CHARACTERS:
        raise ValueError(f"holds a pattern of more than {MAX_PATTERN_CHARACTERS} characters")
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"holds an invalid pattern, {error}") from error
    if is_catastrophic(text):
        raise ValueError("holds a pattern that may take forever: a repeat inside a repeat, or too many repeats")
    if pattern.search(""):
        raise ValueError("holds a pattern that matches every line")
    return pattern


def matches_line(patterns: tuple[re.Pattern[str], ...], line: str) -> bool:
    """Whether a pattern is found in the first `LINE_CHARACTERS` characters of a line, outer white space aside."""
    if not patterns:
        return False
    head = line.strip()[:LINE_CHARACTERS]
    return any(pattern.search(head) for pattern in patterns)


def is_catastrophic(text: str) -> bool:
    """Whether a pattern has an unbounded repeat of what may match in several ways, or more than `MAX_REPEATS` in all.

    That is a group with a repeat of no fixed number in it, or with alternatives that may start with the same character.
    Errs on the side of refusing: `(a+b)*` and `(ab?)*` are harmless and refused too. `text` must be a valid pattern.
    """
    open_groups = [_Group()]
    closed: _Group | None = None  # the group that the item just read ends
    repeats = 0
    for match in _TOKEN.finditer(text):
        inside, closed = closed, None
        if match["open"]:
            open_groups[-1].begin("")
            open_groups.append(_Group())
        elif match["close"]:
            closed = open_groups.pop()
            open_groups[-1].is_loose |= closed.is_loose or closed.is_alike
        elif match["or"]:
            open_groups[-1].starts.append(None)
        elif match["repeat"]:
            least, most = _bounds(match["repeat"])
            if most >= _MANY:
                if inside is not None and (inside.is_loose or inside.is_alike):
                    return True
                repeats += 1
            open_groups[-1].is_loose |= least != most
        else:
            open_groups[-1].begin(match["item"])
    return repeats > MAX_REPEATS


class _Group:
    """What of a group tells whether it may match in several ways.

    `is_loose`: there is something in it of no fixed length, or that may itself match in several ways. `starts` has the
    first item of each alternative: None before there is one, "" where that is a group.
    """

    def __init__(self) -> None:
        self.is_loose = False
        self.starts: list[str | None] = [None]

    def begin(self, item: str) -> None:
        """Take note of an item, which may be the first of an alternative."""
        if self.starts[-1] is None:
            self.starts[-1] = item

    @property
    def is_alike(self) -> bool:
        """Whether two alternatives may start with the same character, or one may match nothing."""
        if len(self.starts) == 1:
            return False
        if not all(self.starts):
            return True
        firsts = [re.compile(start, re.IGNORECASE | re.DOTALL) for start in self.starts if start]
        return any(sum(first.fullmatch(sign) is not None for first in firsts) > 1 for sign in _SIGNS)


def _bounds(repeat: str) -> tuple[int, int]:
    """How often a repeat takes its item, at least and at most."""
    if repeat in "*+?":
        return int(repeat == "+"), 1 if repeat == "?" else _MANY
    least, comma, most = repeat.strip("{}").partition(",")
    return int(least or 0), int(most or _MANY) if comma else int(least)
