"""Regular expressions that people write into `source.toml`, and whether one is safe to run on every line.

Python's engine tries all ways to split a line among the repeats of a pattern. A repeat inside a repeat can take time
that doubles with every character, and no time limit can interrupt it, so such patterns are refused.
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

_TOKEN = re.compile(
    r"""
      (?P<escape>\\.)
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<open>\()
    | (?P<close>\))
    | (?P<repeat>[*+]|\{\d*(?:,\d*)?\})
    | (?P<other>.)
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
    """Whether a pattern holds an unbounded repeat inside another, or more than `MAX_REPEATS` in all.

    Errs on the side of refusing: `(a+b)*` is harmless and refused as well. `text` must be a valid pattern.
    """
    open_groups = [False]  # for each open group: does it hold an unbounded repeat?
    closed = False  # did the item just read end a group that holds one?
    repeats = 0
    for match in _TOKEN.finditer(text):
        inside, closed = closed, False
        if match.lastgroup == "open":
            open_groups.append(False)
        elif match.lastgroup == "close":
            closed = open_groups.pop()
            open_groups[-1] |= closed
        elif match.lastgroup == "repeat" and _is_unbounded(match[0]):
            if inside:
                return True
            repeats += 1
            open_groups[-1] = True
        elif match[0] == "?":
            closed = inside  # `(a+)?*` is no pattern, but `(a+)?` may stand in a repeated group
    return repeats > MAX_REPEATS


def _is_unbounded(repeat: str) -> bool:
    if repeat in "*+":
        return True
    least, comma, most = repeat.strip("{}").partition(",")
    if not comma:
        return least.isdigit() and int(least) >= _MANY
    return not most or int(most) >= _MANY
