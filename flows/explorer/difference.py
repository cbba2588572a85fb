"""The text of a document before and after, line by line, with the role of each line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tasks.publish.reading import Piece

MOST_LINES = 2_000
"""Lines of each side that are compared: the time grows with their product, as long as few of them are alike."""

CONTEXT = 2
"""Lines that are the same, shown around those that are not."""


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of one side or of both (`sign` is `-`, `+` or a space); `…` stands for lines that are the same."""

    sign: str
    label: str
    role: str
    text: str


def compare_pieces(before: Iterable[Piece], after: Iterable[Piece]) -> list[ChangedLine]:
    """The lines that differ in their text or role, with some around them; nothing where none differs.

    In a long text a line that stands there many times (more than one in a hundred) is the same only beside others that
    are: a thousand buttons between other lines would else be tried in all pairs, for each of them anew.
    """
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, old, new)  # which sees to that by its default
    changed: list[ChangedLine] = []
    for number, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if number:
            changed.append(ChangedLine("…", "", "", ""))
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                changed += [ChangedLine(" ", *line) for line in old[start:end]]
            else:
                changed += [ChangedLine("-", *line) for line in old[start:end]]
                changed += [ChangedLine("+", *line) for line in new[new_start:new_end]]
    return changed


def _lines(pieces: Iterable[Piece]) -> Sequence[tuple[str, str, str]]:
    lines: list[tuple[str, str, str]] = []
    for piece in pieces:
        lines += [(piece.label, piece.role, line) for line in piece.text.splitlines() if line.strip()]
        if len(lines) >= MOST_LINES:
            break
    return lines[:MOST_LINES]
