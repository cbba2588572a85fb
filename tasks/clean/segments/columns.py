"""Columns that a renderer set side by side: cut apart at the blanks between them, each is read on its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.threads.posts import Cuts
from tasks.document import ROLES

GAP = "   "
"""Blanks that part two columns at least: two stand behind many a full stop."""

FEWEST = 6
"""Lines with text on both sides of a gutter."""

FEWEST_ALIGNED, MOST_TRIED, INDENT = 4, 8, 8
"""Lines whose text begins in a place behind blanks, such places that are tried for one part of a text, and how much
further left, in characters, a column may begin."""

DEEPEST = 4
"""How often a column is cut again."""

FEWEST_ALONE, SHARE_ALONE = 3, 0.03
"""Lines with text in one column only, for each of the two: the rows of a table have both."""

FEWEST_PROSE, PROSE = 3, 12
"""Lines of so many words in one column that make it text, and no table."""

FEWEST_PRINTED, PRINTED, SHARE_PRINTED = 10, 4, 0.8
"""Lines with so many words in both columns, and their share, of a page printed in columns."""

_BEHIND_GAP = re.compile(r"(?<! ) {3,}+(?=\S)")


class _Row(NamedTuple):
    """What stands in one line of the text, from `start` to `end`, as far as it is in one column.

    `left` is the place of its first character in the line, `line` the number of the line.
    """

    start: int
    end: int
    left: int
    line: int


class _Block(NamedTuple):
    """The rows from `first` to before `last` that a gutter left of the place `column` parts; `both` have two sides."""

    first: int
    last: int
    column: int
    both: int


def part_columns(lines: Lines) -> Lines:
    """The same lines, but where columns stand side by side, first those of the left one and then those of the right.

    Only where they are no table: lines of one have no counterpart in the other, and one of them is prose, or both are
    printed text. What each line covers stays as it is; `order` then has the place of each line in the text.
    """
    if not lines.is_wide or lines.text.count(GAP) < FEWEST or sum(GAP in text for text in lines.texts) < FEWEST:
        return lines
    rows = _read_rows(lines)
    parted = _part(lines.text, rows, DEEPEST)
    if len(parted) == len(rows):
        return lines
    placed = sorted(range(len(parted)), key=lambda index: parted[index].start)
    order = [0] * len(parted)
    for place, index in enumerate(placed):
        order[index] = place
    blanks = [
        max(0, row.line - above.line - 1) if above and row.line > above.line else int(above is not None)
        for above, row in zip([None, *parted], parted, strict=False)
    ]
    return Lines(
        lines.text,
        [lines.text[row.start : row.end] for row in parted],
        [row.start for row in parted],
        [row.end for row in parted],
        blanks,
        order=order,
    )


def _read_rows(lines: Lines) -> list[_Row]:
    rows: list[_Row] = []
    number = -1
    for start, end, blank in zip(lines.starts, lines.ends, lines.blanks, strict=True):
        number += blank + 1
        rows.append(_Row(start, end, start - lines.text.rfind("\n", 0, start) - 1, number))
    return rows


def _part(text: str, rows: list[_Row], depth: int) -> list[_Row]:
    """Rows with those of each block of columns put one column after the other."""
    parted: list[_Row] = []
    done = 0
    for block in _find_blocks(text, rows) if depth else ():
        parted.extend(rows[done : block.first])
        sides: tuple[list[_Row], list[_Row]] = ([], [])
        for row in rows[block.first : block.last]:
            for side, piece in zip(sides, _cut(text, row, block.column), strict=True):
                if piece is not None:
                    side.append(piece)
        for side in sides:
            parted.extend(_part(text, side, depth - 1))
        done = block.last
    parted.extend(rows[done:])
    return parted


def _find_blocks(text: str, rows: list[_Row]) -> list[_Block]:
    """The blocks of two columns among rows, in order; of two that share rows the one with more lines on both sides."""
    inner: Counter[int] = Counter()
    for row in rows:
        if GAP in text[row.start : row.end]:
            inner.update({row.left + match.end() for match in _BEHIND_GAP.finditer(text[row.start : row.end])})
    places = inner + Counter(row.left for row in rows if row.left in inner)
    starts = {*inner, *(row.left for row in rows)}
    popular = [column for column, count in places.most_common(MOST_TRIED) if count >= FEWEST_ALIGNED]
    # Items stand in further than their headings, which may have nothing beside them.
    tried = {min(starts.intersection(range(column - INDENT, column + 1))) for column in popular}.union(popular)
    found = [block for column in sorted(tried) for block in _find_columns(text, rows, column)]
    chosen: list[_Block] = []
    for block in sorted(found, key=lambda block: (-block.both, block.first, block.column)):
        if all(block.last <= other.first or other.last <= block.first for other in chosen):
            chosen.append(block)
    return sorted(chosen)


def _find_columns(text: str, rows: list[_Row], column: int) -> list[_Block]:
    """The runs of rows that a gutter left of one place parts into columns."""
    blocks: list[_Block] = []
    first = 0
    for index in range(len(rows) + 1):
        if index < len(rows) and not _crosses(text, rows[index], column):
            continue
        pairs = [_cut(text, row, column) for row in rows[first:index]]
        right = [at for at, pair in enumerate(pairs) if pair[1] is not None]
        if right:
            pairs = pairs[right[0] : right[-1] + 1]
            if _are_columns(text, pairs):
                both = sum(None not in pair for pair in pairs)
                blocks.append(_Block(first + right[0], index, column, both))
        first = index + 1
    return blocks


def _crosses(text: str, row: _Row, column: int) -> bool:
    """Whether text stands in the gutter, the two places left of a column."""
    if row.left >= column or row.left + row.end - row.start <= column - 2:
        return False
    gutter = row.start + column - 2 - row.left
    return not text[max(row.start, gutter) : gutter + 2].isspace()


def _cut(text: str, row: _Row, column: int) -> tuple[_Row | None, _Row | None]:
    """What of a row stands left of a place, and what from there on."""
    if row.left >= column:
        return None, row
    edge = row.start + column - row.left
    if edge >= row.end:
        return row, None
    left = text[row.start : edge].rstrip()
    right = edge + row.end - edge - len(text[edge : row.end].lstrip())
    return (
        _Row(row.start, row.start + len(left), row.left, row.line),
        _Row(right, row.end, row.left + right - row.start, row.line),
    )


def _are_columns(text: str, pairs: Sequence[tuple[_Row | None, _Row | None]]) -> bool:
    """Whether pairs of what stands left and right of a gutter are columns of a page, and no table."""
    words = [[text.count(" ", side.start, side.end) + 1 if side else 0 for side in pair] for pair in pairs]
    both = [pair for pair in words if all(pair)]
    if len(both) < FEWEST:
        return False
    beside = [right for left, right in pairs if left and right]
    figures = sum(not any(map(str.isalpha, text[right.start : right.end])) for right in beside)
    if 2 * figures > len(beside):
        return False
    fewest = max(FEWEST_ALONE, SHARE_ALONE * len(words))
    is_frame = all(sum(pair[side] > 0 and not pair[1 - side] for pair in words) >= fewest for side in (0, 1)) and any(
        sum(pair[side] >= PROSE for pair in words) >= FEWEST_PROSE for side in (0, 1)
    )
    printed = sum(min(pair) >= PRINTED for pair in both)
    return is_frame or (printed >= FEWEST_PRINTED and printed >= SHARE_PRINTED * len(both))


class Placed(NamedTuple):
    """Lines in the order of the text, with the role of each, how sure that is, its post, and the pieces inside it."""

    lines: Lines
    roles: list[str]
    scores: list[float]
    posts: list[int]
    cuts: dict[int, Cuts]


def place(lines: Lines, roles: list[str], scores: list[float], posts: list[int], cuts: dict[int, Cuts]) -> Placed:
    """Put what was read column by column back into the order of the text.

    The line end behind a piece that is no main text, beside one that is, goes to the main text, so that its paragraphs,
    joined, do not run together.
    """
    if lines.order is None:
        return Placed(lines, roles, scores, posts, cuts)
    back = sorted(range(len(lines)), key=lines.order.__getitem__)
    ordered = replace(
        lines,
        texts=[lines.texts[at] for at in back],
        starts=[lines.starts[at] for at in back],
        ends=[lines.ends[at] for at in back],
        blanks=[lines.blanks[at] for at in back],
        order=None,
    )
    named = [roles[at] for at in back]
    inside = {place: cuts[at] for place, at in enumerate(back) if at in cuts}
    is_main = False
    for at, (end, after) in enumerate(zip(ordered.ends, [*ordered.starts[1:], len(lines.text)], strict=True)):
        is_last = "\n" in lines.text[end:after]
        if is_last and is_main and ROLES[named[at]] != "main":
            inside[at] = ((0, len(ordered.texts[at]), named[at]),)
            named[at] = "body"
        is_main = not is_last and (is_main or ROLES[named[at]] == "main")
    return Placed(ordered, named, [scores[at] for at in back], [posts[at] for at in back], inside)
