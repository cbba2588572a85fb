"""Roles that the structure gives away: captions, pull quotes, blocks of links, cards of users, repeated titles."""

from __future__ import annotations

from itertools import pairwise

from tasks.clean.segments.endings import mark_biography, mark_byline, mark_cards_of_links
from tasks.clean.segments.features import Features
from tasks.clean.segments.insets import mark_captions, mark_pull_quotes
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import KIND_ROLES, Look, ends_sentence
from tasks.clean.segments.repeats import is_template
from tasks.clean.segments.threads.heads import NAMED
from tasks.clean.segments.threads.posts import Thread
from tasks.clean.segments.threads.strangers import ELLIPSES, FEWEST_CUT
from tasks.clean.segments.vocabulary import BIT, phrase_words

FEWEST_ROWS, LONGEST_ROW = 5, 300
"""Rows of a table, and characters of each that are looked at."""

_LABELS = frozenset({"card", "rank", "comments"})
_VALUES = frozenset({"number", "time", "name", "separator"})
_BEFORE_VALUES = _LABELS | {"time", "number"}

_WIDE = "  "
_FIGURES = frozenset("0123456789.,-+%()")

LONGEST_WAY = 20
"""Words of a line that names the page before or after."""

TELLING_TITLE = 40
"""Characters of a title from which on no sentence begins with it by chance."""

_BEHIND_TITLE = "|｜-–—·•»›:：_#¶([/"
"""What sets off what a template adds behind a short title; nothing at all is among it."""


def find_hints(
    lines: Lines,
    features: Features,
    markup: list[str],
    sections: list[str],
    core: tuple[int, int],
    title: int,
    thread: Thread,
) -> list[str]:
    """For each line the role that its surroundings give away, or "".

    `markup` and `sections` are what its own markup and the heading above it say.
    """
    hints = list(markup)
    _mark_cards(features, hints)
    _mark_rows(lines, hints)
    _mark_ways_on(features, hints)
    _mark_broken_off(lines, features, hints, thread)
    _mark_repeated_titles(lines, hints, title)
    for index, role in enumerate(sections):
        if role and not hints[index] and not thread.start <= index < thread.end:
            hints[index] = role
    if core[0] >= 0:
        author = mark_byline(lines, features, hints, core, title)
        mark_biography(lines, features, hints, core, author)
        mark_cards_of_links(lines, features, hints, core)
        mark_captions(lines, features, hints, core, thread.start if thread.posts else core[1] + 1)
        mark_pull_quotes(lines, features, hints, core)
    _mark_repeats(lines, features, hints, core)
    return hints


def _mark_cards(features: Features, hints: list[str]) -> None:
    """The card of a post's author: a name, a rank, and labels with their values below or beside them."""
    looks = features.looks
    if features.kinds.isdisjoint(_LABELS):
        return
    labels = [index for index, look in enumerate(looks) if look.kind in _LABELS and _is_label(look)]
    end = 0
    for place, start in enumerate(labels):
        if start < end:
            continue
        end = start + 1
        while end < len(looks) and (
            _is_label(looks[end]) or (looks[end].kind in _VALUES and looks[end - 1].kind in _BEFORE_VALUES)
        ):
            end += 1
        if place + 1 < len(labels) and labels[place + 1] < end:  # two labels at least
            named = start > 0 and looks[start - 1].kind == "name"
            hints[start - named : end] = ["user_card"] * (end - start + named)


def _mark_rows(lines: Lines, hints: list[str]) -> None:
    """The rows of a table that is most of a plain text: a name and figures each, with wide blanks between them."""
    if lines.tags is not None or not lines.is_wide:
        return
    rows = [index for index, text in enumerate(lines.texts) if _WIDE in text and _is_row(text)]
    if len(rows) >= FEWEST_ROWS and 2 * len(rows) >= len(lines):
        for index in rows:
            hints[index] = "body"


def _is_row(text: str) -> bool:
    cells = [cell.strip() for cell in text[:LONGEST_ROW].split(_WIDE) if cell.strip()]
    figures = sum(_FIGURES.issuperset(cell) for cell in cells)
    return cells[0][0].isalpha() and 2 <= figures == len(cells) - 1


def _mark_ways_on(features: Features, hints: list[str]) -> None:
    """The ways to the pages before and after: "Previous post: The mill" with "Next post: The tower" below it."""
    way = BIT["navigation"]
    ways = [index for index, look in enumerate(features.looks) if look.heads & way and look.words <= LONGEST_WAY]
    for index, below in pairwise(ways):
        if below == index + 1:
            hints[index : index + 2] = [hint or "navigation" for hint in hints[index : index + 2]]


def _mark_broken_off(lines: Lines, features: Features, hints: list[str], thread: Thread) -> None:
    """What readers said on other pages: a list of who and when, each above one line that breaks off."""
    if features.kinds.isdisjoint(NAMED):
        return
    index = 0
    while index < len(lines):
        start = index
        while (
            index + 1 < len(lines)
            and features.looks[index].kind in NAMED
            and lines.texts[index + 1].endswith(ELLIPSES)
            and not (thread.posts and thread.start <= index < thread.end)
        ):
            index += 2
        if index - start >= 2 * FEWEST_CUT:
            hints[start:index] = ["related"] * (index - start)
        index = max(index, start + 1)


def _is_label(look: Look) -> bool:
    return look.kind in {"card", "rank"} or (look.kind == "comments" and look.cues != 0)


def _mark_repeated_titles(lines: Lines, hints: list[str], title: int) -> None:
    if title < 0:
        return
    text = lines.texts[title]
    shortest, longest = len(text) - 12, len(text) + 60
    alike = [index for index, other in enumerate(lines.texts) if shortest <= len(other) <= longest and index != title]
    if not alike:
        return
    said = phrase_words(text)
    telling = max((word for word in said if word != "0"), key=len, default="")
    for index in alike:
        other = lines.texts[index]
        head = other[: len(text) + 12]
        # Most lines have not the longest word, and need not be cut into words.
        if _is_title(other, text) or (telling in head.casefold() and phrase_words(head) == said):
            hints[index] = "repeated_title"


def _is_title(line: str, title: str) -> bool:
    """Whether a line is the title, maybe with what a template adds; a sentence may begin with the same few words."""
    if not line.startswith(title):
        return False
    is_sentence = len(title) < TELLING_TITLE and ends_sentence(line)
    return not is_sentence or line[len(title) :].lstrip()[:1] in _BEHIND_TITLE


def _mark_repeats(lines: Lines, features: Features, hints: list[str], core: tuple[int, int]) -> None:
    """Give repeated lines without a role theirs, but for short ones that stand alone within the main run.

    A sentence that many pages have is the site's, wherever it stands. A short line may be a heading that all texts of
    the source have ("Ingredients"); it is furniture outside the main run, or beside another repeated line.
    """
    if lines.repeated_by_source is None:
        return
    prose = features.prose
    repeated = [is_template(lines, index) for index in range(len(lines))]
    for index, is_repeated in enumerate(repeated):
        if not is_repeated or hints[index]:
            continue
        beside = (index > 0 and repeated[index - 1]) or (index + 1 < len(repeated) and repeated[index + 1])
        inside = core[0] <= index <= core[1]
        if prose[index] and (not inside or beside):
            hints[index] = "about"
        elif beside or not core[0] <= index <= core[1]:
            hints[index] = KIND_ROLES.get(features.looks[index].kind, "navigation")
