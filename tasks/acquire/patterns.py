"""Regular expressions that people write into `source.toml`, and whether one is safe to run on every line.

Python's engine tries all ways to split a line among the repeats of a pattern. A repeat of what can match the same
characters in more than one way can take time that doubles with every character, and no time limit can interrupt it, so
such patterns are refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

LINE_CHARACTERS = 1_000
"""Rules look at the first so many characters of a line: no label is longer, and the time stays bounded."""

MAX_PATTERN_CHARACTERS = 1_000
MAX_POWER = 3
"""Places in a line that a pattern may have to choose at once: the time grows with this power of its length. A line made
for it then takes a tenth of a second or, where what is repeated are groups, some seconds."""

_MANY = 10
"""A repeat `{n,m}` with m from here on counts as unbounded."""

_SIGNS = frozenset([*map(chr, range(256)), "ж", "語"])
"""Characters by which items are compared, beside their own: all of Latin-1, and a letter of scripts with and without
case."""

_PLACES = frozenset(["^", "$", r"\b", r"\B", r"\A", r"\Z"])
"""Items that stand for a place, and for no character."""

_ESCAPE = r"\\(?:x..|u.{4}|U.{8}|N\{[^}]+\}|0[0-7]{0,2}|[1-9][0-9]{0,2}|.)"

_TOKEN = re.compile(
    rf"""
      (?P<comment>\(\?\#)
    | \(\?(?P<flags>[aiLmsux]+)\)  # of the whole
    | (?P<open>\((?:\?(?:P<\w+>|<?[=!]|>|(?P<scoped>[aiLmsux]*)(?:-[imsx]+)?:))?)
    | (?P<close>\))
    | (?P<or>\|)
    | (?P<repeat>[*+?]|\{{\d*,\d*\}}|\{{\d+\}})[?+]?  # with what makes it lazy or possessive
    | (?P<item>{_ESCAPE}|\[\^?\]?(?:\\.|[^\]\\])*\]|.)
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
    if any(match["comment"] or "x" in (match["flags"] or match["scoped"] or "") for match in _TOKEN.finditer(text)):
        raise ValueError("holds a pattern with a comment or the flag x, which are not read here")
    if is_catastrophic(text):
        raise ValueError(
            "holds a pattern that may take forever: a repeat inside a repeat, or several of the same signs"
        )
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
    """Whether the time that a pattern takes may double with every character, or grow with a high power of them.

    Errs on the side of refusing: `(a+b)*` and `(ab?)*` are harmless and refused too. `text` must be a valid pattern.
    """
    return _repeats_choices(text) or _power(text) > MAX_POWER


def _repeats_choices(text: str) -> bool:
    """Whether a pattern has an unbounded repeat of what may match the same characters in several ways.

    That is a group with a repeat of no fixed number in it, or with alternatives that may start with the same character.
    """
    open_groups = [_Group()]
    closed: _Group | None = None  # the group that the item just read ends
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
            if most >= _MANY and inside is not None and (inside.is_loose or inside.is_alike):
                return True
            open_groups[-1].is_loose |= least != most
        elif match["item"]:
            open_groups[-1].begin(match["item"])
    return False


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
        return not all(self.starts) or any(_share(*pair) for pair in combinations(filter(None, self.starts), 2))


def _power(text: str) -> int:
    """With which power of a line's length the time may grow.

    One for each unbounded repeat that can take the characters of those after it, up to an item that it cannot take; and
    one where the pattern may begin anywhere. Of alternatives that of the worst.
    """
    worst = power = 0
    reaching: list[str] = []  # the unbounded repeats that may go on to here
    groups: list[int] = []  # how many there were at the start of each open group
    start = item = ""  # the first token of the alternative; the item whose repeat the next token may be
    within = 0  # how many there are in it, where it is a group
    for match in [*_TOKEN.finditer(text), None]:
        least, most = _bounds(match["repeat"]) if match is not None and match["repeat"] else (1, 1)
        if item and least and not groups and item not in _PLACES:
            reaching = [each for each in reaching if _share(each, item)]
        reaching += ["."] * within * (min(most, _MANY) - 1)
        if item and most >= _MANY:
            reaching.append(item)
        power = max(power, len(reaching))
        item, within = "", 0
        if match is None or (match["or"] and not groups):
            worst = max(worst, power + (start not in ("^", r"\A")))
            power, reaching, start = 0, [], ""
        elif match["open"]:
            groups.append(len(reaching))
        elif match["close"]:
            item, within = ".", len(reaching) - groups.pop()
        elif match["item"]:
            item = match["item"]
        if match is not None and match.lastgroup not in ("or", "flags"):
            start = start or item or "("
    return worst


def _share(one: str, other: str) -> bool:
    """Whether two items may match the same character."""
    first, second = _compile_item(one), _compile_item(other)
    return not _signs_of(one).isdisjoint(_signs_of(other)) or any(
        first.fullmatch(sign) and second.fullmatch(sign) for sign in _own_signs(one) | _own_signs(other)
    )


@lru_cache(maxsize=1024)
def _compile_item(item: str) -> re.Pattern[str]:
    """The item alone; what matches everything where it refers to a group."""
    try:
        return re.compile(item, re.IGNORECASE | re.DOTALL)
    except re.error:
        return re.compile(".", re.DOTALL)


@lru_cache(maxsize=1024)
def _signs_of(item: str) -> frozenset[str]:
    return frozenset(filter(_compile_item(item).fullmatch, _SIGNS))


@lru_cache(maxsize=1024)
def _own_signs(item: str) -> frozenset[str]:
    """The characters beyond `_SIGNS` that stand in an item: two ranges that overlap share the end of one of them."""
    return frozenset(re.sub(_ESCAPE, _unescape, item)) - _SIGNS


def _unescape(match: re.Match[str]) -> str:
    escape = match[0]
    return escape.encode().decode("unicode_escape", "ignore") if escape[1] in "xuUN" else escape[1:]


def _bounds(repeat: str) -> tuple[int, int]:
    """How often a repeat takes its item, at least and at most."""
    if repeat in "*+?":
        return int(repeat == "+"), 1 if repeat == "?" else _MANY
    least, comma, most = repeat.strip("{}").partition(",")
    return int(least or 0), int(most or _MANY) if comma else int(least)
